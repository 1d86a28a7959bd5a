import Foundation
import TestSupport
import Testing

/// The page of a real run, as HTML and in a browser.
@Suite(.slow) final class ReportTests {
    private let directory = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())")

    init() throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    private func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    private func makeReport() throws -> String {
        let search = try Executable.run([
            "search", "SearchSpaces/fashion.space", "--data", "fashion-mnist", "--meta-steps", "2", "--steps", "2", "--batch", "20",
            "--candidates", "9",
            "--validate", "8", "--epochs", "1", "--images", "200", "--run", path("run"), "--quiet",
        ])
        try #require(search.status == 0, "\(search.stderr)")
        let result = try Executable.run(["report", path("run"), "-o", path("report.html"), "--json"])
        try #require(result.status == 0, "\(result.stderr)")
        let output = try #require(try JSONSerialization.jsonObject(with: Data(result.stdout.utf8)) as? [String: Any])
        #expect(output["path"] as? String == path("report.html"))
        return try String(contentsOfFile: path("report.html"), encoding: .utf8)
    }

    @Test func showsTheResultsOfARun() throws {
        let html = try makeReport()
        for words in [
            "fashion on fashion-mnist", "class=\"verdict", "id=\"ranking\"", "data:image/png;base64,", "Meta-training",
            "ρ over inner steps", "synflow alone", ">curriculum</th>", "Weights of the ranking:",
        ] {
            #expect(html.contains(words), "\(words)")
        }
        #expect(html.ranges(of: "<tr data-text=").count == 9)
    }

    /// A click sorts the table, the filter hides rows, the tooltip of a point shows its rank, and no script fails.
    @Test(.enabled(if: Browser.path != nil, Browser.isMissing)) func worksInABrowser() throws {
        let html = try makeReport()
        let probe = """
            <script>
            window.addEventListener('error', (event) => document.body.dataset.failed = event.message);
            addEventListener('load', () => {
              const table = document.getElementById('ranking'), body = table.tBodies[0];
              const column = [...table.tHead.rows[0].cells].findIndex((cell) => cell.textContent === 'parameters');
              const values = () => [...body.rows].map((row) => Number(row.cells[column].dataset.value));
              const button = table.tHead.rows[0].cells[column].querySelector('button');
              button.click();
              const up = values(); button.click(); const down = values();
              const sorted = up.every((value, i) => i === 0 || up[i - 1] <= value) && down.every((value, i) => i === 0 || down[i - 1] >= \
              value);
              const filter = document.getElementById('filter');
              filter.value = body.rows[2].dataset.text.split(' ').pop(); filter.dispatchEvent(new Event('input'));
              const shown = [...body.rows].filter((row) => !row.hidden).length;
              const point = document.querySelector('.point');
              point.dispatchEvent(new PointerEvent('pointerenter', { clientX: 5, clientY: 5 }));
              const tip = document.getElementById('tip');
              document.body.dataset.outcome = [sorted, shown, !tip.hidden && tip.textContent.includes('rank')].join(' ');
            });
            </script>
            </head>
            """
        try html.replacing("</head>", with: probe, maxReplacements: 1).write(toFile: path("probe.html"), atomically: true, encoding: .utf8)
        let dom = try Browser.document(path("probe.html"), profile: path("profile"))
        #expect(dom.contains("data-outcome=\"true 1 true\""))
        #expect(!dom.contains("data-failed"))
    }
}
