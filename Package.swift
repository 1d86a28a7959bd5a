// swift-tools-version: 6.1
import Foundation
import PackageDescription

// libtorch is not a Swift package: its path comes from LIBTORCH or from Scripts/setup.
let libtorch = Context.environment["LIBTORCH"] ?? Context.packageDirectory + "/.libtorch"
guard FileManager.default.fileExists(atPath: libtorch + "/include/ATen/ATen.h") else {
    fatalError("libtorch not found in \(libtorch): run Scripts/setup, or set LIBTORCH to the directory of libtorch 2.13.0")
}
// In both C++ targets, a switch that misses a case must not compile.
let torchHeaders: [CXXSetting] = [
    .unsafeFlags(["-isystem", libtorch + "/include", "-isystem", libtorch + "/include/torch/csrc/api/include", "-O2", "-Werror=switch"])
]
// Only inlined functions pass vectors wider than the processor's registers, so their calling convention does not matter.
let kernelFlags: [CXXSetting] = [.unsafeFlags(["-O3", "-Wno-psabi", "-Werror=switch"])]
let cuda = FileManager.default.fileExists(atPath: libtorch + "/lib/libtorch_cuda.so")
let torchLibraries: [LinkerSetting] = [
    .unsafeFlags(
        ["-L", libtorch + "/lib", "-Xlinker", "-rpath", "-Xlinker", libtorch + "/lib"]
            + (cuda ? ["-Xlinker", "--no-as-needed", "-ltorch_cuda", "-lc10_cuda"] : [])),
    .linkedLibrary("torch"), .linkedLibrary("torch_cpu"), .linkedLibrary("c10"),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(name: name + "Tests", dependencies: [.byName(name: name)] + dependencies)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let bigInt = Target.Dependency.product(name: "BigInt", package: "BigInt")
let flyingFox = Target.Dependency.product(name: "FlyingFox", package: "FlyingFox")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")

let package = Package(
    name: "gtn-nas",
    products: [
        .executable(name: "gtn-nas", targets: ["GTNNAS"]),
        .library(name: "SearchSpace", targets: ["SearchSpace"]),
        .library(name: "GTN", targets: ["GTN"]),
        .library(name: "Search", targets: ["Search", "RankStatistics", "ResultStore", "Basics"]),
        .library(name: "Export", targets: ["Export"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        // The live view has few clients: FlyingFox builds in half a minute of processor time, Hummingbird in 4.5 minutes.
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
    ],
    targets: [
        .target(name: "CTorch", cxxSettings: torchHeaders, linkerSettings: torchLibraries),
        .target(name: "CLearner", cxxSettings: kernelFlags),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .target(name: "CImageFiles", linkerSettings: [.linkedLibrary("png"), .linkedLibrary("jpeg")]),
        module("Basics"),
        module("Tensors", ["CTorch"]),
        module("SearchSpace", ["Basics", bigInt]),
        module("Networks", ["CLearner", "Tensors", "SearchSpace"]),
        module("Datasets", ["Basics", "Tensors", "CZlib", "CImageFiles"]),
        module("GTN", ["Basics", "Networks", "Datasets", "SearchSpace"]),
        module("RankStatistics", ["Basics"]),
        module("Protobuf"),
        module("Export", ["Basics", "Networks", "Protobuf"]),
        module("ResultStore", ["Basics", grdb]),
        module("Search", ["GTN", "RankStatistics", "ResultStore"]),
        module("Reports", ["Search", "Protobuf", "CZlib", flyingFox]),
        .executableTarget(name: "GTNNAS", dependencies: ["Export", "Search", "Reports", argumentParser]),
        .executableTarget(name: "Benchmark", dependencies: ["GTN", argumentParser]),
        .target(name: "TestSupport", dependencies: ["Basics"], path: "Tests/TestSupport"),
        tests("Basics", ["TestSupport"]),
        tests("RankStatistics"),
        tests("Tensors", ["CTorch"]),
        tests("SearchSpace", ["TestSupport"]),
        tests("Networks", ["CLearner", "TestSupport"]),
        tests("Datasets"),
        tests("GTN", ["TestSupport"]),
        tests("Protobuf"),
        tests("Export", ["TestSupport"]),
        tests("Search", ["TestSupport"]),
        tests("ResultStore", [grdb]),
        tests("Reports"),
        .testTarget(name: "EndToEndTests", dependencies: ["GTNNAS", "Tensors", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx20
)
