import Foundation
import Testing

/// The version, and the help of all commands.
@Suite struct HelpTests {
    /// A command, as `--experimental-dump-help` describes it.
    private struct Command: Decodable {
        struct Argument: Decodable {
            struct Name: Decodable { let name: String }
            let shouldDisplay: Bool
            let names: [Name]?
        }

        let commandName: String
        let superCommands: [String]?
        let shouldDisplay: Bool
        let discussion: String?
        let subcommands: [Command]?
        let arguments: [Argument]?

        /// The command as typed, without the program's name.
        var words: [String] { Array(((superCommands ?? []) + [commandName]).dropFirst()) }

        /// Long options that help does not show.
        var hiddenOptions: Set<String> {
            Set((arguments ?? []).filter { !$0.shouldDisplay }.flatMap { $0.names ?? [] }.map(\.name))
        }

        /// Visible commands without subcommands. ArgumentParser adds `help`.
        var leaves: [Command] {
            guard shouldDisplay, commandName != "help" else { return [] }
            return subcommands.map { $0.flatMap(\.leaves) } ?? [self]
        }
    }

    /// Former spellings of options, which stay accepted, by command.
    private static let formerOptions: [String: Set<String>] = [
        "search": ["replays", "replay-rate", "patience"], "score": ["replays", "replay-rate"], "validate": ["patience"],
        "correlate": ["patience"], "teach": ["passes"], "teacher passes": ["epochs"], "teacher advise": ["replays", "replay-rate"],
    ]

    private func leaves() throws -> [Command] {
        struct Dump: Decodable { let command: Command }
        let dump = try Executable.run(["--experimental-dump-help"])
        try #require(dump.status == 0, "\(dump.stderr)")
        let leaves = try JSONDecoder().decode(Dump.self, from: Data(dump.stdout.utf8)).command.leaves
        try #require(leaves.count > 20)
        return leaves
    }

    @Test func printsItsVersion() throws {
        let result = try Executable.run(["--version"])
        #expect(result.status == 0 && result.stderr.isEmpty)
        #expect(result.stdout.hasPrefix("gtn-nas ") && result.stdout.split(separator: "\n").count == 1, "\(result.stdout)")
    }

    /// Every value that help lists says what it means.
    @Test func valuesAreDescribed() throws {
        for command in try leaves() {
            let help = try Executable.run(command.words + ["--help"]).stdout
            #expect(help.firstMatch(of: /\n +[a-z_-]+ +- *\n/) == nil, "\(command.words): \(help)")
        }
    }

    @Test func everyCommandHasAnExample() throws {
        for command in try leaves() {
            let name = command.words.joined(separator: " ")
            let example = command.discussion?.split(separator: "Example:", maxSplits: 1).last
            #expect(command.discussion?.contains("Example:") == true, "\(name)")
            #expect(example?.contains("  gtn-nas \(name)") == true, "\(name)")
        }
    }

    @Test func hidesFormerSpellings() throws {
        for command in try leaves() {
            let former = Self.formerOptions[command.words.joined(separator: " ")] ?? []
            #expect(command.hiddenOptions == former, "\(command.words)")
            guard !former.isEmpty else { continue }
            let help = try Executable.run(command.words + ["--help"])
            #expect(help.status == 0)
            #expect(help.stdout.contains("Example:"), "\(command.words)")
            let words = Set(help.stdout.split { !$0.isLetter && $0 != "-" }.map(String.init))
            #expect(words.isDisjoint(with: former.map { "--\($0)" }), "\(command.words)")
        }
        #expect(try !Executable.run(["teacher", "--help"]).stdout.contains("replay"))
    }
}
