import Basics
import ResultStore
import SearchSpace

/// Draws random candidates within limits.
///
/// It redraws until an architecture is within the limits, so all of these are equally likely. Where fewer than about one of a hundred
/// architectures is within the limits, it starts from one that is and makes random changes that stay within the limits. Candidates are
/// then only about equally likely. With a fitted setting, it only redraws, and each candidate has the largest value within the limits.
/// Architectures whose output ignores the image are skipped, because they cannot beat chance.
public struct LimitedDraw: Sendable {
    let space: SearchSpace
    let limits: CostLimits
    /// The setting that is fitted to the limits; nil if candidates have the settings of the space.
    let fit: FittedSetting?
    /// Measures and limits latencies; nil if no latency is measured.
    var latencies: KeptLatencies?

    /// Number of random architectures that the share of the space within the limits is estimated from.
    static let samples = 500
    /// Minimum number of these within the limits for redraws; with fewer, draws are walks.
    private static let enoughInside = 5
    /// Maximum number of draws for one candidate.
    private static let drawsAllowed = 10_000
    /// Maximum number of changes on the way to an architecture within the limits.
    private static let descentSteps = 20_000
    /// Steps of a walk for each choice of the architecture.
    private static let stepsPerChoice = 10
    /// Maximum number of draws for one candidate whose latency is measured.
    private static let measurementsAllowed = 500

    /// Number of architectures within the limits that are tried to see whether the fitted setting changes the limited costs.
    private static let triedForBound = 20

    private let inside: Int
    /// The start of walks; nil for redraws.
    private let start: Architecture?

    /// Candidates drawn before, because a small space repeats them often.
    private let known = Locked<[Architecture: Candidate]>([:])
    private static let mostKnown = 50_000

    /// - Parameters:
    ///   - space: the space to draw from, at the image size.
    ///   - limits: the limits. One on latency needs measurements, which a search provides.
    ///   - walks: whether draws may be walks. Earlier versions only redrew, and their runs must be resumed in the same way.
    ///   - fit: name of a setting that is fitted to the limits; nil for none.
    /// - Throws: `InputError` if no architecture within the limits is found.
    public init(_ space: SearchSpace, within limits: CostLimits, walks: Bool = true, fit: String? = nil) throws {
        self.space = space
        self.limits = limits
        self.fit = try fit.map { try FittedSetting($0, of: space) }
        let limits = limits.computable
        let shown = limits.text(int8: space.countsInt8) ?? ""
        guard !limits.isEmpty else {
            (inside, start) = (Self.samples, nil)
            return
        }
        var generator = SeedStream.limits.generator(0)
        if let fit = self.fit {
            let smallest = fit.smallest
            start = nil
            let fitting = (0..<Self.samples).map { _ in space.sample(using: &generator) }.filter { Self.isWithin($0, smallest, limits) }
            inside = fitting.count
            let tried = fitting.prefix(Self.triedForBound)
            if self.limits.latency == nil, !tried.isEmpty, tried.allSatisfy({ Self.fitted($0, fit, limits).isUnbounded }) {
                throw InputError(
                    """
                    \(setting: "fit") \(fit.name): networks have \(shown) at every value of \(fit.name); add a limit on a cost \
                    that depends on it, such as \(setting: "limits.macs")
                    """)
            }
            guard inside > 0 else {
                throw InputError(
                    """
                    \(space.name): none of \(Self.samples) random architectures has \(shown) with any value of \(fit.name); \
                    raise the limit
                    """)
            }
            return
        }
        var count = 0
        var nearest: (architecture: Architecture, excess: Double)?
        for _ in 0..<Self.samples {
            let architecture = space.sample(using: &generator)
            let excess = Self.excess(architecture, space, limits)
            if excess <= 1 { count += 1 }
            if excess < nearest?.excess ?? .infinity { nearest = (architecture, excess) }
        }
        inside = count
        guard walks, count < Self.enoughInside, var best = nearest else {
            start = nil
            return
        }
        for _ in 0..<Self.descentSteps where best.excess > 1 {
            guard let next = space.mutated(best.architecture, using: &generator) else { break }
            let excess = Self.excess(next, space, limits)
            if excess <= best.excess { best = (next, excess) }
        }
        guard best.excess <= 1 else {
            let totals = space.totals(of: best.architecture)
            throw InputError(
                """
                \(space.name): found no architecture with \(shown); the nearest has \(grouped(totals.parameters)) parameters, \
                \(grouped(totals.macs)) MACs and \(grouped(space.peakActivationBytes(of: best.architecture))) bytes of activations; raise \
                the limit
                """)
        }
        start = best.architecture
    }

