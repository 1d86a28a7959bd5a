import GTN

/// A kind of scoring, by the name that users know; ``ScoringRequest`` adds its settings.
public enum Proxy: String, Sendable, Codable, CaseIterable {
    case curriculum
    case realSteps = "real-steps"
    case realSeconds = "real-seconds"
    case parameters
    case macs
    case synflow, nwot, snip, grasp, fisher
    case jacobianCovariance = "jacob_cov"
    case gradientNorm = "grad_norm"
    case zico, trainability, expressivity
    /// Costs, untrained scores and a short training in one ranking (``Scoring/aggregate(_:)``).
    case aggregate
    /// The rank sum of the curriculum's score and parameters.
    case blend
    case realStepsBlend = "real-steps-blend"
    case realSecondsBlend = "real-seconds-blend"

    /// The trained member of a blend or an aggregate; the proxy itself if it is neither.
    public var trained: Proxy {
        switch self {
        case .blend, .aggregate: .curriculum
        case .realStepsBlend: .realSteps
        case .realSecondsBlend: .realSeconds
        case .curriculum, .realSteps, .realSeconds, .parameters, .macs, .synflow, .nwot, .snip, .grasp, .fisher, .jacobianCovariance,
            .gradientNorm, .zico, .trainability, .expressivity:
            self
        }
    }
}

extension Scoring {
    /// The kind of this scoring.
    public var proxy: Proxy {
        switch self {
        case .curriculum: .curriculum
        case .realImages(let training):
            switch training.length {
            case .steps: .realSteps
            case .seconds: .realSeconds
            }
        case .untrained(let score): Proxy(rawValue: score.rawValue)!
        case .cost(.parameters): .parameters
        case .cost(.macs): .macs
        case .aggregate: .aggregate
        case .rankSum(let members):
            switch members[0].proxy {
            case .realSteps: .realStepsBlend
            case .realSeconds: .realSecondsBlend
            default: .blend
            }
        }
    }

    /// The name in tables and JSON.
    public var name: String { proxy.rawValue }

    /// The related scoring that the same evaluations give: a training's rank sum with parameters, or the training in a rank sum.
    public var relative: Scoring? {
        switch self {
        case .curriculum, .realImages: .rankSum([self, .cost(.parameters)])
        case .rankSum(let members), .aggregate(let members): members[0]
        case .untrained, .cost: nil
        }
    }
}
