import ArgumentParser
import Foundation
import Reports
import Search
import Synchronization

struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Shows a run live in a browser.",
        discussion: """
            The page is that of 'gtn-nas report', with the search's progress at the top, and updates by itself. The server only reads the \
            run; Ctrl-C stops it.

            Example:
              gtn-nas serve Results/runs/mine --port 8080
            """)

    @Argument(help: ArgumentHelp("The run directory.", valueName: "run")) var directory: String

    @Option(help: "Port; 0 chooses a free one.") var port: UInt16 = 8080

    @Option(help: "Address; 0.0.0.0 admits other machines.") var host = "127.0.0.1"

    @Flag(help: OutputOptions.jsonHelp) var json = false

    func run() throws {
        Interruption.watch(note: nil)
        // An unreadable run is refused before the server starts.
        _ = try Run(path: directory)
        let server = try LiveServer(LiveRun(path: directory), host: host, port: port)
        let outcome = Mutex<Result<Void, any Error>?>(nil)
        Task {
            do {
                try await server.listen()
                outcome.withLock { $0 = .success(()) }
            } catch {
                outcome.withLock { $0 = $0 ?? .failure(error) }
            }
        }
        Task { [json, host] in
            // If it cannot listen, `listen` throws the reason.
            guard let port = try? await server.port() else { return }
            let address = "http://\(host == "0.0.0.0" ? "127.0.0.1" : host):\(port)/"
            if json { try Console.json("serve", ["path": address]) } else { print("\(address)  (Ctrl-C stops it)") }
            fflush(nil)
        }
        while !Interruption.isRequested, outcome.withLock({ $0 == nil }) { usleep(50_000) }
        if case .failure(let error) = outcome.withLock({ $0 }) {
            throw InputRefusal("\(host):\(port) cannot listen here (\(error.localizedDescription)); --port 0 chooses a free port")
        }
    }
}
