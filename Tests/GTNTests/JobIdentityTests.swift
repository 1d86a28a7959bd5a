import Foundation
import Networks
import SearchSpace
import Testing

@testable import GTN

/// Tests which checkpoints a job accepts.
@Suite struct JobIdentityTests {
    private static func identity(_ change: (inout Teaching.Configuration) -> Void = { _ in }) throws -> JobIdentity {
        var configuration = Teaching.Configuration(kind: .distilled, bound: .metaSteps(5))
        change(&configuration)
        return Teaching(Fixtures.fashionMNIST, try Fixtures.fashionSpace(side: 28, classes: 10), configuration).identity
    }

    private static func changed(_ text: String, _ change: (inout [String: Any]) -> Void) throws -> String {
        var fields = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        change(&fields)
        return String(decoding: try JSONSerialization.data(withJSONObject: fields), as: UTF8.self)
    }

    @Test func theTextIsJSONWithSortedKeys() throws {
        let text = try Self.identity().text
        let fields = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(fields["job"] as? String == "teaching")
        #expect(fields["bound"] as? Int == 5)
        #expect(fields["metaTraining.learners"] as? Int == 8)
        #expect(fields["spaceSettings.channels"] as? Int == 4)
        let keys = text.matches(of: #/"([\w.]+)":/#).map { String($0.1) }
        #expect(keys == keys.sorted() && keys.count == fields.count)
    }

    /// Older checkpoints lack a field that was added later.
    @Test func missingFieldsHaveTheirDefaults() throws {
        let older = try Self.changed(try Self.identity().text) { fields in
            fields["typical"] = nil
            fields["metaTraining.averaging"] = nil
        }
        #expect(try Self.identity().differences(from: older) == [])
        let other = try #require(
            try Self.identity {
                $0.typical = 0.5
                $0.metaTraining.averaging = 2
            }.differences(from: older))
        #expect(other.map(\.description) == ["metaTraining.averaging was 3, is 2", "typical was 0.7, is 0.5"])
    }

    /// These fields have no defaults.
    @Test(arguments: ["dataset", "space", "job", "libtorch"])
    func fieldsWithoutDefaultsAreRequired(_ field: String) throws {
        let text = try Self.changed(try Self.identity().text) { $0[field] = nil }
        #expect(try #require(Self.identity().differences(from: text)).map(\.field) == [field])
    }

    @Test func namesTheFieldsThatDiffer() throws {
        let text = try Self.identity().text
        func names(_ change: (inout Teaching.Configuration) -> Void) throws -> [String] {
            try #require(Self.identity(change).differences(from: text)).map(\.field)
        }
        #expect(try names { $0.seed = .max } == ["seed"])
        #expect(try names { $0.objective.window = 3 } == ["objective.window"])
        #expect(try names { $0.bound = .seconds(9) } == ["bound"])
        #expect(try names { $0.metaTraining.clip = .infinity } == ["metaTraining.clip"])
        #expect(try names { $0.initialSchedule.optimizer = .adam } == ["initialSchedule.optimizer"])
        // These fields affect the execution, not the outcome.
        #expect(
            try names {
                $0.workers = 7
                $0.memory = .keeping(1)
                $0.compares = false
            } == [])
    }

    @Test func timeIsNotPartOfTheIdentity() throws {
        let text = try Self.identity { $0.bound = .seconds(5) }.text
        #expect(try Self.identity { $0.bound = .seconds(9) }.differences(from: text) == [])
    }

    @Test func distinguishesPilotsAndTheirStarts() throws {
        let space = try Fixtures.fashionSpace(side: 28, classes: 10)
        let pilot = try Fixtures.fashionCells.prefix(2).map { (architecture: try space.architecture($0), accuracy: 0.5) }
        func identity(_ change: (inout RankingObjective.Configuration) -> Void = { _ in }) throws -> JobIdentity {
            try Self.identity {
                $0.ranking = RankingObjective.Configuration(pilot: pilot)
                change(&$0.ranking!)
            }
        }
        let text = try identity().text
        func names(_ change: (inout RankingObjective.Configuration) -> Void) throws -> [String] {
            try #require(identity(change).differences(from: text)).map(\.field)
        }
        #expect(try names { _ in } == [])
        #expect(try names { $0.besideParameters = true } == ["ranking.besideParameters"])
        #expect(try names { $0.pilot[1].accuracy = 0.6 } == ["ranking.accuracies"])
        #expect(try names { $0.pilot.swapAt(0, 1) } == ["ranking.architectures"])
        #expect(try names { $0.start = Fixtures.curriculum(steps: 1, batch: 2).snapshot } == ["ranking.start"])
        let teaches = try #require(Self.identity().differences(from: text)).map(\.field)
        #expect(teaches.contains("ranking.accuracies"))
        let older = try Self.changed(text) { $0["ranking.passes"] = nil }
        #expect(try identity().differences(from: older) == [])
    }

    @Test func refinementsArePartOfTheIdentity() throws {
        let space = try Fixtures.fashionSpace(side: 28, classes: 10)
        let architecture = try space.architecture(Fixtures.fashionCells[0])
        func identity(_ recipe: RealTraining.Recipe) -> JobIdentity {
            FullTraining(Fixtures.fashionMNIST, space, architecture, .init(epochs: 1, recipe: recipe)).identity
        }
        let (refined, plain) = (FullTraining.Configuration.recipe(.none), RealTraining.Recipe())
        #expect(identity(plain).differences(from: identity(plain).text) == [])
        #expect(identity(plain).differences(from: identity(refined).text) != [])
        #expect(identity(refined).differences(from: identity(plain).text) != [])
    }

    @Test func rejectsTextsThatAreNotIdentities() throws {
        #expect(try Self.identity().differences(from: "Settings(learners: 8); seed 3") == nil)
    }
}
