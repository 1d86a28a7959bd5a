import Basics
import Foundation

/// Ctrl-C and SIGTERM: the first signal ends the work in good order, the second ends the process at once.
enum Interruption {
    static let cancellation = Cancellation()
    nonisolated(unsafe) private static var sources: [DispatchSourceSignal] = []

    /// - Parameter note: the answer to the first signal.
    static func watch(note: String? = "\nstopping after saving; press Ctrl-C again to stop at once") {
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
    /// The deadline of a command that leaves 2 % of its budget for statistics; unbounded without a budget. Ctrl-C cancels either.
    static func ofCommand(_ budget: TimeSpan?, startedAt: Double) -> Deadline {
        budget.map { Deadline(at: startedAt + 0.98 * $0.seconds, cancellation: Interruption.cancellation) }
            ?? .unbounded(cancellation: Interruption.cancellation)
    }
}
