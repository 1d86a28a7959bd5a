import Foundation
import Testing

/// Wrong use: exit code 2, one clear message, and no files written.
final class WrongUseTests {
    private let directory: String
    private let run: String

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "gtn-nas-wrong-\(UUID().uuidString)").path
        run = directory + "/run"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// Runs a search that must be refused without writing a file, and returns the message.
    private func refusal(
        space: String = "SearchSpaces/fashion.space", data: String = "fashion-mnist", budget: String = "60s", run: String? = nil,
        _ more: [String] = []
    ) throws -> String {
        let before = try FileManager.default.contentsOfDirectory(atPath: directory)
        let result = try Executable.run(
            ["search", space, "--data", data, "--budget", budget, "--run", run ?? self.run] + more, timeout: 60)
        #expect(result.status == 2)
        #expect(result.stdout.isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == before)
        return result.stderr
    }

    private func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: "\(directory)/\(name)", atomically: true, encoding: .utf8)
        return "\(directory)/\(name)"
    }

    private func isOneLine(_ text: String) -> Bool { text.split(separator: "\n").count == 1 }

    @Test func unknownDataset() throws {
        let message = try refusal(data: "fasion-mnist")
        #expect(isOneLine(message))
        #expect(message.contains("did you mean `fashion-mnist`?"))
    }

    @Test func missingSpaceFile() throws {
        let message = try refusal(space: "nowhere.space")
        #expect(isOneLine(message))
        #expect(message.contains("nowhere.space: there is no such file"))
    }

    @Test func missingDataDirectory() throws {
        let message = try refusal(data: "mnist:\(directory)/nowhere")
        #expect(isOneLine(message))
        #expect(message.contains("nowhere"))
    }

    @Test func brokenSpaceFile() throws {
        let file = try write("space x\nimage 1x28x28\nclasses 10\nnetwork { stem: cnv 3x3 -> 4 }\n", to: "broken.space")
        #expect(
            try refusal(space: file) == """
                \(file):4:17: error: unknown layer `cnv`
                  network { stem: cnv 3x3 -> 4 }
                                  ^^^
                  did you mean `conv`?

                """)
    }

    @Test(arguments: ["0s", "0m"])
    func zeroBudget(_ budget: String) throws {
        #expect(try refusal(budget: budget) == "error: --budget 0s: expected a positive time, as in --budget 10m\n")
    }

    @Test func unwritableRunDirectory() throws {
        let file = try write("", to: "file")
        let message = try refusal(run: file + "/run")
        #expect(isOneLine(message))
        #expect(message.contains("\(file) is a file, not a directory"))
    }

    @Test func noTeacher() throws {
        let text = try write("not a teacher", to: "teacher.safetensors")
        #expect(try isOneLine(refusal(["--teacher", text])))
        #expect(try refusal(["--teacher", directory + "/none"]).contains("no such file"))
    }

    @Test func teacherForOtherImages() throws {
        let teacher = directory + "/teacher.safetensors"
        let made = try Executable.run(
            [
                "teach", "SearchSpaces/fashion.space", "--data", "fashion-mnist", "--kind", "real", "--meta-steps", "0", "--steps", "2",
                "--batch", "10", "-o", teacher,
            ])
        try #require(made.status == 0, "\(made.stderr)")
        try halveImages(teacher)
        let message = try refusal(["--teacher", teacher])
        #expect(isOneLine(message))
        #expect(message.contains("its images are 1x14x56, those of fashion-mnist are 1x28x28"))
    }

    /// Changes the shape of the images from 28×28 to 14×56, with the same bytes.
    private func halveImages(_ path: String) throws {
        var data = try Data(contentsOf: URL(fileURLWithPath: path))
        let range = try #require(data.range(of: Data("1,28,28]".utf8)))
        data.replaceSubrange(range, with: Data("1,14,56]".utf8))
        try data.write(to: URL(fileURLWithPath: path))
    }

    @Test func contradictions() throws {
        #expect(try refusal(["--candidates", "3", "--candidates-file", "list"]).contains("exclude each other"))
        #expect(try refusal(["--set", "chanels=8"]).contains("did you mean `channels`?"))
        #expect(try refusal(["--shares=-1,2,3"]).contains("must not be negative"))
        #expect(try refusal(["--initial-momentum", "1"]).contains("expected a number between 0 and 1"))
        #expect(try refusal(["--initial-rate", "0"]).contains("expected a positive number"))
        #expect(try refusal(["--workers", "0"]).contains("expected a number from 1 to 256"))
        let unbounded = try Executable.run(["search", "SearchSpaces/fashion.space", "--data", "fashion-mnist", "--run", run])
        #expect(unbounded.status == 2)
        #expect(unbounded.stderr.contains("search needs a bound"))
    }

    @Test func noRun() throws {
        for command in [["rank", directory], ["correlate", directory], ["validate", directory, "--candidates", "2"]] {
            let result = try Executable.run(command)
            #expect(result.status == 2)
            #expect(result.stderr.contains("is not a run directory"))
        }
    }
}
