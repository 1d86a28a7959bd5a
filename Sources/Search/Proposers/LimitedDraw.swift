import Basics
import ResultStore
import SearchSpace
import Synchronization

/// Draws random candidates within limits.
///
/// It redraws until an architecture is within the limits, so all of these are equally likely. Where fewer than about one of five hundred
/// architectures is, it walks from one that is by random changes that stay within the limits, so they are only about equally likely.
/// Architectures whose output ignores the image are skipped, because they cannot beat chance.
public struct LimitedDraw: Sendable {
    let space: SearchSpace
    let limits: CostLimits
    /// Measures and limits latencies; nil if no latency is measured.
    var latencies: KeptLatencies?

    /// Number of random architectures that the share of the space within the limits is estimated from.
    static let samples = 500
    /// Maximum number of draws for one candidate.
    private static let drawsAllowed = 10_000
    /// Maximum number of changes on the way to an architecture within the limits.
    private static let descentSteps = 20_000
    /// Steps of a walk for each choice of the architecture.
    private static let stepsPerChoice = 10
    /// Maximum number of measured networks for one candidate.
    private static let measurementsAllowed = 500

    /// The share of random architectures within the limits, latency left aside, and a start for walks if there is none among them.
    private let found: Sampled

    /// Candidates drawn before, because a small space repeats them often.
    private let known = Locked<[Architecture: Candidate]>([:])
    private static let mostKnown = 50_000

    private struct Sampled: Sendable {
        var inside = 0
        var start: Architecture?
    }

    /// - Parameters:
    ///   - space: the space to draw from, at the image size.
    ///   - limits: the limits. One on latency needs measurements, which a search provides.
    /// - Throws: `InputError` if no architecture within the limits is found.
    public init(_ space: SearchSpace, within limits: CostLimits) throws {
        self.space = space
        self.limits = limits
        found = try limits.computable.isEmpty ? Sampled(inside: Self.samples) : Self.sampled(space, limits.computable)
    }

    /// The share of random architectures within the limits, latency left aside.
    public var share: Double { Double(found.inside) / Double(Self.samples) }

    /// Draws a candidate.
    /// - Parameter generator: the source of randomness.
    /// - Throws: `InputError` if none is found, and errors of measurements.
    public func callAsFunction(using generator: inout SeededGenerator) throws -> Candidate {
        var slow: [Double] = []
        for _ in 0..<(latencies == nil ? 1 : Self.measurementsAllowed) {
            let candidate = try found.start.map { walked(from: $0, using: &generator) } ?? redrawn(using: &generator)
            guard let latencies else { return candidate.candidate }
            guard let milliseconds = try latencies.milliseconds(of: candidate.architecture, candidate.candidate.hash, in: space) else {
                continue
            }
            if let admitted = admit(candidate.candidate, milliseconds) { return admitted }
            slow.append(milliseconds)
        }
        throw InputError(
            slow.min().map {
                """
                \(space.name): none of \(slow.count) measured networks has \(limits.text ?? ""); the fastest takes \(decimal($0, 3)) ms; \
                raise \(setting: "limits.latency")
                """
            } ?? "\(space.name): \(latencies?.name ?? "") has none of \(Self.measurementsAllowed) random architectures")
    }

    /// Returns the candidate of an architecture; nil if it is outside the limits.
    func admitted(_ architecture: Architecture) throws -> Candidate? {
        guard let candidate = Self.admitted(architecture, space, limits.computable) else { return nil }
        guard let latencies else { return candidate }
        return try latencies.milliseconds(of: architecture, candidate.hash, in: space).flatMap { admit(candidate, $0) }
    }

    private func admit(_ candidate: Candidate, _ milliseconds: Double) -> Candidate? {
        guard milliseconds <= limits.latency ?? .infinity else { return nil }
        var candidate = candidate
        candidate.latency = milliseconds
        return candidate
    }

    private typealias Drawn = (architecture: Architecture, candidate: Candidate)

    private func redrawn(using generator: inout SeededGenerator) throws -> Drawn {
        for _ in 0..<Self.drawsAllowed {
            let architecture = space.sample(using: &generator)
            if let candidate = known.withLock({ $0[architecture] }) { return (architecture, candidate) }
            guard let candidate = Self.admitted(architecture, space, limits.computable) else { continue }
            known.withLock { if $0.count < Self.mostKnown { $0[architecture] = candidate } }
            return (architecture, candidate)
        }
        throw InputError(
            """
            \(space.name): none of \(Self.drawsAllowed) random architectures reads its input\
            \(limits.computable.text.map { " and has \($0)" } ?? ""); \
            \(limits.computable.isEmpty ? "connect the network's output to the image" : "raise the limit")
            """)
    }

    private func walked(from start: Architecture, using generator: inout SeededGenerator) -> Drawn {
        let end = space.walked(from: start, stepsPerChoice: Self.stepsPerChoice, using: &generator) {
            Self.excess($0, space, limits.computable) <= 1
        }
        return (end, space.candidate(end))
    }

    // MARK: - Costs

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

    /// Counts random architectures within the limits. Without any, it changes the nearest one until it is.
    private static func sampled(_ space: SearchSpace, _ limits: CostLimits) throws -> Sampled {
        var generator = SeedStream.limits.generator(0)
        var found = Sampled()
        var nearest: (architecture: Architecture, excess: Double)?
        for _ in 0..<samples {
            let architecture = space.sample(using: &generator)
            let excess = excess(architecture, space, limits)
            if excess <= 1 { found.inside += 1 }
            if excess < nearest?.excess ?? .infinity { nearest = (architecture, excess) }
        }
        guard found.inside == 0, var best = nearest else { return found }
        for _ in 0..<descentSteps where best.excess > 1 {
            guard let next = space.mutated(best.architecture, using: &generator) else { break }
            let excess = excess(next, space, limits)
            if excess <= best.excess { best = (next, excess) }
        }
        guard best.excess <= 1 else {
            let totals = space.totals(of: best.architecture)
            throw InputError(
                """
                \(space.name): no architecture found that has \(limits.text ?? ""); the nearest has \(grouped(totals.parameters)) \
                parameters, \(grouped(totals.macs)) MACs and \(grouped(space.peakActivationBytes(of: best.architecture))) bytes of \
                activations; raise the limit
                """)
        }
        found.start = best.architecture
        return found
    }
}

/// The estimated share of a space within limits.
public enum LimitedShare {
    /// The share in words.
    public static func text(_ share: Double) -> String {
        share > 0 ? "about \(decimal(100 * share, 1)) %" : "less than \(decimal(100 / Double(LimitedDraw.samples), 1)) %"
    }
}

/// Latencies of a run's networks. Each is measured once and kept.
final class KeptLatencies: Sendable {
    private let source: any LatencySource
    private let known: Mutex<[String: Double]>
    private let keep: @Sendable (String, Double) throws -> Void

    /// - Parameters:
    ///   - source: measures a latency that is not known.
    ///   - known: latencies in milliseconds by hash.
    ///   - keep: called with the hash and the latency of a newly measured network.
    init(_ source: any LatencySource, known: [String: Double], keep: @escaping @Sendable (String, Double) throws -> Void) {
        self.source = source
        self.known = Mutex(known)
        self.keep = keep
    }

    var name: String { source.name }

    func milliseconds(of architecture: Architecture, _ hash: String, in space: SearchSpace) throws -> Double? {
        if let kept = known.withLock({ $0[hash] }) { return kept }
        guard let measured = try source.milliseconds(of: architecture, in: space) else { return nil }
        known.withLock { $0[hash] = measured }
        try keep(hash, measured)
        return measured
    }
}
