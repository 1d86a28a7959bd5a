import Foundation
import Tensors
import Testing

/// Every command that README and the pages of the documentation show is run, in the order of the page and in one directory, as its reader
/// would: with less time and fewer candidates, and for the words that stand for something (FILE, D, RUN) with that.
@Suite final class DocumentationTests {
    private let directory = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())")

    private static let pages = ["README.md", "Sources/GTN/GTN.docc/GTN.md", "Sources/GTN/GTN.docc/HowItWorks.md"]
    private static let subcommands = [
        "space", "teach", "teacher", "score", "search", "rank", "validate", "correlate", "report", "serve", "tensorboard", "train",
        "export", "distill", "poison", "doctor",
    ]

    /// Parts of commands that a text speaks of, with what is left out of them.
    private static let fragments: Set = [
        "Scripts/run ARGS…", "search … --proxy P --strategy S", "search … --teacher new",
        "distill --network SearchSpaces/gtn-learner.space --start noise …",
        "teach … --kind distilled", "teach --kind generative", "score --save-initial", "correlate --strict",
    ]

    /// What makes the machine ready, builds, and tests: this test runs because it was done.
    private static let done: Set = [
        "Scripts/run", "Scripts/test", "Scripts/run doctor", "Scripts/documentation", "Scripts/test-tools",
        "Scripts/benchmark meta-step --reference --python venv/bin/python",
    ]

    /// What a study is rehearsed with.
    private static let studies = [
        "curricula": "--data fashion-mnist --kinds full,distilled-noise --narrow",
        "distillation": "--mnist few --runs mnist-fixed,mnist-random",
        "fashion-teachers": "--seeds 0", "interruptions": "", "picks": "", "poisoning": "--mnist few --cifar10 cifar10",
        "rankings": "fashion", "steps-saved": "--cifar10 cifar10", "to-the-end": "",
        "transfer": "",
    ]

    /// A score with its initial parameters, and the same training in PyTorch.
    private static let replay = """
        set -e
        space="SearchSpaces/nas-bench-201.space --set channels=8 --set cells=1" \
        A="|nor_conv_3x3~0|+|skip_connect~0|nor_conv_1x1~1|+|none~0|avg_pool_3x3~1|nor_conv_3x3~2|"
        gtn-nas teach $space --data fashion-mnist --steps 4 --batch 20 --learners 1 --initial-rate 0.05 --meta-steps 1 --no-comparison -o \
        replayed.safetensors
        gtn-nas score $space --architecture "$A" --teacher replayed.safetensors --data fashion-mnist --save-initial initial.safetensors \
        --json > score.json
        "$TOOLS"/bin/python Scripts/replay.py --teacher replayed.safetensors --data fashion-mnist --channels 8 --cells 1 --architecture \
        "$A" \
            --initial initial.safetensors --score score.json
        """

    /// A table of real accuracies, as of Results/rankings/fashion-truth.json.
    private static let accuracies = """
        architecture,accuracy
        "none.none,avg3x3.skip,sep3x3,avg3x3",80.22
        "skip.sep3x3,avg3x3.conv3x3,avg3x3,skip",85.98
        "conv1x1.none,none.none,conv3x3,sep3x3",87.36
        "conv3x3.sep3x3,conv3x3.max3x3,max3x3,conv3x3",89.11
        """

    /// Shorter, in the order given; each is needed by some command.
    private static let shorter: [(String, String)] = [
        ("--data fashion-mnist --budget 5m --run", "--data fashion-mnist --candidates 12 --validate 8 --epochs 1 --images 400 --run"),
        ("--budget 3m --run", "--meta-steps 2 --steps 2 --batch 15 --candidates 4 --validate 0 --run"),
        ("--candidates 16 --budget 1m", "--candidates 9"),
        ("--set channels=32", "--set channels=4"), ("--budget 2m", "--budget 10s"), ("--rank 1 --epochs 30", "--rank 1 --epochs 1"),
        ("tour --candidates 12", "tour --candidates 1"), ("tour --candidates 40", "tour --candidates 1"), ("--budget 30m", "--budget 10s"),
        ("--budget 30s", "--budget 8s"),
        ("python3 -m venv venv && venv/bin/pip install numpy onnxruntime pillow", "ln -s \"$TOOLS\" venv"),
        ("Scripts/run serve Results/runs/tour", "timeout --foreground --preserve-status -s INT 3 gtn-nas serve Results/runs/tour --port 0"),
        (
            "search SearchSpaces/fashion.space --data mnist:few --budget 10m",
            "search SearchSpaces/fashion.space --data mnist:few --meta-steps 1 --steps 2 --batch 15 --candidates 2 --validate 0"
        ),
        ("--population 20 --epochs 4 --training-images 40000", ""), ("--from airplane --to ship", "--from 3 --to 8"),
        ("--from 3 --to 8 --workers 1", "--from 3 --to 8 --population 3 --held-out 2 --epochs 1 --training-images 500 --workers 1"),
        ("--from 3 --to 8 --budget", "--from 3 --to 8 --population 3 --held-out 2 --epochs 1 --training-images 500 --budget"),
        ("--steps 32 --batch 128 --learners 2 --meta-steps 600", "--steps 2 --batch 20 --meta-steps 1"), ("--budget 5m", "--meta-steps 1"),
        ("--budget 10m", "--meta-steps 1"), ("--budget 12m", "--meta-steps 1"),
        ("--budget 15m", "--meta-steps 1"), ("--budget 25m", "--meta-steps 1"), ("--budget 35m", "--meta-steps 1"),
        ("--meta-steps 400", "--meta-steps 1"), ("--learners 8 --meta-steps 300", "--learners 1 --meta-steps 1"),
        ("--real-steps 64,128", "--real-steps 3,4"),
        ("--real-steps 1000 --candidates 320", "--real-steps 2 --candidates 12"),
        ("-o M.safetensors", "--epochs 1 -o M.safetensors"), ("--speedup", "--speedup --longest 16"),
        ("--steps 48 --batch 32 --learners 4", "--steps 2 --batch 20"),
    ]

    /// What words stand for.
    private static let meanings: [(String, String)] = [
        (#"\bFILE\b"#, "SearchSpaces/fashion.space"), ("--data D\\b", "--data mnist:few"), ("(cifar10|mnist):DIR", "mnist:few"),
        (#"\bRUN\b"#, "Results/runs/tour"),
        ("--architecture A\\b", "--architecture conv3x3.skip,conv1x1.none,none,max3x3"), ("--from A --to B\\b", "--from 3 --to 8"),
        (#"(--teacher|test|advise) T "#, "$1 T.safetensors "), (#"\bLOGDIR\b"#, "logs"),
    ]

    init() throws {
        let manager = FileManager.default
        for folder in ["bin", "Results/runs", "few", "cifar10"] {
            try manager.createDirectory(at: directory.appendingPathComponent(folder), withIntermediateDirectories: true)
        }
        for name in ["SearchSpaces", "Scripts", "Results/teachers", "Results/rankings"] {
            try manager.createSymbolicLink(atPath: path(name), withDestinationPath: Executable.root + "/" + name)
        }
        try manager.createSymbolicLink(atPath: path("bin/gtn-nas"), withDestinationPath: try Executable.location)
        try Data(Self.accuracies.utf8).write(to: directory.appendingPathComponent("accuracies.csv"))
        try FewImages.write(to: directory.appendingPathComponent("few"))
        try FewImages.writeAsCIFAR10(to: directory.appendingPathComponent("cifar10"))
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    private func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    private static func page(_ name: String) throws -> String { try String(contentsOfFile: Executable.root + "/" + name, encoding: .utf8) }

    private func run(_ command: String) throws -> (status: Int32, output: String) {
        let result = try Tool.run(
            "/bin/bash", ["-c", command], directory: directory,
            environment: [
                "PATH": path("bin") + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? ""),
                "TOOLS": Executable.root + "/.build/test-tools",
                "GTN_NAS": path("bin/gtn-nas"),
            ], withErrors: true)
        return (result.status, String(decoding: result.output, as: UTF8.self))
    }

    @Test func theCommandsOfBlocksRunInTheirOrder() throws {
        var used = Set<Int>()
        let commands = try Self.pages.flatMap { try DocumentedCommand.blocks(of: Self.page($0), named: $0) }
        #expect(commands.count > 15)
        for command in commands where !Self.done.contains(command.text) {
            guard let short = Self.prepared(command.text, &used) else { continue }
            let result = try run(short)
            #expect(result.status == 0, "\(command.place): \(short)\n\(result.output.suffix(2_000))")
            if short.contains(" serve ") { #expect(result.output.contains("http://127.0.0.1:")) }
            // What the exported model finds on files is what the training found in memory.
            if short.contains("classify-images") {
                let accuracy = try #require(
                    try SafetensorsFile(path: path("Results/runs/shoes.safetensors")).metadata["accuracy"].flatMap { Double($0) })
                #expect(result.output.hasSuffix("\(Int((600 * accuracy).rounded())) of 600 right\n"))
            }
        }
    }

    @Test func theCommandsOfTextsRun() throws {
        var used = Set<Int>()
        var seen = Set<String>()
        // What texts take for granted: the tour's run.
        let tour = try run(
            """
            gtn-nas search SearchSpaces/fashion.space --data fashion-mnist --candidates 8 --validate 4 --epochs 1 --images 400 --run \
            Results/runs/tour
            """
        )
        try #require(tour.status == 0, "\(tour.output)")
        let commands = try Self.pages.flatMap { try DocumentedCommand.spans(of: Self.page($0), named: $0, subcommands: Self.subcommands) }
        #expect(commands.count > 30)
        #expect(Self.fragments.isSubset(of: commands.map(\.text)))
        for (number, command) in commands.enumerated() where !Self.fragments.contains(command.text) && !Self.done.contains(command.text) {
            guard seen.insert(command.text).inserted, let short = Self.prepared(command.text, &used, number) else { continue }
            let result = try run(short)
            #expect(result.status == 0, "\(command.place): \(short)\n\(result.output.suffix(2_000))")
        }
    }

    /// `Scripts/test-library` builds and runs the program that README shows.
    @Test func theLibraryExampleIsTheOneThatIsBuilt() throws {
        let source = try Self.page("Tests/LibraryExample/Sources/main.swift")
        #expect(try Self.page("README.md").contains("```swift\n\(source)```"))
        #expect(source.split(separator: "\n").count <= 25)
    }

    @Test func everyStudyIsRehearsed() throws {
        let scripts = try FileManager.default.contentsOfDirectory(atPath: Executable.root + "/Scripts/studies").filter {
            !$0.contains(".") && $0 != "ordinary-networks"
        }
        #expect(Set(scripts.filter { $0 != "__pycache__" }) == Set(Self.studies.keys))
        let shown = try Self.pages.flatMap { try DocumentedCommand.spans(of: Self.page($0), named: $0, subcommands: Self.subcommands) }
        for name in scripts where name != "__pycache__" { #expect(shown.contains { $0.text == "Scripts/studies/\(name)" }, "\(name)") }
    }

    @Test func everyShorteningIsNeeded() throws {
        var used = Set<Int>()
        let commands = try Self.pages.flatMap { page in
            try DocumentedCommand.blocks(of: Self.page(page), named: page)
                + DocumentedCommand.spans(of: Self.page(page), named: page, subcommands: Self.subcommands)
        }
        for command in commands { _ = Self.prepared(command.text, &used) }
        for (index, pair) in Self.shorter.enumerated() { #expect(used.contains(index), "\(pair.0)") }
    }

    /// What is run for a command; nil for what this machine has no Python for.
    private static func prepared(_ command: String, _ used: inout Set<Int>, _ number: Int = 0) -> String? {
        var text = command
        for (word, meaning) in meanings { text = text.replacingOccurrences(of: word, with: meaning, options: .regularExpression) }
        for (index, (long, short)) in shorter.enumerated() where text.contains(long) {
            text = text.replacing(long, with: short)
            used.insert(index)
        }
        if PythonTools.python == nil, text.contains("venv") { return nil }
        if text == "Scripts/replay.py" { return PythonTools.hasPyTorch ? replay : nil }
        if text.contains("Scripts/check-export"), !PythonTools.hasPyTorch { text = text.replacing(" Results/runs/best.py", with: "") }
        if let name = text.wholeMatch(of: #/Scripts/studies/([\w-]+)/#)?.1 {
            return "\(text) --rehearse \(studies[String(name), default: "--unknown"])"
        }
        if let subcommand = subcommands.first(where: { text.hasPrefix($0 + " ") }) {
            if subcommand == "serve" { return "timeout --foreground --preserve-status -s INT 3 gtn-nas \(text) --port 0" }
            if ["teach", "distill", "poison"].contains(subcommand), !text.contains(" -o ") {
                text += " -o \(subcommand)-\(number).safetensors"
            }
            if subcommand == "distill" { text += " --no-baselines" }
            if subcommand == "teach", !text.contains("--no-comparison") { text += " --no-comparison" }
            if text.hasPrefix("teacher test") { text += " --learners 2" }
            text = "gtn-nas \(text)"
        }
        return text
    }
}
