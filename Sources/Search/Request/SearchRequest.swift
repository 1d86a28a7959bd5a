import Basics
import Foundation
import GTN
import SearchSpace
import Tensors

/// A search to run. ``prepare()`` checks it and fills in defaults without writing anything.
///
///     var request = try SearchRequest(space: "fashion.space", data: "fashion-mnist")
///     request.budgetSeconds = 600
///     let run = try request.prepare().run { print($0) }
///     print(try run.ranking(top: 5))
public struct SearchRequest: Sendable {
    /// Where a run's teacher comes from.
    public enum TeacherSource: Sendable, Hashable {
        /// The run makes its own.
        case new
        /// A file.
        case file(String)

        var name: String {
            switch self {
            case .new: "new"
            case .file(let path): path
            }
        }
    }

    /// The search space at its file's image size, with all settings applied.
    public var space: SearchSpace
    /// `NAME[:DIR][@HEIGHTxWIDTH]` (`DatasetSpecification`).
    public var data: String
    public var scoring = ScoringRequest()
    /// nil: as the run was begun; else one of `shippedTeachers` that was made for the data and the space; else a new one.
    public var teacher: TeacherSource?
    /// Teacher files of which one may serve where none is named.
    public var shippedTeachers: [String] = []
    /// How a new teacher is made. Its bound, workers, threads, device and seed follow those of the search.
    public var teaching: Teaching.Configuration
    public var strategy = Strategy.random
    public var limits = CostLimits()

    /// Seconds for all of the search; nil where it is bounded by counts. On resumption still the total.
    public var budgetSeconds: Double?
    /// How the budget is divided among the phases.
    public var shares = BudgetShares.standard
    /// Meta-steps of a new teacher, instead of as many as the time allows.
    public var metaSteps: Int?
    /// Candidates to score, instead of as many as the time allows.
    public var candidates: Int?
    /// A file of the architectures to score, one per line; no others are scored.
    public var candidatesFile: String?

    /// Candidates trained on real data, spread over the ranking; nil for ``standardValidations`` and more where time is left.
    public var validate: Int?
    /// Epochs of each; nil for as many as the budget allows.
    public var epochs: Int?
    /// Images of one epoch: a stratified subset of the training images.
    public var images = ValidationPhase.standardImages

    public var seed: UInt64 = 0
    /// Candidates or learners at a time. Results of count-bounded searches do not depend on it.
    public var workers = ProcessInfo.processInfo.activeProcessorCount
    /// Threads of one operation outside the workers.
    public var threads = ProcessInfo.processInfo.activeProcessorCount
    public var device = Device.best

    /// The run directory; nil for `Results/runs/<space>-<date>-<time>`.
    public var directory: String?
    /// Whether the run in `directory` is resumed.
    public var resumes = false
    /// How the search was started, stored with the run.
    public var command = "a search"

    public static let standardValidations = 12

    public init(_ space: SearchSpace, data: String) {
        self.space = space
        self.data = data
        teaching = Teaching.Configuration(kind: .distilled, bound: .metaSteps(0))
        teaching.metaTraining = .standard(for: .distilled)
    }

    /// - Parameters:
    ///   - space: path of a search-space file.
    ///   - data: as in ``data``.
    public init(space: String, data: String) throws {
        self.init(try SearchSpace.load(path: space), data: data)
    }
}
