import Basics
import Foundation
import ResultStore
import SearchSpace
import Synchronization
import Testing

@testable import Search

/// Candidates whose width is fitted to limits.
struct FittedSettingTests {
    private static func space(groups: Int = 1) throws -> SearchSpace {
        try SearchSpace.parse(
            """
            space widths
            image 1x8x8
            classes 2
            setting channels = \(groups == 1 ? 8 : 9) proxy 4
            setting blocks = 2

            op any = conv 1x1 | conv 3x3 | conv 3x3 stride 2 > conv 1x1

            network {
              stem: conv 3x3 -> channels
              body: 2 * (conv 3x3 groups \(groups) -> channels | any)
              tail: blocks * (conv 1x1 | identity)
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

    private func isInside(_ space: SearchSpace, _ architecture: Architecture, _ limits: CostLimits) -> Bool {
        let totals = space.totals(of: architecture)
        return totals.parameters <= limits.parameters ?? .max && totals.macs <= limits.macs ?? .max
            && space.peakActivationBytes(of: architecture) <= limits.memory ?? .max
    }

    /// Every network is inside, and one step wider it is not. In the second space, widths are multiples of three.
    @Test(
        arguments: [
            CostLimits(parameters: 900), CostLimits(macs: 40_000), CostLimits(memory: 6_000), CostLimits(parameters: 2_000, macs: 90_000),
        ],
        [1, 3])
    func everyCandidateIsTheWidestInside(_ limits: CostLimits, groups: Int) throws {
        let space = try Self.space(groups: groups)
        let draw = try LimitedDraw(space, within: limits, fit: "channels")
        for candidate in try draws(draw, 60) {
            let value = try #require(candidate.settings?["channels"])
            let architecture = try space.architecture(candidate.architecture)
            let scaled = try space.with(values: ["channels": value])
            #expect(isInside(scaled, architecture, limits))
            #expect(
                candidate.macs == scaled.totals(of: architecture).macs && candidate.parameters == scaled.totals(of: architecture).parameters
            )
            let wider = (1...3).lazy.compactMap { try? space.with(values: ["channels": value + $0]) }.first
            #expect(!isInside(try #require(wider), architecture, limits))
        }
    }

    @Test func theHashKnowsTheWidth() throws {
        let space = try Self.space()
        let (narrow, wide) = try (
            LimitedDraw(space, within: CostLimits(macs: 30_000), fit: "channels"),
            LimitedDraw(space, within: CostLimits(macs: 90_000), fit: "channels")
        )
        let (first, second) = try (draws(narrow, 1)[0], draws(wide, 1)[0])
        #expect(first.architecture == second.architecture)
        #expect(first.hash != second.hash)
        #expect(first.hash == SearchSpace.hash(space.hash(of: try space.architecture(first.architecture)), values: first.settings!))
    }

    @Test func listedCandidatesAreFitted() throws {
        let space = try Self.space()
        let draw = try LimitedDraw(space, within: CostLimits(macs: 30_000), fit: "channels")
        let drawn = try draws(draw, 1)[0]
        #expect(try draw.fitted(space.candidate(space.architecture(drawn.architecture))) == drawn)
        let narrowest = try space.with(values: ["channels": 1])
        let heaviest = try #require(space.architectures().max { narrowest.totals(of: $0).macs < narrowest.totals(of: $1).macs })
        let tight = try LimitedDraw(space, within: CostLimits(macs: narrowest.totals(of: heaviest).macs - 1), fit: "channels")
        let error = #expect(throws: InputError.self) { try tight.fitted(space.candidate(heaviest)) }
        #expect(error?.description.contains("with any value of channels; omit it") == true)
    }

    /// Networks wider than the space are wider at the proxy scale, too.
    @Test func theProxyScaleKeepsTheProportion() throws {
        let space = try Self.space()
        var generator = SeededGenerator(seed: 1)
        let architecture = space.sample(using: &generator)
        let small = try space.atProxyScale()
        func stem(_ space: SearchSpace) -> Int { space.canonicalGraph(of: architecture).nodes[1].output.channels }
        #expect(stem(small) == 4)
        #expect(stem(try small.with(values: ["channels": 8])) == 4)
        #expect(stem(try small.with(values: ["channels": 21])) == 11)
        #expect(stem(try small.with(values: ["channels": 1])) == 1)
        #expect(stem(try space.with(values: ["channels": 21])) == 21)
    }

    @Test func settingsThatDoNotScaleAreRefused() throws {
        let space = try Self.space()
        func refusal(_ name: String, _ limits: CostLimits = CostLimits(macs: 30_000)) -> String {
            let error = #expect(throws: InputError.self) {
                var generator = SeededGenerator(seed: 1)
                _ = try LimitedDraw(space, within: limits, fit: name)(using: &generator)
            }
            return error?.description ?? ""
        }
        #expect(refusal("width").contains("has no such setting; its settings are channels and blocks"))
        // Blocks without choices do not widen anything, so the memory is the same with any number of them.
        let deep = try SearchSpace.parse(
            """
            space deep image 1x8x8 classes 2 setting depth = 2
            network { stem: conv 3x3 -> 4
              body: (conv 1x1 | conv 3x3)
              tail: depth * relu
              head: global-avg-pool > linear classes }
            """, file: "deep.space")
        let unbounded = #expect(throws: InputError.self) { try LimitedDraw(deep, within: CostLimits(macs: 100_000), fit: "depth") }
        #expect(unbounded?.description.contains("at every value of depth; add a limit on a cost that depends on it") == true)
        let heavy = try SearchSpace.parse(
            """
            space heavy image 1x8x8 classes 2 setting channels = 8
            network { stem: conv 3x3 -> channels > (conv 1x1 | conv 3x3)
              head: global-avg-pool > linear classes }
            require parameters at least 100
            """, file: "heavy.space")
        let least = #expect(throws: InputError.self) { try LimitedDraw(heavy, within: CostLimits(macs: 100_000), fit: "channels") }
        #expect(least?.description.contains("requires networks of at least some cost") == true)
        #expect(refusal("blocks").contains("change the choices of an architecture"))
        #expect(refusal("channels", CostLimits(macs: 1)).contains("with any value of channels; raise the limit"))
    }

    /// A limit on latency alone: the widest network that is fast enough, each value measured once.
    @Test func latenciesAreFitted() throws {
        final class Clock: LatencySource {
            let asked = Mutex(0)
            let name = "a clock"
            func milliseconds(of architecture: Architecture, in space: SearchSpace) -> Double? {
                asked.withLock { $0 += 1 }
                return Double(space.totals(of: architecture).macs) / 1_000
            }
        }
        let (space, clock) = (try Self.space(), Clock())
        let kept = Locked<[String: Double]>([:])
        var draw = try LimitedDraw(space, within: CostLimits(latency: 40), fit: "channels")
        draw.latencies = KeptLatencies(clock, known: [:]) { hash, milliseconds in kept.withLock { $0[hash] = milliseconds } }
        let drawn = try draws(draw, 10)
        let exact = try draws(LimitedDraw(space, within: CostLimits(macs: 40_000), fit: "channels"), 10)
        #expect(drawn.map(\.hash) == exact.map(\.hash))
        #expect(drawn.allSatisfy { $0.latency == Double($0.macs) / 1_000 })
        #expect(clock.asked.withLock { $0 } == kept.withLock { $0.count })
    }
}
