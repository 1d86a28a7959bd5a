import Foundation
import Testing

@testable import Reports

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct LiveStatusTests {
    private static func status(_ state: LiveStatus.State = .running, budget: Double? = 600) -> LiveStatus {
        LiveStatus(
            state: state, phase: "scoring <candidates>", spentSeconds: 150.4, budgetSeconds: budget,
            facts: [.init("best so far", "a<3> & \"b\"")], revision: "1.2")
    }

    @Test func panelIsWellFormedAndEscaped() {
        let html = Self.status().html
        #expect(XMLParser(data: Data(html.utf8)).parse())
        #expect(html.contains("<dd>a&lt;3&gt; &amp; &quot;b&quot;</dd>"))
        #expect(html.contains("data-revision=\"1.2\""))
    }

    @Test(arguments: [
        (LiveStatus.State.running, "Running: scoring &lt;candidates&gt;"),
        (.stopped, "Stopped while scoring &lt;candidates&gt;; resume the run to continue"), (.finished, ">Finished<"),
    ]) func showsTheState(_ state: LiveStatus.State, _ words: String) {
        #expect(Self.status(state).html.contains(words))
    }

    @Test func showsProgressOfTheBudgetIfThereIsOne() {
        #expect(Self.status().html.contains("2 min 30 s of 10 min 0 s</p><progress max=\"1\" value=\"0.251\""))
        let unbounded = Self.status(budget: nil).html
        #expect(unbounded.contains("· 2 min 30 s</p>") && !unbounded.contains("<progress"))
    }

    @Test func onlyALivePagePollsForUpdates() {
        let report = RunReport(title: "t", proxy: "p", rows: [], command: "c")
        #expect(!report.html.contains("fetch(") && !report.html.contains("id=\"live\""))
        let live = report.html(live: Self.status())
        #expect(live.contains("fetch('/live')") && live.contains("<section id=\"live\""))
    }
}
