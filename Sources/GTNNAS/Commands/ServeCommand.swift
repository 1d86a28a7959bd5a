import ArgumentParser
import Foundation
import Reports
import Search
import Synchronization

struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Shows a run in the browser as it goes.",
        discussion: """
            The page is that of 'gtn-nas report' with the state of the run above it, and follows the search by itself. It only reads; it \
            goes on when the search has ended, until Ctrl-C ends it.

            Example:
              gtn-nas serve Results/runs/mine --port 8080
            """)

    @Argument(help: ArgumentHelp("The run directory.", valueName: "run"))
    var directory: String

    @Option(help: "The port to listen on; 0 takes a free one.")
    var port: UInt16 = 8080

    @Option(help: "The address to listen on; 0.0.0.0 lets other machines watch, too.")
    var host = "127.0.0.1"

    @Flag(help: "Print one JSON object on stdout and nothing else there.")
    var json = false

    func run() throws {
        Interruption.watch(note: nil)
        // What cannot be read is refused before anything listens.
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
            // Where it cannot listen, `listen` says why.
            guard let port = try? await server.port() else { return }
            let address = "http://\(host == "0.0.0.0" ? "127.0.0.1" : host):\(port)/"
            if json { try Console.json("serve", ["path": address]) } else { print("\(address)  (Ctrl-C ends it)") }
            fflush(nil)
        }
        while !Interruption.isRequested, outcome.withLock({ $0 == nil }) { usleep(50_000) }
        if case .failure(let error) = outcome.withLock({ $0 }) {
            throw InputRefusal("\(host):\(port) cannot be listened on (\(error.localizedDescription)); --port 0 takes a free port")
        }
    }
}
