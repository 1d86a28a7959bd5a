import Foundation
import GTN
import Testing

@testable import Search

struct ScoringTests {
    private static let rate = CurriculumScoring(passes: 16, passRate: 0.3, criterion: .trainingLoss, initializations: 2)

    /// The texts are keys in run databases and must never change.
    private static let texts: [(Scoring, String)] = [
        (.curriculum(), "curriculum"),
        (.curriculum(rate), "curriculum passes=16 rate=0.3 by=training-loss initializations=2"),
        (.curriculum(rate).part(9), "curriculum passes=16 rate=0.3 by=training-loss initializations=2 part=1/9"),
        (.realImages(RealImagesScoring(.steps(100))), "real-images steps=100"),
        (.realImages(RealImagesScoring(.seconds(2), criterion: .accuracy)).part(3), "real-images seconds=2.0 by=accuracy part=1/3"),
        (.untrained(.jacobianCovariance), "jacob_cov"), (.cost(.macs), "macs"),
        (
            .rankSum([.curriculum(rate), .cost(.parameters)]),
            """
            rank-sum(curriculum passes=16 rate=0.3 by=training-loss initializations=2, parameters)
            """
        ),
        (.rankSum([.rankSum([.curriculum(), .untrained(.nwot)]), .cost(.macs)]), "rank-sum(rank-sum(curriculum, nwot), macs)"),
        (
            .aggregate([.curriculum(rate), .cost(.macs), .untrained(.zico)]),
            "aggregate(curriculum passes=16 rate=0.3 by=training-loss initializations=2, macs, zico)"
        ),
    ]

    @Test(arguments: texts.indices) func textFormsRoundTrip(_ index: Int) throws {
        let (scoring, text) = Self.texts[index]
        #expect(scoring.description == text)
        #expect(Scoring(text) == scoring)
        #expect(try JSONDecoder().decode([Scoring].self, from: JSONEncoder().encode([scoring])) == [scoring])
    }

    @Test(arguments: UntrainedScore.allCases) func everyUntrainedScoreHasAText(_ score: UntrainedScore) {
        #expect(Scoring(Scoring.untrained(score).description) == .untrained(score))
    }

    @Test(arguments: [
        "", "curriculums", "curriculum ", "curriculum passes=many", "curriculum passes=2 passes=3", "curriculum speed=3", "real-images",
        "curriculum passes=0", "curriculum part=1/0", "real-images steps=-1", "real-images steps=4 part=1/x", "nwot part=1/3",
        "rank-sum(curriculum)", "aggregate()", "aggregate(macs)", "aggregate(macs, nwot",
        "rank-sum(curriculum, )", "rank-sum(curriculum, macs",
    ])
    func invalidTextsAreRefused(_ text: String) {
        #expect(Scoring(text) == nil)
    }

    @Test func anAggregateIsRecordedAsItsTraining() {
        let aggregate = Scoring.aggregate(with: .curriculum(Self.rate))
        #expect(aggregate.recorded == .curriculum(Self.rate) && aggregate.trains && aggregate.needsTeacher && !aggregate.isFree)
        #expect(aggregate.name == "aggregate" && aggregate.relative == .curriculum(Self.rate) && aggregate.evaluated == aggregate)
        #expect(aggregate.members.first == .curriculum(Self.rate) && aggregate.part(3).recorded == .curriculum(Self.rate).part(3))
        #expect(aggregate.members.contains { $0.weightInAggregates == 0 } && Set(aggregate.members).count == aggregate.members.count)
    }

    @Test func everyUntrainedScoreIsAProxy() {
        for score in UntrainedScore.allCases { #expect(Scoring.untrained(score).proxy.rawValue == score.rawValue) }
    }

    @Test func rankSumIsRecordedAsItsFirstMember() {
        let blend = Scoring.rankSum([.curriculum(), .cost(.parameters)])
        #expect(blend.recorded == .curriculum() && blend.trains && blend.needsTeacher && !blend.isFree)
        #expect(blend.name == "blend" && blend.relative == .curriculum())
        #expect(Scoring.curriculum().relative == blend)
        #expect(Scoring.cost(.macs).isFree && !Scoring.untrained(.nwot).trains)
    }
}
