import Testing

@testable import RankStatistics

struct RankAggregateTests {
    private static let columns: [[Double]] = [
        [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8], [2, 7, 1, 8, 2, 8, 1, 8, 2, 8, 4, 5], [1, 2, 4, 3, 6, 9, 5, 8, 7, 10, 12, 11],
        [-1, -2, -4, -3, -6, -9, -5, -8, -7, -10, -12, -11],
    ]
    private static let accuracies: [Double?] = [0.5, 0.52, 0.6, 0.55, 0.66, 0.8, nil, 0.78, 0.7, nil, 0.72, 0.9]

    private static func members(_ columns: [[Double?]] = columns) -> [RankAggregate.Member] {
        zip(["a", "b", "c", "d"], zip(columns, [2, 1, 0.5, 1])).map { RankAggregate.Member($0, $1.0, prior: $1.1) }
    }

    /// Expected values are from NumPy's `eigh` and SciPy's `rankdata`. The last score reverses the third and gets no weight.
    @Test func weightsFollowTheAgreementOfTheScores() throws {
        let aggregate = try #require(RankAggregate(Self.members()))
        #expect(!aggregate.isFitted && aggregate.members == ["a", "b", "c", "d"] && aggregate.crossFitted == aggregate.scores)
        expectClose(aggregate.weights, [0.6849139724769989, 0.07468544770958122, 0.24040057981341995, 0])
        expectClose(Array(aggregate.scores.prefix(3)), [-0.7586035949733229, -1.5449047427457852, -0.11963188772710971])
    }

    /// Which of two opposite scores is right cannot be known.
    @Test func twoScoresKeepTheirWeights() throws {
        let members = [Self.members()[2], Self.members()[3]]
        for order in [members, members.reversed()] {
            let aggregate = try #require(RankAggregate(order))
            expectClose(aggregate.weights, order.map { $0.prior / 1.5 })
        }
    }

    /// Expected values are from SciPy's `nnls`, on the regression with √30 · (w − c p) appended.
    @Test func weightsAreFittedToAccuracies() throws {
        let aggregate = try #require(RankAggregate(Self.members(), accuracies: Self.accuracies))
        #expect(aggregate.isFitted)
        expectClose(aggregate.weights, [0.605286741202624, 0.13264576155885244, 0.26206749723852346, 0])
        // The score of a candidate does not depend on its own accuracy.
        expectClose([aggregate.scores[5], aggregate.crossFitted[5]], [1.0323500782755344, 1.0310067729081034])
        #expect(aggregate.crossFitted[6] == aggregate.scores[6])
    }

    @Test func fewAccuraciesChangeNothing() throws {
        let seven = Self.accuracies.enumerated().map { $0 < 8 ? $1 : nil }
        let aggregate = try #require(RankAggregate(Self.members(), accuracies: seven))
        #expect(!aggregate.isFitted)
        #expect(aggregate.weights == RankAggregate(Self.members())!.weights)
    }

    @Test func aMemberWithoutPriorNeedsAccuracies() throws {
        let members = Self.members() + [RankAggregate.Member("e", (0..<12).map { Double($0) }, prior: 0)]
        #expect(try #require(RankAggregate(members)).weights.last == 0)
        let real: [Double?] = (0..<12).map { 0.5 + 0.01 * Double($0) }
        #expect(try #require(RankAggregate(members, accuracies: real)).weights.last! > 0.05)
    }

    @Test func anUndefinedScoreRanksLast() throws {
        var columns = Self.columns.map { $0.map(Optional.some) }
        columns[0][1] = nil
        columns[0][3] = nil
        let aggregate = try #require(RankAggregate(Self.members(columns)))
        expectClose(aggregate.scores, try #require(RankAggregate(Self.members())).scores)
    }

    @Test func scoresThatDistinguishNothingAreLeftOut() throws {
        var columns = Self.columns
        columns[1] = [Double](repeating: 4, count: 12)
        #expect(try #require(RankAggregate(Self.members(columns))).members == ["a", "c", "d"])
        #expect(RankAggregate([RankAggregate.Member("a", [1, 1, 1])]) == nil)
        #expect(RankAggregate([RankAggregate.Member("a", [nil, nil])]) == nil)
        #expect(RankAggregate([RankAggregate.Member("a", [1, 2], prior: 0)]) == nil)
    }

    @Test func constantAccuraciesAreNoReasonToFit() throws {
        let aggregate = try #require(RankAggregate(Self.members(), accuracies: [Double?](repeating: 0.1, count: 12)))
        #expect(!aggregate.isFitted)
    }

    private func expectClose(_ values: [Double], _ expected: [Double], sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(
            values.count == expected.count && zip(values, expected).allSatisfy { abs($0 - $1) < 1e-9 }, "\(values)",
            sourceLocation: sourceLocation)
    }
}
