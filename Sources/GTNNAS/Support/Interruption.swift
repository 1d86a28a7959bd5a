import Basics
import Foundation

/// Ctrl-C and SIGTERM: the first asks the work to end in good order, the second ends the process at once.
enum Interruption {
    static let cancellation = Cancellation()
    nonisolated(unsafe) private static var sources: [DispatchSourceSignal] = []

    /// - Parameter note: what the first signal is answered with.
    static func watch(note: String? = "\nending; once more ends at once") {
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if cancellation.isRequested { _exit(130) }
                cancellation.request()
                if let note { Console.note(note) }
            }
            source.resume()
            sources.append(source)
        }
    }

    static var isRequested: Bool { cancellation.isRequested }
}

extension Deadline {
    /// Of a command with statistics at its end, which take a moment of the budget; none without a budget. Ctrl-C cancels either.
    static func ofCommand(_ budget: TimeSpan?, startedAt: Double) -> Deadline {
        budget.map { Deadline(at: startedAt + 0.98 * $0.seconds, cancellation: Interruption.cancellation) }
            ?? .unbounded(cancellation: Interruption.cancellation)
    }
}
