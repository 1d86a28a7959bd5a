import Foundation
import Tensors
import TestSupport
import Testing

/// Checks the documentation: commands run, referenced files exist, and links have targets.
///
/// The blocks of a page run in order in one directory, as a reader would run them. A mark before each block shortens it
/// (`DocumentationPage.Block`). On pages that studies write, only marked blocks run.
@Suite(.slow) final class DocumentationTests {
    private let directory = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())")

    /// Arguments of each study's rehearsal.
    private static let studies = [
        "aggregate": "--cifar10 cifar10 --nas-bench-201 cells.csv --nas-bench-macro networks.csv",
        "curricula": "--data fashion-mnist --kinds full,distilled-noise --narrow",
        "distillation": "--mnist few --runs mnist-fixed,mnist-random",
        "fashion-teachers": "--seeds 0", "interruptions": "", "learning": "fashion",
        "limits": "--cifar10 cifar10", "pareto": "--truth cells.csv --cifar10 cifar10", "picks": "",
        "picks-under-limits": "fashion",
        "poisoning": "--mnist few --cifar10 cifar10",
        "rankings": "fashion", "scores": "fashion", "steps-saved": "--cifar10 cifar10", "to-the-end": "", "transfer": "", "verdicts": "",
    ]

    /// Rows of the published table of NAS-Bench-201 (Dong and Yang, 2020; CIFAR-10).
    private static let cells = """
        architecture,accuracy
        |nor_conv_3x3~0|+|nor_conv_3x3~0|skip_connect~1|+|avg_pool_3x3~0|avg_pool_3x3~1|nor_conv_3x3~2|,92.455
        |none~0|+|nor_conv_1x1~0|skip_connect~1|+|avg_pool_3x3~0|nor_conv_1x1~1|nor_conv_3x3~2|,91.405
        |skip_connect~0|+|skip_connect~0|nor_conv_1x1~1|+|avg_pool_3x3~0|none~1|nor_conv_1x1~2|,89.163
        |nor_conv_3x3~0|+|nor_conv_1x1~0|nor_conv_1x1~1|+|none~0|nor_conv_3x3~1|avg_pool_3x3~2|,92.210
        |none~0|+|nor_conv_1x1~0|skip_connect~1|+|none~0|avg_pool_3x3~1|avg_pool_3x3~2|,86.495
        |nor_conv_3x3~0|+|none~0|nor_conv_3x3~1|+|skip_connect~0|none~1|avg_pool_3x3~2|,93.080
        |skip_connect~0|+|none~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_1x1~2|,93.093
        |nor_conv_1x1~0|+|nor_conv_1x1~0|nor_conv_3x3~1|+|none~0|nor_conv_1x1~1|none~2|,87.360
        |none~0|+|none~0|avg_pool_3x3~1|+|avg_pool_3x3~0|avg_pool_3x3~1|nor_conv_3x3~2|,75.760
        """

    /// Networks of NAS-Bench-Macro (Su et al., 2021; CIFAR-10).
    private static let networks = """
        architecture,accuracy
        00000002,65.860
        00121102,89.380
        01102101,90.340
        02011111,89.633
        02212210,91.167
        10120221,91.380
        11101122,91.900
        12001210,91.090
        12210002,91.587
        20121010,91.070
        21020210,91.013
        22000010,86.803
        """

    /// Scripts that import PyTorch.
    private static let scriptsWithPyTorch = ["Scripts/check-score", "Scripts/check-export"]

    /// A table of real accuracies, from Results/rankings/fashion-claims-truth.json.
    private static let accuracies = """
        architecture,accuracy
        "none.none,avg3x3.skip,sep3x3,avg3x3",80.22
        "skip.sep3x3,avg3x3.conv3x3,avg3x3,skip",85.98
        "conv1x1.none,none.none,conv3x3,sep3x3",87.36
        "conv3x3.sep3x3,conv3x3.max3x3,max3x3,conv3x3",89.11
        """

    init() throws {
        let manager = FileManager.default
        for folder in ["bin", "Results/runs"] {
            try manager.createDirectory(at: directory.appendingPathComponent(folder), withIntermediateDirectories: true)
        }
        for name in ["SearchSpaces", "Scripts", "Results/teachers", "Results/rankings"] {
            try manager.createSymbolicLink(atPath: path(name), withDestinationPath: Executable.root + "/" + name)
        }
        try manager.createSymbolicLink(atPath: path("bin/gtn-nas"), withDestinationPath: try Executable.location)
        for (name, table) in [("accuracies", Self.accuracies), ("cells", Self.cells), ("networks", Self.networks)] {
            try Data(table.utf8).write(to: directory.appendingPathComponent("\(name).csv"))
        }
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    private func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    /// Runs commands in bash. Its output ends with the command that failed.
    private func run(_ script: String) throws -> (status: Int32, output: String) {
        for (name, write) in [("few", FewImages.write), ("cifar10", FewImages.writeAsCIFAR10)] where script.contains(name) {
            guard !FileManager.default.fileExists(atPath: path(name)) else { continue }
            try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
            try write(directory.appendingPathComponent(name))
        }
        let strict = #"set -Eeu; trap 'echo "failed: $BASH_COMMAND" >&2' ERR"#
        let result = try Tool.run(
            "/bin/bash", ["-c", strict + "\n" + script], directory: directory,
            environment: [
                "PATH": path("bin") + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? ""),
                "TOOLS": Executable.root + "/.build/test-tools",
                "GTN_NAS": path("bin/gtn-nas"),
            ], withErrors: true)
        return (result.status, String(decoding: result.output, as: UTF8.self))
    }

    /// Whether this machine has the Python packages that a script uses.
    private static func canRun(_ script: String) -> Bool {
        if scriptsWithPyTorch.contains(where: script.contains) { return PythonTools.hasPyTorch }
        return PythonTools.python != nil || !script.contains("venv")
    }

    @Test(.serialized, arguments: DocumentationPage.names)
    func theBlocksRun(_ name: String) throws {
        let page = try DocumentationPage(name)
        for block in page.blocks where block.language == "sh" {
            let place = "\(name):\(block.line)"
            if page.isResult, block.comment == nil { continue }
            let script: String?
            do { script = try block.script() } catch {
                Issue.record("\(place): \(error)")
                continue
            }
            guard let script, Self.canRun(script) else { continue }
            let result = try run(script)
            // Later blocks build on this one.
            try #require(result.status == 0, "\(place):\n\(script)\n\(result.output.suffix(2_000))")
            if script.contains("gtn-nas serve ") { #expect(result.output.contains("http://127.0.0.1:"), "\(place)") }
            if let model = script.firstMatch(of: #/Scripts/classify-images (\S+)\.onnx/#)?.1 {
                try expectAccuracy(of: "\(model).safetensors", in: result.output, place)
            }
        }
    }

    /// The exported model has the same accuracy on image files as during training in memory.
    private func expectAccuracy(of model: String, in output: String, _ place: String) throws {
        let accuracy = try #require(try SafetensorsFile(path: path(model)).metadata["accuracy"].flatMap { Double($0) })
        #expect(output.hasSuffix("\(Int((600 * accuracy).rounded())) of 600 right\n"), "\(place): \(accuracy)\n\(output.suffix(200))")
    }

    @Test func blocksHaveLanguages() throws {
        let pages = try DocumentationPage.names.map { try DocumentationPage($0) }
        #expect(pages.count > 20)
        for page in pages where !page.isResult {
            for block in page.blocks { #expect(!block.language.isEmpty, "\(page.name):\(block.line): the fence names no language") }
            for line in page.indentedCommands { Issue.record("\(page.name):\(line): a command in an indented block; fence it with ```sh") }
        }
    }

    @Test func optionsExist() throws {
        let options = try ProgramOptions()
        for page in try DocumentationPage.names.map({ try DocumentationPage($0) }) {
            let blocks = page.blocks.filter { $0.language == "sh" }.map { (line: $0.line, text: $0.text) }
            for (line, text) in page.spans + blocks {
                let unknown = options.unknown(in: text)
                #expect(unknown.isEmpty, "\(page.name):\(line): \(unknown.joined(separator: ", ")) in '\(text)'")
            }
        }
        #expect(options.unknown(in: "gtn-nas rank RUN --budget 5m --top 3") == ["--budget"])
        #expect(options.unknown(in: "timeout 3 gtn-nas teacher test T \\\n  --kurve && Scripts/x --nowhere") == ["--kurve", "--nowhere"])
        #expect(options.unknown(in: "gtn-nas tech --budget 5m") == ["gtn-nas tech --budget 5m"])
        #expect(options.unknown(in: "Scripts/benchmark meta-step --prefix x") == ["--prefix"])
    }

    /// Most blocks run; the others would build the program or take too long.
    @Test func mostBlocksAreMarkedToRun() throws {
        let blocks = try DocumentationPage.names.flatMap { try DocumentationPage($0).blocks.filter { $0.language == "sh" } }
        let run = blocks.filter { ((try? $0.script()) ?? nil) != nil }
        #expect(run.count >= 30, "\(run.count) of \(blocks.count)")
    }

    @Test func linksLeadToFiles() throws {
        for page in try (DocumentationPage.names + DocumentationPage.resultPages).map({ try DocumentationPage($0) }) {
            let folder = URL(fileURLWithPath: "\(Executable.root)/\(page.name)").deletingLastPathComponent()
            let files = page.links.filter { !$0.text.contains("://") && !$0.text.hasPrefix("doc:") && !$0.text.hasPrefix("#") }
            for (line, link) in files + page.articles.map({ ($0.line, $0.text + ".md") }) {
                let file = String(link.prefix { $0 != "#" })
                let target = folder.appendingPathComponent(file.removingPercentEncoding ?? file).standardizedFileURL.path
                #expect(FileManager.default.fileExists(atPath: target), "\(page.name):\(line): \(link)")
            }
        }
    }

    @Test func marksAreRead() throws {
        let page = DocumentationPage(
            name: "page",
            text: """
                Text with `--span` and [a link](there.md#part).
                <!-- run: --budget 5m => --meta-steps 1
                --long =>
                before: mkdir x
                -->
                ```sh
                gtn-nas teach --budget 5m --long
                ```
                <!-- not run: no time -->

                ```sh
                gtn-nas
                ```
                ```
                plain
                ```
                <!-- run: --absent => --short -->
                ```sh
                gtn-nas
                ```
                    gtn-nas doctor
                """)
        #expect(page.blocks.map(\.line) == [6, 11, 14, 18])
        #expect(page.blocks.map(\.language) == ["sh", "sh", "", "sh"])
        #expect(try page.blocks[0].script() == "mkdir x\ngtn-nas teach --meta-steps 1 \n")
        #expect(try page.blocks[1].script() == nil)
        #expect(throws: DocumentationPage.Block.Mistake.self) { try page.blocks[2].script() }
        #expect(throws: DocumentationPage.Block.Mistake.self) { try page.blocks[3].script() }
        #expect(page.spans.map(\.text) == ["--span"])
        #expect(page.links.map(\.text) == ["there.md#part"])
        #expect(page.indentedCommands == [21])
    }

    /// `Scripts/test-library` builds and runs the program that README shows.
    @Test func theLibraryExampleIsTheOneThatIsBuilt() throws {
        let source = try String(contentsOfFile: Executable.root + "/Tests/LibraryExample/Sources/main.swift", encoding: .utf8)
        let shown = try DocumentationPage("README.md").blocks.filter { $0.language == "swift" }.map(\.text)
        #expect(shown.contains(source))
        #expect(source.split(separator: "\n").count <= 25)
    }

    @Test func everyStudyIsNamed() throws {
        let scripts = try FileManager.default.contentsOfDirectory(atPath: Executable.root + "/Scripts/studies")
            .filter { !$0.contains(".") && !["ordinary-networks", "__pycache__"].contains($0) }
        #expect(Set(scripts) == Set(Self.studies.keys))
        let spans = try DocumentationPage("Sources/Search/Search.docc/StudiesAndResults.md").spans.map(\.text)
        for name in scripts { #expect(spans.contains { $0.split(separator: " ").first == "Scripts/studies/\(name)" }, "\(name)") }
    }

    @Test(.serialized, arguments: studies.keys.sorted())
    func theStudyIsRehearsed(_ name: String) throws {
        let command = "Scripts/studies/\(name) --rehearse \(Self.studies[name] ?? "")"
        let result = try run(command)
        #expect(result.status == 0, "\(command)\n\(result.output.suffix(2_000))")
    }
}
