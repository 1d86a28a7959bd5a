/// A named stream of random numbers. Everything that is drawn has a stream of its own, so that adding or removing one draw leaves all
/// others unchanged.
///
/// The numbers are part of every stored result: a run, a teacher and a model are repeated from them. They never change.
public struct SeedStream: Sendable {
    private let base: UInt64

    private init(_ base: UInt64) { self.base = base }

    /// The stream's seed.
    /// - Parameters:
    ///   - seed: of the whole.
    ///   - number: the thing's own number, where the stream has many things.
    public func seed(_ seed: UInt64, _ number: UInt64 = 0) -> UInt64 { SeededGenerator.seed(seed, base &+ number) }

    /// A generator of the stream's random numbers.
    public func generator(_ seed: UInt64, _ number: UInt64 = 0) -> SeededGenerator { SeededGenerator(seed: self.seed(seed, number)) }

    /// Items identified by a number alone: candidates by hash; learners, random proposals, parts of a batch by position.
    public static let numbered = SeedStream(0)
    /// Trainings of a candidate on real data, by repetition.
    public static let validations = SeedStream(1)
    /// The real batch of a meta-step's learner.
    public static let metaBatch = SeedStream(1)
    /// Real images that a teacher's own begin as.
    public static let initialImages = SeedStream(0x1a6e)
    /// Noise that distilled images begin as.
    public static let initialNoise = SeedStream(0x7015e)
    /// Initial parameters of a generator.
    public static let generator = SeedStream(0x6e4)
    /// Meta-training of a teacher.
    public static let metaTraining = SeedStream(0x3e7a)
    /// Learners that a finished teacher is evaluated on.
    public static let heldOutLearners = SeedStream(0x4e1d)
    /// Comparison of a teacher with real data.
    public static let comparison = SeedStream(0xc105)
    /// Batches of real images that learners are compared on.
    public static let realBatches = SeedStream(0x6ea1)
    /// A curriculum's noise and order, by meta-step.
    public static let curriculumDraws = SeedStream(0xd7a_0000_0000)
    /// Noise and order of a finished curriculum.
    public static let finalCurriculum = SeedStream(0xf17a1)
    /// Meta-training of distilled images.
    public static let distillation = SeedStream(0xd157)
    /// The initialization that a distillation is made for.
    public static let fixedInitialization = SeedStream(0xf17ed)
    /// Fresh networks that distilled images are tested on, by number.
    public static let testNetworks = SeedStream(0x7e57_0000)
    /// Baselines of a distillation.
    public static let baselines = SeedStream(0xba5e)
    /// Meta-training of poisoned images.
    public static let poisoning = SeedStream(0x9015)
    /// Networks that a poisoning is made for, by number.
    public static let victims = SeedStream(0x9e7_0000)
    /// The split of a data set's training part.
    public static let dataSplit = SeedStream(0x5_9117)
    /// Augmentation and order of a training, by step.
    public static let augmentation = SeedStream(0xa06_0000_0000)
    /// The batch that untrained scores look at.
    public static let untrainedScores = SeedStream(0x2e50)
    /// Initializations of a scored candidate after the first, by number.
    public static let furtherInitializations = SeedStream(0x1217_0000)
    /// Images of a candidate's short training on real data.
    public static let shortTrainings = SeedStream(0x5_7e95)
    /// Images that all validated candidates are trained on.
    public static let validationImages = SeedStream(0x7a11d)
    /// Children of evolution, by proposal.
    public static let evolution = SeedStream(0xe70_0000_0000)
    /// Neighbors of local search, by proposal.
    public static let localSearch = SeedStream(0x10c_0000_0000)
}
