import SearchSpace
import Testing

@testable import GTN

@Suite struct TeachingTests {
    private static func teaching(_ space: SearchSpace, heldOut: Int) -> Teaching {
        var configuration = Teaching.Configuration(kind: .distilled, bound: .metaSteps(1))
        configuration.heldOut = heldOut
        return Teaching(Fixtures.fashionMNIST, space, configuration)
    }

    @Test func metaTrainingExcludesHeldOutArchitectures() throws {
        let space = try Fixtures.fashionSpace()
        let heldOut = Self.teaching(space, heldOut: 24).heldOut
        #expect(heldOut.architectures.count == 24)
        #expect(heldOut.excluded == Set(heldOut.architectures.map(space.hash)))
        #expect(heldOut.excluded.count == 24)
    }

    /// Images and labels change, but the schedule does not.
    @Test(arguments: [InnerOptimizer.sgd, .adam]) func aFixedScheduleStays(_ optimizer: InnerOptimizer) throws {
        let space = try SearchSpace.load(path: Fixtures.root + "/SearchSpaces/fashion.space").with(settings: [("channels", "4")])
        func taught(_ isLearned: Bool, metaSteps: Int = 2) throws -> (curriculum: Curriculum, initial: InitialSchedule) {
            var configuration = Teaching.Configuration(kind: .distilled, bound: .metaSteps(metaSteps))
            (configuration.steps, configuration.batch, configuration.heldOut, configuration.metaTraining.learners) = (3, 10, 0, 2)
            configuration.initialSchedule = .standard(for: optimizer)
            configuration.initialSchedule.isLearned = isLearned
            return (
                try Teaching(Fixtures.fashionMNIST, space, configuration).run().file.curriculum.curriculum(), configuration.initialSchedule
            )
        }
        let (curriculum, initial) = try taught(false)
        let (other, first) = (try taught(true).curriculum, try taught(false, metaSteps: 0).curriculum)
        #expect(zip(curriculum.learningRate.doubles, initial.learningRates(steps: 3)).allSatisfy { abs($0 - $1) < 1e-6 })
        #expect(curriculum.momentum.doubles.allSatisfy { abs($0 - initial.momentum) < 1e-6 })
        #expect(zip(other.learningRate.doubles, initial.learningRates(steps: 3)).contains { abs($0 - $1) > 1e-4 })
        #expect(curriculum.images.doubles != first.images.doubles && curriculum.labels.doubles != first.labels.doubles)
    }

    /// The space has two functions, and meta-training needs both.
    @Test func aTinySpaceHoldsNothingOut() throws {
        let text = "space t image 1x8x8 classes 3 network { (conv 3x3 -> 4 | conv 1x1 -> 4) > global-avg-pool > linear classes }"
        let space = try SearchSpace.parse(text, file: "t")
        let heldOut = Self.teaching(space, heldOut: 5).heldOut
        #expect(heldOut.architectures.count == 5)
        #expect(Set(heldOut.architectures.map(space.hash)).count == 2)
        #expect(heldOut.excluded.isEmpty)
    }
}
