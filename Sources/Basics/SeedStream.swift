/// A named stream of random numbers. Each kind of draw has its own stream, so adding or removing one leaves the others unchanged.
///
/// Stored runs, teachers and models are reproduced from these numbers, so they never change.
public struct SeedStream: Sendable {
    private let base: UInt64

    private init(_ base: UInt64) { self.base = base }

    /// The seed of one item of the stream.
    /// - Parameters:
    ///   - seed: The seed of the whole job.
    ///   - number: The item's number, in streams with many items.
    public func seed(_ seed: UInt64, _ number: UInt64 = 0) -> UInt64 { SeededGenerator.seed(seed, base &+ number) }

    /// A generator of random numbers for one item of the stream.
    public func generator(_ seed: UInt64, _ number: UInt64 = 0) -> SeededGenerator { SeededGenerator(seed: self.seed(seed, number)) }

    /// Items identified only by a number. Candidates use their hash. Learners, random proposals and parts of a batch use their position.
    public static let numbered = SeedStream(0)
    /// Validations of a candidate, by number.
    public static let validations = SeedStream(1)
    /// The real batch that a learner of a meta-step is evaluated on.
    public static let metaBatch = SeedStream(1)
    /// The real images that initialize a teacher's images.
    public static let initialImages = SeedStream(0x1a6e)
    /// The noise that initializes distilled images.
    public static let initialNoise = SeedStream(0x7015e)
    /// The initial parameters of a generator.
    public static let generator = SeedStream(0x6e4)
    /// Meta-training of a teacher.
    public static let metaTraining = SeedStream(0x3e7a)
    /// The learners that evaluate a finished teacher.
    public static let heldOutLearners = SeedStream(0x4e1d)
    /// The comparison of a teacher with real data.
    public static let comparison = SeedStream(0xc105)
    /// The batches of real images in that comparison.
    public static let realBatches = SeedStream(0x6ea1)
    /// The noise and order of a curriculum during meta-training, by meta-step.
    public static let curriculumDraws = SeedStream(0xd7a_0000_0000)
    /// The noise and order of a finished curriculum.
    public static let finalCurriculum = SeedStream(0xf17a1)
    /// Meta-training of distilled images.
    public static let distillation = SeedStream(0xd157)
    /// The fixed initialization of a distillation.
    public static let fixedInitialization = SeedStream(0xf17ed)
    /// The fresh networks that test distilled images, by number.
    public static let testNetworks = SeedStream(0x7e57_0000)
    /// Baselines of a distillation.
    public static let baselines = SeedStream(0xba5e)
    /// Meta-training of poisoned images.
    public static let poisoning = SeedStream(0x9015)
    /// The networks that a poisoning targets, by number.
    public static let victims = SeedStream(0x9e7_0000)
    /// The split of a data set's training part.
    public static let dataSplit = SeedStream(0x5_9117)
    /// The augmentation and image order of full training, by step.
    public static let augmentation = SeedStream(0xa06_0000_0000)
    /// The batch that untrained scores use.
    public static let untrainedScores = SeedStream(0x2e50)
    /// The initializations of a scored candidate after the first, by number.
    public static let furtherInitializations = SeedStream(0x1217_0000)
    /// The images of a candidate's short training on real data.
    public static let shortTrainings = SeedStream(0x5_7e95)
    /// The training images of all validations in a run.
    public static let validationImages = SeedStream(0x7a11d)
    /// The architectures that the share of a space within limits is estimated from.
    public static let limits = SeedStream(0x11_4175)
    /// Children of evolution, by proposal.
    public static let evolution = SeedStream(0xe70_0000_0000)
    /// Children of evolution towards a Pareto front, by proposal.
    public static let pareto = SeedStream(0x9a2_0000_0000)
    /// Neighbors of local search, by proposal.
    public static let localSearch = SeedStream(0x10c_0000_0000)
}
