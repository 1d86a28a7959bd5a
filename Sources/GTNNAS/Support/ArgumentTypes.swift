import ArgumentParser
import Basics
import Datasets
import Foundation
import GTN
import Networks
import Search

extension TimeSpan: ExpressibleByArgument {}
extension BudgetShares: ExpressibleByArgument {}
extension InnerOptimizer: ExpressibleByArgument {}
extension RealTraining.RateDecay: ExpressibleByArgument {}

extension ScoreCriterion: ExpressibleByArgument {
    public static var allValueDescriptions: [String: String] {
        [
            "loss": "negated loss on held-out real images", "accuracy": "accuracy on held-out real images",
            "training-loss": "negated mean training loss of the last pass", "area": "negated mean training loss of all steps",
        ]
    }
}

extension Proxy: ExpressibleByArgument {
    public static var allValueDescriptions: [String: String] {
        [
            "curriculum": "short training on the teacher's curriculum", "real-steps": "short training on real images (--real-steps)",
            "real-seconds": "short training on real images (--real-seconds)", "blend": "combined rank by curriculum and parameters",
            "real-steps-blend": "combined rank by real-steps and parameters",
            "real-seconds-blend": "combined rank by real-seconds and parameters",
            "parameters": "the number of parameters", "macs": "the number of multiply-accumulates",
            "synflow": "untrained: synaptic flow (Tanaka et al., 2020)", "nwot": "untrained: overlap of activations (Mellor et al., 2021)",
            "snip": "untrained: connection sensitivity (Lee et al., 2019)", "grad_norm": "untrained: norm of the gradient",
            "grasp": "untrained: gradient signal preservation (Wang et al., 2020)", "fisher": "untrained: Fisher information of channels",
            "jacob_cov": "untrained: correlation of input gradients (Mellor et al., 2020)",
            "zico": "untrained: mean and deviation of gradients (Li et al., 2023)",
            "trainability": "untrained: size of gradients through blocks (Lee and Ham, 2024)",
            "expressivity": "untrained: entropy of features (Lee and Ham, 2024)",
            "aggregate": "weighted combination of costs, untrained scores and a short training",
        ]
    }
}

extension CostKind: ExpressibleByArgument {
    public static var allValueDescriptions: [String: String] {
        [
            "parameters": "the number of parameters", "macs": "multiply-accumulates for one image",
            "memory": "peak memory of the activations of one image", "latency": "milliseconds, as measured",
        ]
    }
}

/// A number that may end in k, M or G for thousands, millions or billions, as in 64k or 2.5M.
struct Amount: ExpressibleByArgument {
    static let valueName = "amount"

    let value: Int

    init?(argument: String) {
        let factors: [Character: Decimal] = ["k": 1_000, "K": 1_000, "M": 1_000_000, "G": 1_000_000_000]
        let factor = argument.last.flatMap { factors[$0] }
        let digits = factor == nil ? argument : String(argument.dropLast())
        // Decimal numbers are exact: 16.1k is 16,100.
        guard digits.wholeMatch(of: /\d+(\.\d+)?/) != nil, let number = Decimal(string: digits),
            let value = Int("\(number * (factor ?? 1))")
        else { return nil }
        self.value = value
    }
}

extension Strategy: ExpressibleByArgument {
    public static var allValueDescriptions: [String: String] {
        [
            "random": "uniform random candidates", "evolution": "regularized evolution: mutations of the best",
            "pareto": "evolution towards the best score at every --cost (NSGA-II)", "local": "local search: neighbors of the best",
            "halving": "successive halving of random candidates (η = 3)", "exhaustive": "every architecture of the space, in order",
        ]
    }
}

extension TeacherKind: ExpressibleByArgument {
    public static var allValueDescriptions: [String: String] {
        [
            "generative": "a generator network makes the images", "distilled": "the images themselves are learned",
            "real": "real images; nothing is learned",
        ]
    }
}

extension CurriculumOrder: ExpressibleByArgument {
    public static var allValueDescriptions: [String: String] {
        [
            "full": "one learned noise vector for each image, in a fixed order",
            "shuffled-batches": "learned noise, batches in random order",
            "shuffled": "learned noise, images in random order", "none": "random noise",
        ]
    }
}

extension NormKind: ExpressibleByArgument {
    public static var allValueDescriptions: [String: String] {
        ["batch": "ordinary batch norm", "mean-only": "weight norm with mean-only batch norm"]
    }
}

extension Augmentation: ExpressibleByArgument {
    public static var allValueDescriptions: [String: String] {
        ["none": "no augmentation", "crop": "shifts by up to an eighth of the image", "crop-flip": "such shifts and mirror images"]
    }
}

extension TimeSpan {
    /// Refuses a budget of no time.
    func checked() throws -> TimeSpan {
        guard seconds > 0 else { throw InputRefusal("--budget \(self): expected a positive time, as in --budget 10m") }
        return self
    }
}
