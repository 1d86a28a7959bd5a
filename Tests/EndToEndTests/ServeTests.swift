import Foundation
import Synchronization
import TestSupport
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The live view, requested as by a browser.
@Suite(.slow) final class ServeTests {
    private let directory = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())")

    init() throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    private func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    private func search(_ more: [String]) -> [String] {
        ["search", "SearchSpaces/fashion.space", "--data", "fashion-mnist", "--proxy", "parameters", "--run", path("run"), "--quiet"] + more
    }

    /// Returns a port that was just free.
    private static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                try #require(bind(descriptor, generic, size) == 0 && getsockname(descriptor, generic, &size) == 0)
            }
            return UInt16(bigEndian: pointer.pointee.sin_port)
        }
    }

    private static func get(_ port: UInt16, _ path: String) -> String? {
        try? String(contentsOf: URL(string: "http://127.0.0.1:\(port)\(path)")!, encoding: .utf8)
    }

    private static func status(_ port: UInt16) -> [String: Any]? {
        get(port, "/status").flatMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
    }

    /// Serves the run until `isDone` returns true, and returns the server's output.
    private func serve(_ port: UInt16, until isDone: @escaping @Sendable () -> Bool) throws -> [String: Any] {
        let served = try Executable.run(["serve", path("run"), "--port", "\(port)", "--json"], timeout: 120, interruptWhen: isDone)
        #expect(served.status == 0, "\(served.stderr)")
        return try #require(try JSONSerialization.jsonObject(with: Data(served.stdout.utf8)) as? [String: Any])
    }

    @Test func followsARunToItsEnd() throws {
        let port = try Self.freePort()
        let arguments = search(["--candidates", "12", "--validate", "8", "--epochs", "2", "--images", "20000"])
        let ended = Mutex(false), states = Mutex<[String]>([]), page = Mutex("")
        DispatchQueue.global().async {
            let status = try? Executable.run(arguments).status
            ended.withLock { $0 = status == 0 }
        }
        let database = path("run/run.sqlite")
        while !FileManager.default.fileExists(atPath: database), !ended.withLock({ $0 }) { usleep(5_000) }
        let output = try serve(port) {
            guard let now = Self.status(port), let state = now["state"] as? String else { return false }
            states.withLock { if $0.last != state { $0.append(state) } }
            guard state == "finished" else { return false }
            page.withLock { $0 = Self.get(port, "/") ?? "" }
            return true
        }
        #expect(output["path"] as? String == "http://127.0.0.1:\(port)/")
        #expect(states.withLock { $0 } == ["running", "finished"])
        let html = page.withLock { $0 }
        for words in [
            "data-state=\"finished\"", "<dd>8 candidates, best accuracy", "<dd>12 candidates by parameters</dd>", "class=\"verdict",
            "fetch('/live')",
        ] {
            #expect(html.contains(words), "\(words)")
        }
    }

    /// The first request shows the right state, because neither run has changed for longer than the timeout.
    @Test func distinguishesFinishedFromInterruptedRuns() throws {
        let checkpoint = path("run/log.jsonl")
        let interrupted = try Executable.run(
            search(["--candidates", "8", "--validate", "8", "--epochs", "400", "--images", "2000"]),
            interruptWhen: { (try? String(contentsOfFile: checkpoint, encoding: .utf8))?.contains("\"event\":\"scored\"") == true })
        #expect(interrupted.status == 130, "\(interrupted.stderr)")
        sleep(7)
        #expect(try firstState() == "stopped")
        #expect(
            try Executable.run(search(["--candidates", "8", "--validate", "0", "--epochs", "400", "--images", "2000", "--resume"])).status
                == 0)
        #expect(try firstState() == "finished")
    }

    private func firstState() throws -> String? {
        let port = try Self.freePort(), state = Mutex<String?>(nil)
        _ = try serve(port) {
            guard let now = Self.status(port) else { return false }
            state.withLock { $0 = now["state"] as? String }
            return true
        }
        return state.withLock { $0 }
    }

    @Test func onlyReads() throws {
        try #require(try Executable.run(search(["--candidates", "3", "--validate", "0"])).status == 0)
        let before = try Data(contentsOf: URL(fileURLWithPath: path("run/run.sqlite")))
        let port = try Self.freePort()
        let answers = Mutex<[Int]>([])
        _ = try serve(port) {
            guard Self.get(port, "/live") != nil else { return false }
            for (method, path) in [("POST", "/"), ("DELETE", "/status"), ("GET", "/../run.sqlite"), ("GET", "/live")] {
                var request = URLRequest(url: URL(string: "http://127.0.0.1:\(port)\(path)")!)
                request.httpMethod = method
                let done = DispatchSemaphore(value: 0)
                URLSession.shared.dataTask(with: request) { _, response, _ in
                    answers.withLock { $0.append((response as? HTTPURLResponse)?.statusCode ?? 0) }
                    done.signal()
                }.resume()
                done.wait()
            }
            return true
        }
        #expect(answers.withLock { $0 } == [404, 404, 404, 200])
        #expect(try Data(contentsOf: URL(fileURLWithPath: path("run/run.sqlite"))) == before)
    }

    @Test func refusesInvalidRunsAndAddresses() throws {
        let missing = try Executable.run(["serve", path("nowhere")])
        #expect(missing.status == 2 && missing.stderr.contains("is not a run directory"))
        try #require(try Executable.run(search(["--candidates", "1", "--validate", "0"])).status == 0)
        let address = try Executable.run(["serve", path("run"), "--host", "elsewhere"])
        #expect(address.status == 2 && address.stderr.contains("--host elsewhere: expected an address of this machine"))
        let port = try Self.freePort(), second = Mutex("")
        let run = path("run")
        _ = try serve(port) {
            guard Self.get(port, "/live") != nil else { return false }
            second.withLock { $0 = (try? Executable.run(["serve", run, "--port", "\(port)"]).stderr) ?? "" }
            return true
        }
        #expect(second.withLock { $0 }.contains("--port 0 chooses a free port"))
    }

    /// An updated page appears by itself, and keeps the sorting and the filter.
    @Test(.enabled(if: Browser.path != nil, Browser.isMissing)) func updatesKeepSortingAndFilter() throws {
        try #require(try Executable.run(search(["--candidates", "5", "--validate", "0"])).status == 0)
        let port = try Self.freePort(), pages = Mutex<[String]>([])
        _ = try serve(port) {
            guard let page = Self.get(port, "/"), let panel = Self.get(port, "/live") else { return false }
            pages.withLock { $0 = [page, panel] }
            return true
        }
        let (page, panel) = try pages.withLock { (try #require($0.first), try #require($0.last)) }
        let revision = try #require(panel.firstMatch(of: /data-revision="([^"]*)"/)).1
        let news = page.replacing("<h1>", with: "<h1>News: ").replacing("data-revision=\"\(revision)\"", with: "data-revision=\"later\"")
        let text = try JSONSerialization.data(withJSONObject: [
            "/": news, "/live": panel.replacing("data-revision=\"\(revision)\"", with: "data-revision=\"later\""),
        ])
        let answers = String(decoding: text, as: UTF8.self).replacing("</", with: "<\\/")
        let probe = """
            <script>
            const answers = \(answers);
            let failures = 2;
            window.fetch = async (path) => path === '/' && failures-- > 0 ? { ok: false, text: async () => 'busy' } : { ok: true, text: \
            async () => answers[path] };
            addEventListener('load', () => {
              [...document.querySelectorAll('#ranking th button')].find((button) => button.textContent === 'parameters').click();
              const filter = document.getElementById('filter');
              filter.value = 'x'; filter.dispatchEvent(new Event('input'));
            });
            setTimeout(() => {
              const column = [...document.querySelectorAll('#ranking th')].findIndex((cell) => cell.textContent === 'parameters');
              const cells = [...document.querySelectorAll('#ranking tbody tr')].map((row) => Number(row.cells[column].dataset.value));
              const sorted = cells.length === 5 && cells.every((value, i) => i === 0 || cells[i - 1] <= value);
              document.body.dataset.outcome = [document.querySelector('h1').textContent.startsWith('News'), sorted, \
              document.getElementById('filter').value].join(' ');
            }, 16000);
            </script>
            </head>
            """
        try page.replacing("</head>", with: probe, maxReplacements: 1).write(toFile: path("probe.html"), atomically: true, encoding: .utf8)
        let document = try Browser.document(path("probe.html"), profile: path("profile"), milliseconds: 20_000)
        #expect(document.contains("data-outcome=\"true true x\""))
    }
}
