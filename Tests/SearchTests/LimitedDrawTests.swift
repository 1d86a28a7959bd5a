import Basics
import Foundation
import GTN
import ResultStore
import SearchSpace
import Synchronization
import Testing

@testable import Search

struct LimitedDrawTests {
    /// Four choices of a width, so 256 networks with different costs, and one layer that may read zeros only.
    private static func space() throws -> SearchSpace {
        try SearchSpace.parse(
            """
            space widths
            image 1x4x4
            classes 2

            op any(c) = narrow: conv 1x1 -> c | middle: conv 1x1 -> 2 * c | wide: conv 1x1 -> 4 * c | widest: conv 3x3 -> 4 * c

            network {
              a: any(2)
              b: any(3)
              c: any(2)
              d: any(1)
              head: global-avg-pool > linear classes
            }
            """, file: "widths.space")
    }

    private func draws(_ draw: LimitedDraw, _ count: Int) throws -> [Candidate] {
        try (0..<count).map { number in
            var generator = SeedStream.numbered.generator(3, UInt64(number))
            return try #require(try draw(using: &generator))
        }
    }

    /// χ² of draws from equally likely architectures. Its mean is the number of architectures minus one, its variance twice that.
    private func isUniform(_ drawn: [Candidate], over hashes: Set<String>) -> Bool {
        let counts = Dictionary(grouping: drawn, by: \.hash).mapValues(\.count)
        guard Set(counts.keys).isSubset(of: hashes) else { return false }
        let expected = Double(drawn.count) / Double(hashes.count)
        let sum = hashes.reduce(0) { sum, hash in
            let difference = Double(counts[hash] ?? 0) - expected
            return sum + difference * difference / expected
        }
        let freedom = Double(hashes.count - 1)
        // Four standard deviations.
        return abs(sum - freedom) < 4 * (2 * freedom).squareRoot()
    }

    private func inside(_ limits: CostLimits, _ space: SearchSpace) -> Set<String> {
        Set(
            space.architectures().map { space.candidate($0) }.filter {
                $0.parameters <= limits.parameters ?? .max && $0.macs <= limits.macs ?? .max && $0.memory! <= limits.memory ?? .max
            }.map(\.hash))
    }

    @Test(arguments: [
        CostLimits(parameters: 400), CostLimits(macs: 3_000), CostLimits(memory: 900), CostLimits(parameters: 500, macs: 4_000),
    ]) func drawsUniformlyFromInsideTheLimits(_ limits: CostLimits) throws {
        let space = try Self.space()
        let inside = inside(limits, space)
        try #require(inside.count > 10 && inside.count < 250)
        let draw = try LimitedDraw(space, within: limits)
        #expect(abs(draw.share - Double(inside.count) / 256) < 0.1)
        #expect(isUniform(try draws(draw, 4_000), over: inside))
    }

    /// Where hardly an architecture is inside, a walk finds it, and gives all of them about the same probability.
    @Test func walksAreUniform() throws {
        let space = try Self.space()
        let limits = CostLimits(macs: 2_500)
        let inside = Array(inside(limits, space))
        let start = try #require(space.architectures().first { space.totals(of: $0).macs <= 2_500 })
        let drawn = (0..<4_000).map { number in
            var generator = SeedStream.numbered.generator(4, UInt64(number))
            return space.candidate(
                space.walked(from: start, stepsPerChoice: 10, using: &generator) { space.totals(of: $0).macs <= 2_500 })
        }
        #expect(isUniform(drawn, over: Set(inside)))
    }