    /// The share of random architectures within the limits, latency left aside.
    public var share: Double { Double(inside) / Double(Self.samples) }

    /// Draws a candidate.
    /// - Parameter generator: the source of randomness.
    /// - Returns: nil if the time for measurements is used up, or if latencies admit no further candidates.
    /// - Throws: `InputError` if no candidate was ever found, and errors of measurements.
    public func callAsFunction(using generator: inout SeededGenerator) throws -> Candidate? {
        guard let latencies else { return try drawn(using: &generator).candidate }
        var slow: [String: Double] = [:]
        for _ in 0..<Self.measurementsAllowed {
            let (architecture, candidate) = try drawn(using: &generator)
            guard !latencies.isStopped() else { return nil }
            guard let (candidate, milliseconds) = try measured(architecture, candidate, latencies) else { continue }
            if let admitted = admit(candidate, milliseconds) { return admitted }
            slow[candidate.hash] = milliseconds
        }
        guard !latencies.hasAdmitted.withLock({ $0 }) else { return nil }
        guard let fastest = slow.values.min() else {
            throw InputError(
                """
                \(latencies.name): has none of \(Self.measurementsAllowed) random architectures of \(space.name); add the architectures to \
                it, or score only its architectures with \(setting: "candidates-file")
                """)
        }
        throw InputError(
            """
            \(space.name): none of \(slow.count) measured networks has a latency of at most \(limits.latency ?? .infinity) ms; the fastest \
            takes \(decimal(fastest, 3)) ms; raise \(setting: "limits.latency")
            """)
    }

    /// Returns the candidate of an architecture; nil if it is outside the limits, or if the time for measurements is used up.
    func admitted(_ architecture: Architecture) throws -> Candidate? {
        guard let candidate = try within(architecture) else { return nil }
        guard let latencies else { return candidate }
        guard !latencies.isStopped() else { return nil }
        return try measured(architecture, candidate, latencies).flatMap { admit($0.candidate, $0.milliseconds) }
    }

    /// Returns the candidate of a listed architecture, fitted to the limits.
    /// - Throws: `InputError` if it is outside the limits with every value of the fitted setting.
    func fitted(_ candidate: Candidate) throws -> Candidate {
        guard let fit else { return candidate }
        let architecture = try space.architecture(candidate.architecture)
        func refusal(_ problem: String) -> InputError { InputError("\(candidate.architecture): \(problem); omit it") }
        guard space.totals(of: architecture).readsItsInput else { throw refusal("its output ignores the image") }
        let shown = limits.text(int8: space.countsInt8) ?? ""
        switch Self.fitted(architecture, fit, limits.computable) {
        case .none: throw refusal("does not have \(shown) with any value of \(fit.name)")
        case .unbounded: throw refusal("has \(shown) with every value of \(fit.name)")
        case .at(let scaled):
            return try space.candidate(architecture, values: fit.values(of: scaled), notation: candidate.architecture)
        }
    }

    private func admit(_ candidate: Candidate, _ milliseconds: Double) -> Candidate? {
        guard milliseconds <= limits.latency ?? .infinity else { return nil }
        latencies?.hasAdmitted.withLock { $0 = true }
        var candidate = candidate
        candidate.latency = milliseconds
        return candidate
    }

    // MARK: - Draws

    private typealias Drawn = (architecture: Architecture, candidate: Candidate)

    private func drawn(using generator: inout SeededGenerator) throws -> Drawn {
        try start.map { walked(from: $0, using: &generator) } ?? redrawn(using: &generator)
    }

    private func redrawn(using generator: inout SeededGenerator) throws -> Drawn {
        for _ in 0..<Self.drawsAllowed {
            let architecture = space.sample(using: &generator)
            if let candidate = known.withLock({ $0[architecture] }) { return (architecture, candidate) }
            guard let candidate = try within(architecture) else { continue }
            known.withLock { if $0.count < Self.mostKnown { $0[architecture] = candidate } }
            return (architecture, candidate)
        }
        throw InputError(
            limits.computable.text(int8: space.countsInt8).map {
                "\(space.name): none of \(grouped(Self.drawsAllowed)) random architectures has \($0); raise the limit"
            }
                ?? """
                \(space.name): the output of none of \(grouped(Self.drawsAllowed)) random architectures depends on the image; connect the \
                network's output to the image
                """)
    }

