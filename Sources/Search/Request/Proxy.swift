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
    /// The rank sum of the curriculum's score and parameters.
    case blend
    case realStepsBlend = "real-steps-blend"
    case realSecondsBlend = "real-seconds-blend"

    /// The trained member of a blend; the proxy itself if it is not a blend.
    public var trained: Proxy {
        switch self {
        case .blend: .curriculum
        case .realStepsBlend: .realSteps
        case .realSecondsBlend: .realSeconds
        case .curriculum, .realSteps, .realSeconds, .parameters, .macs, .synflow, .nwot, .snip, .grasp, .fisher, .jacobianCovariance,
            .gradientNorm:
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
        case .untrained(let score): score.proxy
        case .cost(.parameters): .parameters
        case .cost(.macs): .macs
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
        case .rankSum(let members): members[0]
        case .untrained, .cost: nil
        }
    }
}

extension UntrainedScore {
    /// The proxy with this score.
    var proxy: Proxy {
        switch self {
        case .synflow: .synflow
        case .nwot: .nwot
        case .snip: .snip
        case .grasp: .grasp
        case .fisher: .fisher
        case .jacobianCovariance: .jacobianCovariance
        case .gradientNorm: .gradientNorm
        }
    }
}