    @Test func findsTheFewNetworksInsideTightLimits() throws {
        // Twelve independent choices of ten widths: one of 10¹² networks has the smallest width everywhere.
        let space = try SearchSpace.parse(
            """
            space deep
            image 1x4x4
            classes 2
            op any = conv 1x1 -> (8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16 | 2)
            network {
              body: 12 * any
              head: global-avg-pool > linear classes
            }
            """, file: "deep.space")
        let smallest = 2 + 11 * 4 + 2 * 2 + 2
        let draw = try LimitedDraw(space, within: CostLimits(parameters: smallest + 40))
        #expect(draw.share == 0)
        for candidate in try draws(draw, 5) { #expect(candidate.parameters <= smallest + 40) }
        let error = #expect(throws: InputError.self) { try LimitedDraw(space, within: CostLimits(parameters: smallest - 1)) }
        #expect(error?.description.contains("the nearest has \(smallest) parameters") == true, "\(error?.description ?? "")")
    }

    /// About one of two hundred networks is inside: too few for redraws. Walks find them, and none is an error.
    @Test func smallSharesAreWalked() throws {
        let space = try Self.space()
        let limits = CostLimits(macs: space.architectures().map { space.totals(of: $0).macs }.sorted()[1])
        let draw = try LimitedDraw(space, within: limits)
        #expect(draw.share < 0.02)
        #expect(isUniform(try draws(draw, 600), over: inside(limits, space)))
    }

    @Test(arguments: ["nas-bench-201", "fashion", "nas-bench-macro"]) func totalsKnowWhetherTheImageIsRead(_ name: String) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../SearchSpaces/\(name).space")
        let space = try SearchSpace.load(path: root.path)
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<60 {
            let architecture = space.sample(using: &generator)
            #expect(space.totals(of: architecture).readsItsInput == space.canonicalGraph(of: architecture).readsItsInput)
        }
    }

    // MARK: - Latency

    private final class Clock: LatencySource {
        let asked = Mutex<[String]>([])
        let name = "a clock"

        /// One microsecond for each parameter.
        func milliseconds(of architecture: Architecture, in space: SearchSpace) -> Double? {
            asked.withLock { $0.append(space.hash(of: architecture)) }
            return Double(space.totals(of: architecture).parameters) / 1_000
        }
    }

    @Test func latenciesAreMeasuredOnceAndKept() throws {
        let (space, clock) = (try Self.space(), Clock())
        let kept = Locked<[String: Double]>([:])
        var draw = try LimitedDraw(space, within: CostLimits(latency: 0.3))
        draw.latencies = KeptLatencies(clock, known: [:]) { hash, milliseconds in kept.withLock { $0[hash] = milliseconds } }
        let drawn = try draws(draw, 200)
        #expect(drawn.allSatisfy { $0.latency == Double($0.parameters) / 1_000 && $0.parameters <= 300 })
        let asked = clock.asked.withLock { $0 }
        #expect(Set(asked).count == asked.count)
        #expect(kept.withLock { Set($0.keys) } == Set(asked))
        // A resumed search asks for nothing that it knows, and draws the same.
        draw.latencies = KeptLatencies(clock, known: kept.withLock { $0 }) { _, _ in }
        #expect(try draws(draw, 200) == drawn)
        #expect(clock.asked.withLock { $0.count } == asked.count)
    }

    @Test func networksThatAreAllTooSlowAreAnError() throws {
        var draw = try LimitedDraw(Self.space(), within: CostLimits(latency: 0.001))
        draw.latencies = KeptLatencies(Clock(), known: [:]) { _, _ in }
        let error = #expect(throws: InputError.self) { try draws(draw, 1) }
        #expect(
            error?.description.contains(" measured networks has a latency of at most 0.001 ms; the fastest takes 0.") == true)
        // Once a network was within the limit, the search ends instead.
        draw.latencies?.hasAdmitted.withLock { $0 = true }
        var generator = SeedStream.numbered.generator(0)
        #expect(try draw(using: &generator) == nil)
    }

    @Test func measurementsEndWithTheirTime() throws {
        let clock = Clock()
        var draw = try LimitedDraw(Self.space(), within: CostLimits(latency: 1))
        draw.latencies = KeptLatencies(clock, known: [:], isStopped: { true }) { _, _ in }
        var generator = SeedStream.numbered.generator(0)
        #expect(try draw(using: &generator) == nil)
        #expect(clock.asked.withLock { $0.isEmpty })
    }
}
