import Basics
import GTN
import ResultStore
import SearchSpace

/// The training of an aggregate's candidates on real images: image size, number of batches and passes. All follow from a time. The
/// constants are measured (Results/exploration/scores).
struct AggregateTraining {
    let scale: ProxyScale
    /// Number of batches of ``batch`` images.
    let batches: Int
    let passes: Int

    static let batch = 32
    /// Peak learning rate.
    static let rate = 0.3
    /// Images that are enough for a training; if there is time for as many, images may be larger.
    private static let enoughImages = 32_768.0
    /// Images for which a training may take twice its time.
    private static let wantedImages = 8_192.0
    private static let fewestImages = 2_048.0
    private static let mostImages = 131_072.0
    private static let usualPasses = 5.0
    /// Batches of a training on the wanted images or more.
    private static let allowedBatches = 64...256
    private static let allowedPasses = 4...16
    /// Multiply-accumulates of forward passes for which a training takes about a second on one core.
    private static let macsPerSecond = 1e10
    /// Number of candidates that an open search should score at least.
    private static let fewestCandidates = 200

    /// Returns the training time of one candidate, in seconds on one core: a quarter of the candidate's share of the budget, but a second
    /// if that is at most half of the share; from ¼ to 10 seconds. It does not depend on the number of workers, so that scores do not
    /// either.
    /// - Parameters:
    ///   - budget: seconds of the search; nil without a bound.
    ///   - candidates: the number of candidates, if it is known.
    static func seconds(budget: Double?, candidates: Int?) -> Double {
        guard let budget else { return 1 }
        let time = budget / Double(max(1, candidates ?? fewestCandidates))
        return min(max(time / 4, min(1, time / 2), 0.25), 10)
    }

    /// Chooses the largest image size at which a median candidate can train on `enoughImages` in this time, or else the smallest size.
    /// - Parameters:
    ///   - space: the space at the image size of the task.
    ///   - sizes: sizes of images that the space accepts, the largest first; at least one.
    ///   - candidates: the candidates; nil for any of the space.
    init(
        _ space: SearchSpace, _ task: LearningTask, sizes: [ProxyScale.ImageSize], candidates: [Candidate]? = nil, seconds: Double
    ) throws {
        var scale: ProxyScale
        var images: Double
        var rest = sizes[...]
        repeat {
            scale = try ProxyScale(space, rest.removeFirst())
            images = try Self.images(scale.space(space, task), candidates, seconds: seconds)
        } while images < Self.enoughImages && !rest.isEmpty
        self.scale = scale
        let most = Int(images) / (Self.batch * Self.allowedPasses.lowerBound)
        batches = min(most, Self.allowedBatches.clamping(Int(images / Self.usualPasses) / Self.batch))
        passes = Self.passes(images: images, different: batches * Self.batch)
    }

    /// The number of passes over a curriculum of this many images.
    static func passes(_ space: SearchSpace, candidates: [Candidate]?, images: Int, seconds: Double) throws -> Int {
        passes(images: try Self.images(space, candidates, seconds: seconds), different: images)
    }

    private static func passes(images: Double, different: Int) -> Int {
        allowedPasses.clamping(Int((images / Double(max(1, different))).rounded()))
    }

    /// Number of networks whose costs give the median.
    static let networks = 101

    /// The number of images on which a median candidate trains in this time.
    private static func images(_ space: SearchSpace, _ candidates: [Candidate]?, seconds: Double) throws -> Double {
        var random = SeededGenerator(seed: 0)
        let listed = try candidates.map { all in
            let count = min(networks, all.count)
            return try (0..<count).map { try space.resolved(all[$0 * all.count / count]) }
        }
        let chosen = listed.flatMap { $0.isEmpty ? nil : $0 } ?? (0..<networks).map { _ in (space, space.sample(using: &random)) }
        let costs = chosen.map { space, architecture in space.totals(of: architecture).macs }.sorted()
        let macs = costs[costs.count / 2]
        let affordable = macsPerSecond * seconds / Double(max(1, macs))
        return min(max(affordable, min(2 * affordable, wantedImages), fewestImages), mostImages)
    }
}

extension ClosedRange<Int> {
    fileprivate func clamping(_ value: Int) -> Int { Swift.min(Swift.max(value, lowerBound), upperBound) }
}
