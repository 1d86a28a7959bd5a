// swift-tools-version: 6.1
import PackageDescription

// A package that searches: libtorch is found where gtn-nas finds it, in LIBTORCH or in gtn-nas's own .libtorch.
let package = Package(
    name: "LibraryExample",
    dependencies: [.package(name: "gtn-nas", path: "../..")],
    targets: [
        .executableTarget(name: "LibraryExample", dependencies: [.product(name: "Search", package: "gtn-nas")], path: "Sources")
    ],
    swiftLanguageModes: [.v6]
)
