import Basics
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import SearchSpace

/// Damaged files neither crash nor hang the parser, and every error has a place. `Scripts/fuzz` runs this a million times.
@Suite(.serialized) struct FuzzTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let rounds = environment["GTN_NAS_FUZZ_ROUNDS"].flatMap(Int.init) ?? 2_000
    private static let first = environment["GTN_NAS_FUZZ_FIRST"].flatMap(Int.init) ?? 0
    /// The limit of processor seconds for each file. Other tests may use some of them.
    private static let longest = 60.0

    @Test(.slow) func damagedFilesAreParsedOrRefused() throws {
        let mutator = try TextMutator()
        let watch = Watch(seconds: Self.longest)
        defer { watch.stop() }
        var valid = 0
        for round in Self.first..<Self.first + Self.rounds {
            watch.begin(round)
            var generator = SeededGenerator(seed: SeededGenerator.seed(0, UInt64(round)))
            let text = mutator.text(using: &generator)
            do {
                try use(try Shipped.parse(text, file: "f"), round, using: &generator)
                valid += 1
            } catch let error as SpaceErrors {
                check(error, text, round)
            } catch {
                Issue.record("round \(round): \(error)")
            }
            if round % 10_000 == 9_999 { print("\(round + 1) files, \(valid) of them valid") }
        }
        // If no damaged space were valid, the test would cover only errors.
        #expect(valid > Self.rounds / 50)
    }

    /// Uses a space that parsed successfully.
    private func use(_ space: SearchSpace, _ round: Int, using generator: inout SeededGenerator) throws {
        let again = try Shipped.parse(space.formatted(), file: "again")
        #expect(again.formatted() == space.formatted(), "round \(round)")
        #expect(again.contentHash == space.contentHash, "round \(round)")
        let architecture = space.sample(using: &generator)
        #expect(try space.architecture(space.notation(of: architecture)) == architecture, "round \(round)")
        if let foreign = space.foreignNotation(of: architecture) {
            #expect(try space.architecture(foreign) == architecture, "round \(round)")
        }
        #expect(space.hash(of: architecture) == again.hash(of: architecture), "round \(round)")
        #expect(space.unrestrictedCount > 0, "round \(round)")
        let graph = space.canonicalGraph(of: architecture)
        #expect(graph.nodes[graph.output].output == FeatureShape(space.classes, 1, 1), "round \(round)")
        _ = graph.cost
        if let child = space.mutated(architecture, using: &generator) {
            #expect(space.distance(architecture, child) == 1, "round \(round)")
        }
    }

    private func check(_ error: SpaceErrors, _ text: String, _ round: Int) {
        #expect(!error.diagnostics.isEmpty && error.diagnostics.count <= SpaceErrors.most)
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for diagnostic in error.diagnostics where diagnostic.file == "f" {
            guard (1...lines.count).contains(diagnostic.line) else {
                Issue.record("round \(round): line \(diagnostic.line) of \(lines.count)")
                continue
            }
            #expect(String(decoding: lines[diagnostic.line - 1], as: UTF8.self).hasPrefix(diagnostic.sourceLine), "round \(round)")
            #expect((1...diagnostic.sourceLine.count + 1).contains(diagnostic.column), "round \(round)")
            #expect(diagnostic.length >= 1 && !diagnostic.message.isEmpty, "round \(round)")
        }
        #expect(error.description.contains("^"))
    }
}

/// Ends the process if one round takes too long, because nothing else can stop an endless loop. It measures the process time, so other
/// load on the machine does not matter.
private final class Watch: Sendable {
    private let current: Mutex<(round: Int, start: Double)?> = Mutex((0, Watch.now))

    private static var now: Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

    init(seconds: Double) {
        Thread.detachNewThread { [self] in
            while current.withLock({ $0 != nil }) {
                Thread.sleep(forTimeInterval: 0.5)
                current.withLock { current in
                    if let current, Self.now - current.start > seconds {
                        fatalError("round \(current.round) takes more than \(seconds) seconds")
                    }
                }
            }
        }
    }

    func begin(_ round: Int) { current.withLock { $0 = (round, Self.now) } }

    func stop() { current.withLock { $0 = nil } }
}
