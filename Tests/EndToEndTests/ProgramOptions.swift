import Foundation

/// The options of all commands, including hidden ones, and the options of the scripts.
struct ProgramOptions {
    private struct Dump: Decodable {
        let command: Command
    }
    private struct Command: Decodable {
        let commandName: String
        let subcommands: [Command]?
        let arguments: [Argument]?
    }
    private struct Argument: Decodable {
        let names: [Name]?
    }
    private struct Name: Decodable {
        let kind: String
        let name: String
    }

    /// By the words of the command, as in "teacher test".
    private var ofCommands: [String: Set<String>] = [:]
    /// By the path of the script, as in "Scripts/benchmark".
    private var ofScripts: [String: Set<String>] = [:]
    private var all: Set<String> = ["--generate-completion-script", "--experimental-dump-help", "--version"]
    /// Options of apt-get and TensorBoard.
    private static let ofOtherPrograms: Set = ["--reinstall", "--logdir", "--samples_per_plugin"]

    init() throws {
        let result = try Executable.run(["--experimental-dump-help"])
        add(try JSONDecoder().decode(Dump.self, from: Data(result.stdout.utf8)).command, [])
        for folder in ["Scripts", "Scripts/studies"] {
            for name in try FileManager.default.contentsOfDirectory(atPath: "\(Executable.root)/\(folder)") {
                guard let text = try? String(contentsOfFile: "\(Executable.root)/\(folder)/\(name)", encoding: .utf8) else { continue }
                ofScripts["\(folder)/\(name)"] = Set(Self.options(in: text) + ["--help"])
            }
        }
        // The studies share options.
        let shared = ofScripts["Scripts/studies/study.py", default: []]
        for script in ofScripts.keys where script.hasPrefix("Scripts/studies/") { ofScripts[script]?.formUnion(shared) }
    }

    private mutating func add(_ command: Command, _ path: [String]) {
        let names = (command.arguments ?? []).flatMap { $0.names ?? [] }.filter { $0.kind == "long" }.map { "--" + $0.name }
        ofCommands[path.joined(separator: " ")] = Set(names + ["--help"])
        all.formUnion(names)
        for child in command.subcommands ?? [] { add(child, path + [child.commandName]) }
    }

    private static func options(in text: some StringProtocol) -> [String] {
        String(text).matches(of: #/(?:^|[^\w-])(--[a-z][\w-]*)/#).map { String($0.1) }
    }

    /// Returns the commands and options in a text that do not exist. If the text names a command or a script, its options count, otherwise
    /// those of all commands.
    func unknown(in text: String) -> [String] {
        let commands = text.replacing("\\\n", with: " ").split(separator: #/\n|&&|\|\||;| \| /#)
        return commands.flatMap { command in
            let words = command.split(separator: " ").map(String.init)
            guard let known = options(of: words) else { return [words.joined(separator: " ")] }
            return Self.options(in: command).filter { !known.contains($0) && !Self.ofOtherPrograms.contains($0) }
        }
    }

    /// Returns nil for a command that the program does not have.
    private func options(of words: [String]) -> Set<String>? {
        // A bare option may be that of any script.
        if words.first?.hasPrefix("--") ?? false { return ofScripts.values.reduce(all) { $0.union($1) } }
        if let script = words.lazy.compactMap({ ofScripts[$0] }).first, !words.contains("Scripts/run") { return script }
        let program = words.lastIndex { $0 == "gtn-nas" || $0 == "Scripts/run" }
        let rest = program.map { Array(words[($0 + 1)...]) } ?? words
        for length in [2, 1] where rest.count >= length {
            if let known = ofCommands[rest[..<length].joined(separator: " ")] { return known }
        }
        // The program's name followed by a lowercase word is a command.
        guard program == nil || rest.first?.wholeMatch(of: #/[a-z]+/#) == nil || rest.first == "help" else { return nil }
        return all
    }
}
