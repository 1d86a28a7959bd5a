import Basics
import Foundation

/// Handles Ctrl-C and SIGTERM. The first signal lets the command save and stop, the second ends the process at once.
enum Interruption {
    static let cancellation = Cancellation()
    nonisolated(unsafe) private static var sources: [DispatchSourceSignal] = []

    /// - Parameter note: the text printed at the first signal.
    static func watch(note: String? = "\nstopping after saving; press Ctrl-C again to stop at once") {
        guard sources.isEmpty else { return }
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
    /// The deadline of a command that reserves 2 % of its budget for statistics. Without a budget it is unbounded. Ctrl-C cancels both.
    static func ofCommand(_ budget: TimeSpan?, startedAt: Double) -> Deadline {
        budget.map { Deadline(at: startedAt + 0.98 * $0.seconds, cancellation: Interruption.cancellation) }
            ?? .unbounded(cancellation: Interruption.cancellation)
    }
}
