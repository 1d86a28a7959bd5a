import Foundation
import Testing

@Suite struct SpaceTests {
    private let fashion = "SearchSpaces/fashion.space"
    private let benchmark = "SearchSpaces/nas-bench-201.space"

    /// Runs a command with `--json` and returns its object.
    private func object(_ arguments: [String], status: Int32 = 0) throws -> [String: Any] {
        let result = try Executable.run(arguments + ["--json"])
        #expect(result.status == status, "\(result.stderr)")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(result.stdout.utf8)) as? [String: Any])
        #expect(object["schema"] as? String == "gtn-nas/1")
        #expect(object["command"] as? String == arguments[..<2].joined(separator: " "))
        return object
    }

    private func brokenFile() throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).space").path
        try "space broken\nimage 1x28x28\nclasses 10\nnetwork {\n  stem: conv 3x3 -> chanels > norm\n}\n".write(
            toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test func checksAValidSpace() throws {
        let object = try object(["space", "check", fashion])
        #expect(object["space"] as? String == "fashion")
        #expect(object["valid"] as? Bool == true)
        #expect((object["diagnostics"] as? [Any])?.isEmpty == true)
        let human = try Executable.run(["space", "check", fashion])
        #expect(human.stdout.hasPrefix("ok: fashion, 117649 architectures, "))
    }

    @Test func showsErrorsWithTheirPositions() throws {
        let path = try brokenFile()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let result = try Executable.run(["space", "check", path])
        #expect(result.status == 2)
        #expect(result.stdout.isEmpty)
        #expect(result.stderr.contains("\(path):5:21: error: "))
        #expect(result.stderr.contains("    stem: conv 3x3 -> chanels > norm\n                      ^^^^^^^"))

        let object = try object(["space", "check", path], status: 2)
        #expect(object["valid"] as? Bool == false)
        #expect(object["space"] is NSNull)
        let diagnostic = try #require((object["diagnostics"] as? [[String: Any]])?.first)
        #expect(diagnostic["line"] as? Int == 5)
        #expect(diagnostic["column"] as? Int == 21)
        #expect(diagnostic["severity"] as? String == "error")
        #expect((diagnostic["message"] as? String)?.isEmpty == false)
    }

    @Test func formattingIsIdempotent() throws {
        let once = try Executable.run(["space", "format", fashion])
        #expect(once.status == 0)
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).space").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try once.stdout.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try Executable.run(["space", "format", path]).stdout == once.stdout)
    }

    @Test func countsArchitectures() throws {
        let object = try object(["space", "count", benchmark])
        #expect(object["architectures"] as? Int == 15_625)
        #expect(object["distinct"] is NSNull)
    }

    /// Of 15,625 cells, fewer are distinct functions. SearchSpaceTests compares the exact number with an independent count.
    @Test func countsDistinctFunctions() throws {
        let object = try object(["space", "count", benchmark, "--distinct"])
        let distinct = try #require(object["distinct"] as? Int)
        #expect(distinct > 1000 && distinct < 15_625)
    }

    /// 2^60 architectures: a string in JSON, and too many to enumerate.
    @Test func largeCountsAreStrings() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).space").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try """
        space wide
        image 1x8x8
        classes 2
        op any = relu | tanh
        network {
          body: 60 * any
          head: global-avg-pool > linear classes
        }
        """.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try object(["space", "count", path])["architectures"] as? String == "1152921504606846976")
        let refused = try Executable.run(["space", "count", path, "--distinct"])
        #expect(refused.status == 2)
        #expect(refused.stderr.contains("1152921504606846976"))
    }

    @Test func findsShippedSpacesByName() throws {
        let elsewhere = FileManager.default.temporaryDirectory.path
        let counted = try Executable.run(["space", "count", "fashion", "--json"], directory: elsewhere)
        try #require(counted.status == 0, "\(counted.stderr)")
        let output = try #require(try JSONSerialization.jsonObject(with: Data(counted.stdout.utf8)) as? [String: Any])
        #expect(output["architectures"] as? Int == 117_649)
        let mistyped = try Executable.run(["space", "count", "nas-bench-20"], directory: elsewhere)
        #expect(mistyped.status == 2 && mistyped.stdout.isEmpty)
        #expect(mistyped.stderr.hasPrefix("error: nas-bench-20: no such file, and no search space of this name comes with gtn-nas"))
        #expect(mistyped.stderr.contains("did you mean `nas-bench-201`?"), "\(mistyped.stderr)")
    }

    /// A run directory may have the space's name, and a user may have a `SearchSpaces` directory.
    @Test func directoriesHideNoShippedSpace() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())")
        defer { try? FileManager.default.removeItem(at: directory) }
        for name in ["fashion", "SearchSpaces"] {
            try FileManager.default.createDirectory(at: directory.appendingPathComponent(name), withIntermediateDirectories: true)
        }
        let counted = try Executable.run(["space", "count", "fashion"], directory: directory.path)
        #expect(counted.status == 0 && counted.stdout.contains("117649"), "\(counted.stderr)")
        let shown = try Executable.run(["teacher", "show", "fashion-14x14"], directory: directory.path)
        #expect(shown.status == 0 && shown.stdout.contains("48 steps"), "\(shown.stderr)")
    }

    @Test func samplesFollowTheSeed() throws {
        let first = try #require(
            try object(["space", "sample", fashion, "-n", "5", "--seed", "3"])["architectures"] as? [NSDictionary])
        #expect(first.count == 5)
        #expect(first.allSatisfy { ($0["hash"] as? String)?.count == 16 && ($0["architecture"] as? String)?.isEmpty == false })
        let again = try #require(
            try object(["space", "sample", fashion, "-n", "5", "--seed", "3"])["architectures"] as? [NSDictionary])
        #expect(first == again)
        let other = try #require(
            try object(["space", "sample", fashion, "-n", "5", "--seed", "4"])["architectures"] as? [NSDictionary])
        #expect(first != other)
    }

    @Test func describesAnArchitecture() throws {
        let notation = "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|nor_conv_1x1~0|none~1|avg_pool_3x3~2|"
        let object = try object(["space", "describe", benchmark, "--architecture", notation])
        #expect(object["architecture"] as? String == notation)
        let canonical = try #require(object["canonical"] as? String)
        #expect(!canonical.contains("|"))
        let layers = try #require(object["layers"] as? [[String: Any]])
        #expect(layers.first?["name"] as? String == "stem/conv")
        #expect(layers.first?["output"] as? [Int] == [16, 32, 32])
        for cost in ["parameters", "macs", "activation_bytes"] {
            #expect(layers.reduce(0) { $0 + ($1[cost] as? Int ?? 0) } == object[cost] as? Int)
        }
        #expect(layers.compactMap { $0["depth"] as? Int }.max() == object["depth"] as? Int)
        let again = try self.object(["space", "describe", benchmark, "--architecture", canonical])
        #expect(again["hash"] as? String == object["hash"] as? String)
        #expect(again["architecture"] as? String == canonical)
    }

    @Test func drawsAnArchitecture() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).svg").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let arguments = ["space", "draw", fashion, "--architecture", "skip.skip,none.conv1x1,none,sep3x3", "-o", path]
        #expect(try object(arguments)["path"] as? String == path)
        let picture = try String(contentsOfFile: path, encoding: .utf8)
        #expect(picture.hasPrefix("<svg ") && picture.contains(">sep3x3</text>"))
        #expect(try Executable.run(arguments).stdout == "\(path)\n")
    }

    @Test func settingsChangeTheCostButNotTheHash() throws {
        let arguments = ["space", "describe", fashion, "--architecture", "skip.skip,none.conv1x1,none,skip"]
        let narrow = try object(arguments + ["--set", "channels=8"])
        let wide = try object(arguments + ["--set", "channels=16"])
        #expect(narrow["hash"] as? String == wide["hash"] as? String)
        #expect(try #require(narrow["parameters"] as? Int) < (try #require(wide["parameters"] as? Int)))
    }

    @Test(arguments: [
        (["check", "nowhere.space"], "there is no such file"),
        (["check", "SearchSpaces"], "it is a directory"),
        (["count", "SearchSpaces/fashion.space", "--set", "chanels=8"], "did you mean `channels`?"),
        (["count", "SearchSpaces/fashion.space", "--set", "channels=wide"], "takes a whole number"),
        (["count", "SearchSpaces/fashion.space", "--set", "channels"], "expected NAME=VALUE"),
        (["sample", "SearchSpaces/fashion.space", "-n", "0"], "expected a number from 1"),
        (
            ["draw", "SearchSpaces/fashion.space", "--architecture", "skip.skip,skip.skip,skip,skip", "-o", "nowhere/cell.svg"],
            "there is no directory"
        ),
        (["describe", "SearchSpaces/fashion.space", "--architecture", "skip.skip,nnoe.skip,skip,skip"], "did you mean `none`?"),
    ])
    func refusesWrongUse(_ arguments: [String], _ words: String) throws {
        let result = try Executable.run(["space"] + arguments + ["--json"])
        #expect(result.status == 2)
        #expect(result.stdout.isEmpty)
        #expect(result.stderr.contains(words), "\(result.stderr)")
    }
}
