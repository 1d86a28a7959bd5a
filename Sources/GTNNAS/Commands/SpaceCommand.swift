import ArgumentParser
import Foundation
import SearchSpace

struct SpaceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "space",
        abstract: "Checks, formats, counts, samples, describes and draws search spaces.",
        discussion: """
            A search space is a text file: operations, cells written as equations, and the network that uses them. `|` marks a choice; an \
            architecture is a list of choices. FILE may name a space that comes with gtn-nas, such as fashion.
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
            Errors are printed with line, column and a correction, and the exit code is 2. Warnings leave it at 0.

            Example:
              gtn-nas space check my.space
            """)

    @OptionGroup var options: SpaceOptions

    @Flag(help: OutputOptions.jsonHelp) var json = false

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
        // Exact counts under bounds on cost can take long.
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
        abstract: "Prints a search-space file in canonical layout, with its comments.",
        discussion: """
            --set is checked against the space; the printed file keeps its own defaults.

            Example:
              gtn-nas space format my.space
            """)

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
            Several architectures may compute the same function: a branch that ends in `zero` changes nothing. --distinct counts the \
            functions, by enumeration; it refuses spaces too large to enumerate.

            Example:
              gtn-nas space count nas-bench-201 --distinct
            """)

    @OptionGroup var options: SpaceOptions

    @Flag(help: "Also count distinct functions.") var distinct = false

    @Flag(help: OutputOptions.jsonHelp) var json = false

    func run() throws {
        let space = try options.space()
        let architectures = try space.architectureCount()
        let functions = distinct ? try space.distinctCount() : nil
        if json {
            // JSON readers lose digits above 2^53: such counts are decimal strings.
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
