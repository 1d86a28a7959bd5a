import Basics
import GTN
import Testing

@testable import Search

struct ScoringRequestTests {
    private let recommendation = ScoringRecommendation(passes: 16, peakRate: 0.3, criterion: .trainingLoss)

    @Test func defaultsFollowTheTeacher() {
        #expect(ScoringRequest(.curriculum).scoring() == .curriculum())
        let followed = CurriculumScoring(passes: 16, passRate: 0.3, criterion: .trainingLoss)
        #expect(ScoringRequest(.curriculum).scoring(recommendation: recommendation) == .curriculum(followed))
        #expect(ScoringRequest(.blend).scoring(recommendation: recommendation) == .rankSum([.curriculum(followed), .cost(.parameters)]))
    }

    @Test func withoutARequestTheRankingIsAnAggregate() {
        let followed = CurriculumScoring(passes: 16, passRate: 0.3, criterion: .trainingLoss)
        #expect(ScoringRequest().scoring(recommendation: recommendation) == .aggregate(with: .curriculum(followed)))
        // A resumed run keeps what it began.
        #expect(ScoringRequest().scoring(begun: .untrained(.nwot)) == .untrained(.nwot))
    }

    @Test func requestChangesOnlyItsOwnSettings() {
        var request = ScoringRequest(.curriculum)
        request.criterion = .loss
        #expect(request.scoring(recommendation: recommendation) == .curriculum(CurriculumScoring(passes: 16, passRate: 0.3)))
        request.passes = 1
        #expect(request.scoring(recommendation: recommendation) == .curriculum())
    }

    @Test func resumedRunKeepsItsScoring() {
        let begun = Scoring.curriculum(CurriculumScoring(passes: 4, criterion: .area, initializations: 3))
        #expect(ScoringRequest(.curriculum).scoring(begun: begun, recommendation: recommendation) == begun)
        let onImages = Scoring.realImages(RealImagesScoring(.steps(20), criterion: .accuracy))
        var request = ScoringRequest(.realSteps)
        request.realSteps = 20
        #expect(request.scoring(begun: onImages) == onImages)
    }

    @Test(arguments: Proxy.allCases) func everyProxyHasAScoring(_ proxy: Proxy) {
        #expect(ScoringRequest(proxy).scoring().proxy == proxy)
    }

    /// Messages name settings in the terms of each layer.
    @Test func contradictorySettingsAreRefused() throws {
        var request = ScoringRequest(.nwot)
        request.passes = 16
        let error = #expect(throws: InputError.self) { try request.check(makesTeacher: false) }
        #expect(error?.description == "passes 16: proxy nwot does not train on a curriculum; omit passes")
        #expect(error?.message { "--\($0)" } == "--passes 16: --proxy nwot does not train on a curriculum; omit --passes")
        request = ScoringRequest(.macs)
        request.criterion = .accuracy
        #expect(throws: InputError.self) { try request.check(makesTeacher: false) }
        request = ScoringRequest()
        request.passRate = 0.1
        try request.check(makesTeacher: false)
        #expect(throws: InputError.self) { try request.check(makesTeacher: true) }
        request.passRate = -1
        #expect(throws: InputError.self) { try request.check(makesTeacher: false) }
    }
}
