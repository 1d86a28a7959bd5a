import Foundation
import Synchronization

/// The last part of a process's standard error. Its last line usually has the reason for a crash.
final class StderrTail: Sendable {
    private static let kept = 4_096
    private let text = Mutex(Data())

    func read(_ pipe: Pipe) {
        pipe.fileHandleForReading.readabilityHandler = { [weak self] handle in
            let data = handle.availableData
            guard !data.isEmpty else {
                handle.readabilityHandler = nil
                return
            }
            self?.text.withLock { $0 = Data(($0 + data).suffix(Self.kept)) }
        }
    }

    var lastLine: String? {
        text.withLock { String(decoding: $0, as: UTF8.self) }.split(separator: "\n").last.map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
