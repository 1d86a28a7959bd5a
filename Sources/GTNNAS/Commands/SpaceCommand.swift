import ArgumentParser
import Foundation
import SearchSpace

struct SpaceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "space",
        abstract: "Checks, formats, counts, samples, describes and draws search spaces.",
        discussion: """
            A space is a text file: operations, cells written as the equations of a paper, and the network that uses them. `|` is a \
            choice; an architecture is the list of the choices made.
            """,
        subcommands: [
            SpaceCheckCommand.self, SpaceFormatCommand.self, SpaceCountCommand.self, SpaceSampleCommand.self, SpaceDescribeCommand.self,
            SpaceDrawCommand.self,
        ])
}

struct SpaceCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Parses and checks a search-space file.",
        discussion: """
            Mistakes are shown with line, column and what would be right. The exit code is 2 when there is one; warnings alone leave it \
            at 0.

            Example:
              gtn-nas space check SearchSpaces/fashion.space
            """)

    @OptionGroup var options: SpaceOptions

    @Flag(help: "Print one JSON object on stdout and nothing else there.")
    var json = false

    func run() throws {
        let space: SearchSpace
        do {
            space = try options.space()
        } catch let errors as SpaceErrors {
            guard json else { throw errors }
            try print(name: nil, errors.diagnostics)
            throw ExitCode(2)
        }
        guard !json else { return try print(name: space.name, space.warnings) }
        for warning in space.warnings { Console.note("\(warning)") }
        let settings = space.settings.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
        // Bounds on cost can make the exact number a long piece of work.
        let exact = space.unrestrictedCount <= 20_000 || !space.hasRequirements ? try? space.architectureCount() : nil
        let count = exact.map { "\($0) architectures" } ?? "\(space.unrestrictedCount) architectures before its requirements"
        Swift.print(
            """
            ok: \(space.name), \(count), images \(space.image), \(space.classes) classes\
            \(settings.isEmpty ? "" : ", settings: \(settings)")
            """)
    }

    private func print(name: String?, _ diagnostics: [Diagnostic]) throws {
        try Console.json(
            "space check",
            [
                "space": name ?? NSNull(), "valid": name != nil,
                "diagnostics": diagnostics.map { diagnostic in
                    [
                        "line": diagnostic.line, "column": diagnostic.column, "severity": diagnostic.severity.rawValue,
                        "message": diagnostic.message, "suggestion": diagnostic.suggestion ?? NSNull(),
                    ] as [String: Any]
                },
            ])
    }
}

struct SpaceFormatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "format",
        abstract: "Prints a search-space file in canonical layout, comments kept.",
        discussion: "With --set, the settings are checked against the space; the printed file keeps its own defaults.")

    @OptionGroup var options: SpaceOptions

    func run() throws {
        Swift.print(try options.space().formatted(), terminator: "")
    }
}

struct SpaceCountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "count",
        abstract: "Counts the architectures of a space, exactly.",
        discussion: """
            Many architectures are the same function: a branch that ends in `zero` changes nothing. --distinct also counts the different \
            functions, by looking at each architecture; spaces too large for that are refused.

            Example:
              gtn-nas space count SearchSpaces/nas-bench-201.space --distinct
            """)

    @OptionGroup var options: SpaceOptions

    @Flag(help: "Also count the different functions.")
    var distinct = false

    @Flag(help: "Print one JSON object on stdout and nothing else there.")
    var json = false

    func run() throws {
        let space = try options.space()
        let architectures = try space.architectureCount()
        let functions = distinct ? try space.distinctCount() : nil
        if json {
            // Beyond 2^53 JSON readers lose digits: a decimal string then.
            let exactNumber = Int(exactly: architectures).flatMap { $0 <= 1 << 53 ? $0 : nil } as Any?
            try Console.json("space count", ["architectures": exactNumber ?? "\(architectures)", "distinct": functions ?? NSNull()])
            return
        }
        var table = TextTable([.left, .right])
        table.add("architectures", "\(architectures)")
        if let functions { table.add("distinct", "\(functions)") }
        table.print()
    }
}
