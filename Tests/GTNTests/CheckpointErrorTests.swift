import Basics
import Testing

@testable import GTN

/// A library names settings; whoever prints an error says what they are called.
@Suite struct CheckpointErrorTests {
    @Test func settingsAreNamedByTheReader() {
        let file = CheckpointError(path: "c", problem: "p", remedy: "begin anew or \(setting: "resume")")
        #expect(file.message { "--\($0)" } == "c: p; begin anew or --resume")
        #expect("\(file)" == "c: p; begin anew or resume")
        let divergence: any UserError = FullTraining.Divergence(epoch: 2, peakRate: 0.5)
        #expect(divergence.message { "--\($0)" } == "the training diverged in epoch 2; try a lower --rate than 0.5")
        #expect("\(divergence)" == "the training diverged in epoch 2; try a lower rate than 0.5")
    }

    @Test func whatCannotBeWrittenSaysHowToGoOn() throws {
        let file = try CheckpointFile(path: "/no such directory/c", resumes: false)
        let error = #expect(throws: CheckpointError.self) {
            try file.write(Checkpoint(identity: "{}", seconds: 0, tensors: [:], states: [:]))
        }
        #expect(
            error?.message { "--\($0)" }
                == "/no such directory/c: the checkpoint cannot be written; make room for it, and begin anew or --resume")
    }
}
