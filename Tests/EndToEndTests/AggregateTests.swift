import Foundation
import TestSupport
import Testing

/// The default ranking: an aggregate of several scores.
@Suite(.serialized, .slow) final class AggregateTests {
    private let scratch: SearchTests.Scratch

    init() throws { scratch = try SearchTests.Scratch() }

    private static let search = [
        "search", "SearchSpaces/fashion.space", "--data", "fashion-mnist", "--set", "channels=4", "--teacher", "real", "--passes", "2",
    ]
    private static let members: Set = [
        "curriculum", "macs", "parameters", "jacob_cov", "trainability", "nwot", "zico", "synflow", "expressivity",
    ]

    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test func needsNoOptionAndSaysWhatItBelieves() throws {
        let result = try Executable.run(
            Self.search + [
                "--candidates", "10", "--validate", "8", "--epochs", "1", "--images", "400", "--run", scratch.file("run"), "--json",
            ])
        try #require(result.status == 0, "\(result.stderr)")
        let found = try object(result.stdout)
        let beliefs = try #require(found["beliefs"] as? [String: Double])
        #expect(Set(beliefs.keys) == Self.members && abs(beliefs.values.reduce(0, +) - 1) < 1e-9 && beliefs.values.allSatisfy { $0 >= 0 })
        let ranking = try #require(found["ranking"] as? [[String: Any]])
        #expect(ranking.count == 10)
        for row in ranking {
            let scores = try #require(row["scores"] as? [String: Any])
            #expect(Set(scores.keys) == Self.members)
            // Costs are those of the space, not of the smaller scale of scores.
            #expect(scores["macs"] as? Double == row["macs"] as? Double)
            #expect(row["accuracy"] is NSNull && row["loss"] is NSNull)
        }
        let values = ranking.compactMap { $0["score"] as? Double }
        #expect(values == values.sorted(by: >))
        let correlation = try #require(found["correlation"] as? [String: Any])
        #expect(correlation["proxy"] as? String == "aggregate")
        #expect((correlation["others"] as? [String: Any])?["curriculum"] != nil)
        let printed = try Executable.run(["correlate", scratch.file("run")]).stdout
        #expect(printed.contains("beliefs       ") && printed.contains("(learned from accuracies)"))
        let shown = try object(Executable.run(["correlate", scratch.file("run"), "--json"]).stdout)
        #expect(shown["beliefs"] as? [String: Double] == beliefs)
    }

    /// Count-bounded results depend neither on the number of workers nor on interruptions.
    @Test(arguments: ["random", "evolution"]) func isTheSameForAnyNumberOfWorkers(_ strategy: String) throws {
        func run(_ name: String, _ more: [String]) throws -> NSArray {
            let result = try Executable.run(
                Self.search + ["--strategy", strategy, "--candidates", "12", "--validate", "0", "--run", scratch.file(name), "--json"]
                    + more)
            try #require(result.status == 0, "\(result.stderr)")
            let rows = try #require(try object(result.stdout)["ranking"] as? [[String: Any]])
            return rows.map { $0.filter { $0.key != "seconds" } } as NSArray
        }
        let one = try run("one", ["--workers", "1"])
        #expect(try run("three", ["--workers", "3"]) == one)
        _ = try run("resumed", ["--workers", "2", "--candidates", "5"])
        #expect(try run("resumed", ["--workers", "2", "--resume"]) == one)
    }

    @Test func learnsFromAccuraciesOfOtherArchitectures() throws {
        let names = ["conv1x1", "conv3x3", "sep3x3", "skip", "avg3x3", "max3x3"]
        let rows = names.enumerated().flatMap { number, name in
            ["none", "conv3x3"].enumerated().map {
                "\"\(name).conv3x3,\($1).\(name),none,max3x3\",\(0.6 + 0.01 * Double(number) + 0.05 * Double($0))"
            }
        }
        try "architecture,accuracy\n\(rows.joined(separator: "\n"))\n".write(
            toFile: scratch.file("known.csv"), atomically: true, encoding: .utf8)
        let command =
            Self.search + ["--candidates", "6", "--validate", "0", "--accuracies", scratch.file("known.csv"), "--run", scratch.file("run")]
        let result = try Executable.run(command)
        try #require(result.status == 0, "\(result.stderr)")
        #expect(result.stdout.contains("(learned from accuracies)") && result.stdout.contains("scored        6 architectures"))
        #expect(try Executable.run(command + ["--resume"]).status == 0)
    }

    @Test func refusesAccuraciesThatItCannotUse() throws {
        try "architecture,accuracy\n\"skip.none,none.none,none,max3x3\",0.5\n".write(
            toFile: scratch.file("few.csv"), atomically: true, encoding: .utf8)
        let few = try Executable.run(Self.search + ["--candidates", "2", "--accuracies", scratch.file("few.csv")])
        #expect(few.status == 2 && few.stderr.contains("few.csv: has accuracies of 1 different architectures; at least 8 are needed"))
        let other = try Executable.run([
            "search", "SearchSpaces/fashion.space", "--data", "fashion-mnist", "--candidates", "2", "--proxy", "nwot", "--accuracies",
            scratch.file("few.csv"),
        ])
        #expect(other.status == 2 && other.stderr.contains("only --proxy aggregate learns from accuracies"))
        let single = try Executable.run([
            "score", "SearchSpaces/fashion.space", "--data", "fashion-mnist", "--proxy", "aggregate", "--architecture",
            "skip.none,none.none,none,max3x3",
        ])
        #expect(single.status == 2 && single.stderr.contains("--proxy aggregate ranks several candidates"))
    }

    /// A first ranking appears before a teacher is meta-trained.
    @Test func ranksByUntrainedScoresFirst() throws {
        let result = try Executable.run([
            "search", "SearchSpaces/fashion.space", "--data", "fashion-mnist", "--set", "channels=4", "--meta-steps", "2", "--steps", "2",
            "--batch", "20", "--candidates", "4", "--validate", "0", "--run", scratch.file("run"),
        ])
        try #require(result.status == 0, "\(result.stderr)")
        #expect(result.stderr.contains("the best of 4 candidates so far:"))
    }

    @Test func scoresAtASmallerScale() throws {
        let result = try Executable.run([
            "search", "nas-bench-macro", "--data", "fashion-mnist", "--set", "channels=4", "--proxy", "nwot", "--proxy-set", "channels=2",
            "--candidates", "2", "--validate", "0", "--run", scratch.file("run"),
        ])
        try #require(result.status == 0, "\(result.stderr)")
        #expect(result.stdout.contains("scored at     images of 14 x 14 pixels, channels = 2"))
        let resumed = try Executable.run([
            "search", "nas-bench-macro", "--data", "fashion-mnist", "--set", "channels=4", "--proxy-set", "channels=4", "--candidates", "3",
            "--run", scratch.file("run"), "--resume",
        ])
        #expect(resumed.status == 2 && resumed.stderr.contains("omit --proxy-set channels=4"), "\(resumed.stderr)")
        let wrong = try Executable.run([
            "search", "nas-bench-201", "--data", "fashion-mnist", "--proxy-set", "chanels=2", "--candidates", "1",
        ])
        #expect(wrong.status == 2 && wrong.stderr.contains("did you mean `channels`?"))
    }
}
