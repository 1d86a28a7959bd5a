import ArgumentParser
import Foundation
import GTN

/// The option that writes the meta-steps as a table.
struct LogOption: ParsableArguments {
    @Option(name: .customLong("log"), help: ArgumentHelp("Also write the loss of every meta-step, as CSV.", valueName: "file"))
    var path: String?

    /// Refuses a path that cannot be written to.
    func check() throws { if let path { try OutputFile.check(path) } }

    func write(_ history: [MetaTraining.Record]) throws {
        if let path { try history.csv.write(toFile: path, atomically: true, encoding: .utf8) }
    }
}
