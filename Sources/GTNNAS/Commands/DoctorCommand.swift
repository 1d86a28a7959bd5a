import ArgumentParser
import Foundation
import Search

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Checks this machine: what it offers, what is missing, and how to fix it.",
        discussion: """
            The exit code is 1 if a check fails.

            Example:
              gtn-nas doctor
            """)

    @Flag(help: OutputOptions.jsonHelp) var json = false

    func run() throws {
        let checks = MachineCheck.all().map { (name: $0.name, ok: $0.ok, detail: $0.detail.text(naming: CommandLineOption.name)) }
        if json {
            try Console.json("doctor", ["checks": checks.map { ["name": $0.name, "ok": $0.ok, "detail": $0.detail] as [String: Any] }])
        } else {
            var table = TextTable([.left, .left, .left])
            for check in checks { table.add(check.ok ? "ok" : "FAILS", check.name, check.detail) }
            table.print()
        }
        guard checks.allSatisfy(\.ok) else { throw ExitCode(1) }
    }
}
