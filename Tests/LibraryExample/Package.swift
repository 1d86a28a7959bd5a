// swift-tools-version: 6.1
import PackageDescription

// A package that runs a search. libtorch comes from the same place as in gtn-nas: LIBTORCH, or .libtorch in the gtn-nas checkout.
let package = Package(
    name: "LibraryExample",
    dependencies: [.package(name: "gtn-nas", path: "../..")],
    targets: [
        .executableTarget(name: "LibraryExample", dependencies: [.product(name: "Search", package: "gtn-nas")], path: "Sources")
    ],
    swiftLanguageModes: [.v6]
)
