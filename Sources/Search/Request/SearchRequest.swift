import Basics
import Foundation
import GTN
import SearchSpace
import Tensors

/// A request for a search. ``prepare()`` checks it and fills in defaults; it writes nothing.
///
///     var request = try SearchRequest(space: "fashion.space", data: "fashion-mnist")
///     request.budgetSeconds = 600
///     let run = try request.prepare().run { print($0) }
///     print(try run.ranking(top: 5))
public struct SearchRequest: Sendable {
    /// The source of a run's teacher.
    public enum TeacherSource: Sendable, Hashable {
        /// The run meta-trains a new one.
        case new
        /// Real images, from which nothing is learned.
        case real
        /// The path of a teacher file.
        case file(String)

        var name: String {
            switch self {
            case .new: "new"
            case .real: "real"
            case .file(let path): path
            }
        }
    }

    /// The search space at the image size of its file, with all settings applied.
    public var space: SearchSpace
    /// The data set: `NAME[:DIR][@HEIGHTxWIDTH]` (`DatasetSpecification`).
    public var data: String
    public var scoring = ScoringRequest()
    /// Values of settings at which candidates are scored. Other settings have their proxy values. A resumed run keeps its own.
    public var proxySettings: [(name: String, value: String)] = []
    /// The teacher. If nil, it is the resumed run's, else one of `shippedTeachers` made for the data and the space. Without
    /// one, an aggregate trains on real images, and another ranking on the curriculum of a new teacher.
    public var teacher: TeacherSource?
    /// Paths of teacher files to choose from if no teacher is named.
    public var shippedTeachers: [String] = []
    /// The configuration of a new teacher. Bound, workers, threads, device and seed come from the search instead.
    public var teaching: Teaching.Configuration
    public var strategy = Strategy.random
    public var limits = CostLimits()
    /// The name of a setting that each candidate has at the largest value within the limits; nil for none.
    public var fit: String?
    /// Whether the network will have 8-bit numbers, so that memory counts one byte per activation.
    public var int8 = false
    /// How latencies are measured; needed for a limit on latency. With one, every candidate's latency is measured.
    public var latency: (any LatencySource)?
    /// The cost that is held equal when the ranking is evaluated for use under a limit.
    /// If nil, it is the resumed run's, else MACs.
    public var cost: CostKind?

    /// Seconds for the whole search; nil if counts bound it. For a resumed run, this includes the time already spent.
    public var budgetSeconds: Double?
    /// How the budget is divided among the phases.
    public var shares = BudgetShares.standard
    /// Number of meta-steps of a new teacher; nil for as many as the time allows.
    public var metaSteps: Int?
    /// Number of candidates to score; nil for as many as the time allows.
    public var candidates: Int?
    /// Path of a CSV file with the columns architecture and accuracy: other architectures of the space, to which the weights of an
    /// aggregate are fitted.
    public var accuracies: String?
    /// Path of a file with the architectures to score, one per line; no others are scored. Limits apply to it only if a setting is fitted.
    public var candidatesFile: String?

    /// Number of candidates to validate, spread over the ranking; nil for ``standardValidations``, and more if time is left.
    public var validate: Int?
    /// Epochs of each validation; nil for as many as the budget allows.
    public var epochs: Int?
    /// Images per epoch, a stratified subset of the training images.
    public var images = ValidationPhase.standardImages

    public var seed: UInt64 = 0
    /// Number of candidates or learners processed at the same time. Results of count-bounded searches do not depend on it.
    public var workers = ProcessInfo.processInfo.activeProcessorCount
    /// Maximum number of threads of one operation outside the workers.
    public var threads = ProcessInfo.processInfo.activeProcessorCount
    public var device = Device.best

    /// The run directory; nil for `Results/runs/<space>-<date>-<time>`.
    public var directory: String?
    /// Whether the search resumes the run in `directory`.
    public var resumes = false
    /// The command that started the search, stored with the run.
    public var command = "a search"

    /// The default number of candidates to validate.
    public static let standardValidations = 12

    public init(_ space: SearchSpace, data: String) {
        self.space = space
        self.data = data
        teaching = Teaching.Configuration(kind: .distilled, bound: .metaSteps(0))
        teaching.metaTraining = .standard(for: .distilled)
    }

    /// - Parameters:
    ///   - space: path of a search-space file.
    ///   - data: the data set, as in ``data``.
    public init(space: String, data: String) throws {
        self.init(try SearchSpace.load(path: space), data: data)
    }
}
