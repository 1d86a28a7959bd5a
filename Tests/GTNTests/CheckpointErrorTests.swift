import Basics
import Testing

@testable import GTN

/// Errors name settings, and the program that prints them chooses the names.
@Suite struct CheckpointErrorTests {
    @Test func theReaderNamesSettings() {
        let file = CheckpointError(path: "c", problem: "p", remedy: "start over or \(setting: "resume")")
        #expect(file.message { "--\($0)" } == "c: p; start over or --resume")
        #expect("\(file)" == "c: p; start over or resume")
        let divergence: any UserError = FullTraining.Divergence(epoch: 2, peakRate: 0.5)
        #expect(divergence.message { "--\($0)" } == "the training diverged in epoch 2; try a lower --rate than 0.5")
        #expect("\(divergence)" == "the training diverged in epoch 2; try a lower rate than 0.5")
    }

    @Test func failedWritesNameARemedy() throws {
        let file = try CheckpointFile(path: "/no such directory/c", resumes: false)
        let error = #expect(throws: CheckpointError.self) {
            try file.write(Checkpoint(identity: "{}", seconds: 0, tensors: [:], states: [:]))
        }
        #expect(
            error?.message { "--\($0)" }
                == "/no such directory/c: the checkpoint cannot be written; "
                + "check its directory and the free disk space, then --resume or start over")
    }
}
