import Foundation
import Testing

@testable import GTN

/// Tests the teacher configuration that runs store.
@Suite struct TeachingSettingsTests {
    /// Settings as runs stored them before meta-training had objectives.
    private static let old = """
        {"batch":20,"initial_schedule":{"decay":0.4,"is_learned":true,"learning_rate":0.7,"momentum":0.9,"optimizer":"sgd-momentum",\
        "second_moment_decay":0.95},"kind":"distilled","meta_training":{"averaging":3,"beta1":0.9,"beta2":0.999,"clip":5,"final_rate":0.02,\
        "intermediate":0.25,"learners":2,"learning_rate":0.04,"meta_batch":256,"normalizes_gradients":true,"window":2},"steps":3,\
        "typical":0.7}
        """

    private static func configuration(intermediate: Double) -> Teaching.Configuration {
        var configuration = Teaching.Configuration(kind: .distilled, bound: .metaSteps(2))
        (configuration.steps, configuration.batch) = (3, 20)
        configuration.metaTraining = .standard(for: .distilled)
        configuration.metaTraining.learners = 2
        configuration.objective = RealLossObjective(intermediate: intermediate, window: 2)
        return configuration
    }

    private struct Stored: Codable {
        var teaching: Teaching.Settings
    }

    /// A run resumes if its stored text equals the text of the current settings.
    @Test func oldRunsResume() throws {
        func text(_ intermediate: Double) throws -> String? {
            try FileMetadata.texts(of: Stored(teaching: .init(Self.configuration(intermediate: intermediate))))["teaching"]
        }
        #expect(try text(0.25) == Self.old)
        #expect(try text(0) != Self.old)
    }

    /// Unknown names are ignored.
    @Test func oldTextsAreRead() throws {
        for text in [
            Self.old, Self.old.replacing("\"learners\"", with: "\"ranked_steps\":3,\"mistake\":{\"from\":1,\"to\":2},\"learners\""),
        ] {
            let stored = try FileMetadata.value(Stored.self, of: ["teaching": text])
            #expect(stored.teaching == Teaching.Settings(Self.configuration(intermediate: 0.25)))
        }
    }
}