    private func walked(from start: Architecture, using generator: inout SeededGenerator) -> Drawn {
        let end = space.walked(from: start, stepsPerChoice: Self.stepsPerChoice, using: &generator) {
            Self.excess($0, space, limits.computable) <= 1
        }
        return (end, space.candidate(end))
    }

    // MARK: - Latencies

    /// Returns a candidate with its latency in milliseconds. If a setting is fitted to a limit on latency, it is the candidate with the
    /// largest value inside all limits, or else with the smallest value measured.
    /// - Returns: nil if the source has no latency for it.
    private func measured(_ architecture: Architecture, _ candidate: Candidate, _ latencies: KeptLatencies) throws
        -> (candidate: Candidate, milliseconds: Double)?
    {
        guard let fit, let limit = limits.latency else {
            let (space, architecture) = try space.resolved(candidate)
            return try latencies.milliseconds(of: architecture, candidate.hash, in: space).map { (candidate, $0) }
        }
        var fastest: (candidate: Candidate, milliseconds: Double)?
        var best: (candidate: Candidate, milliseconds: Double)?
        let largest = try fit.largest { scaled in
            guard !latencies.isStopped(), Self.isWithin(architecture, scaled, limits.computable) else { return false }
            let candidate = try space.candidate(architecture, values: fit.values(of: scaled))
            guard let milliseconds = try latencies.milliseconds(of: architecture, candidate.hash, in: scaled) else { return false }
            if milliseconds < fastest?.milliseconds ?? .infinity { fastest = (candidate, milliseconds) }
            guard milliseconds <= limit else { return false }
            best = (candidate, milliseconds)
            return true
        }
        guard !latencies.isStopped() else { return nil }
        // A network that is fast enough at every value has no largest one.
        if case .unbounded = largest { return nil }
        return best ?? fastest
    }

    // MARK: - Costs

    /// Returns the candidate of an architecture within the limits, latency left aside; nil if it is outside.
    private func within(_ architecture: Architecture) throws -> Candidate? {
        guard let fit, !limits.computable.isEmpty else { return Self.admitted(architecture, space, limits.computable) }
        guard space.totals(of: architecture).readsItsInput else { return nil }
        switch Self.fitted(architecture, fit, limits.computable) {
        case .none: return nil
        case .at(let scaled): return try space.candidate(architecture, values: fit.values(of: scaled))
        // The limit on latency decides.
        case .unbounded: return limits.latency == nil ? nil : Self.admitted(architecture, fit.smallest, limits.computable)
        }
    }

    private static func fitted(_ architecture: Architecture, _ fit: FittedSetting, _ limits: CostLimits) -> FittedSetting.Largest {
        fit.largest { isWithin(architecture, $0, limits) }
    }

    private static func isWithin(_ architecture: Architecture, _ space: SearchSpace, _ limits: CostLimits) -> Bool {
        space.satisfiesRequirements(architecture) && excess(architecture, space, limits) <= 1
    }

    private static func admitted(_ architecture: Architecture, _ space: SearchSpace, _ limits: CostLimits) -> Candidate? {
        let totals = space.totals(of: architecture)
        guard totals.readsItsInput, totals.parameters <= limits.parameters ?? .max, totals.macs <= limits.macs ?? .max else { return nil }
        if let memory = limits.memory, space.peakActivationBytes(of: architecture) > memory { return nil }
        return space.candidate(architecture, totals)
    }

    /// The largest ratio of a cost to its limit; infinite for an architecture that ignores the image.
    private static func excess(_ architecture: Architecture, _ space: SearchSpace, _ limits: CostLimits) -> Double {
        let totals = space.totals(of: architecture)
        guard totals.readsItsInput else { return .infinity }
        let ratios = [
            limits.parameters.map { Double(totals.parameters) / Double($0) }, limits.macs.map { Double(totals.macs) / Double($0) },
            limits.memory.map { Double(space.peakActivationBytes(of: architecture)) / Double($0) },
        ]
        return ratios.compactMap(\.self).max() ?? 0
    }
}

/// The estimated share of a space within limits.
public enum LimitedShare {
    /// Returns the share in words.
    /// - Parameter share: the share, from 0 to 1.
    public static func text(_ share: Double) -> String {
        share > 0 ? "about \(decimal(100 * share, 1)) %" : "less than \(decimal(100 / Double(LimitedDraw.samples), 1)) %"
    }
}
