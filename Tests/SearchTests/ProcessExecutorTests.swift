import Basics
import Foundation
import Testing

@testable import Search

struct ProcessExecutorTests {
    /// Workers that die before they accept an order end the work with a reason. Writing to a dead worker does not end this process.
    @Test func workersThatDieIdleEndTheWork() throws {
        let log = FileManager.default.temporaryDirectory.appending(path: "log-\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: log) }
        let command = WorkerCommandLine(
            program: URL(fileURLWithPath: "/bin/sh"), arguments: ["-c", #"printf '{"ready":{}}\n'; exit 3"#])
        let executor = ProcessExecutor(command, timeout: 10, log: try RunLog(log))
        let error = #expect(throws: CannotWork.self) {
            try executor.perform(.measurePace(atProxyScale: false), on: candidate(1), seed: 0, until: .unbounded())
        }
        #expect(error?.isInput == false)
        #expect(error?.description.contains("ended with exit code 3") == true, "\(error?.description ?? "")")
    }
}
