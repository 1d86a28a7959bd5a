import Basics
import FlyingFox
import FlyingSocks
import Foundation

/// A read-only web server for one run: the report at `/`, the status panel at `/live`, the status as JSON at `/status`.
public struct LiveServer: Sendable {
    private let run: LiveRun
    private let server: HTTPServer

    /// - Throws: `InputError` if `host` is not an IPv4 address or `localhost`.
    public init(_ run: LiveRun, host: String, port: UInt16) throws {
        self.run = run
        do {
            server = HTTPServer(address: try .inet(ip4: host == "localhost" ? "127.0.0.1" : host, port: port), logger: .disabled)
        } catch {
            throw InputError(
                "\(setting: "host") \(host): expected an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all its addresses")
        }
    }

    /// Serves requests until the task is cancelled.
    public func listen() async throws {
        await server.appendRoute("GET,HEAD /") { [run] _ in await Self.answer("text/html; charset=utf-8") { try await run.html() } }
        await server.appendRoute("GET,HEAD /live") { [run] _ in
            await Self.answer("text/html; charset=utf-8") { try await run.status().html }
        }
        await server.appendRoute("GET,HEAD /status") { [run] _ in
            await Self.answer("application/json") { try await Self.json(run.status()) }
        }
        try await server.run()
    }

    /// The port, available once the server listens.
    public func port() async throws -> UInt16? {
        try await server.waitUntilListening(timeout: 5)
        guard case .ip4(_, let port) = await server.listeningAddress else { return nil }
        return port
    }

    private static func answer(_ type: String, _ text: () async throws -> String) async -> HTTPResponse {
        let headers: HTTPHeaders = [
            .contentType: type, HTTPHeader("Cache-Control"): "no-store", HTTPHeader("X-Content-Type-Options"): "nosniff",
            HTTPHeader("Content-Security-Policy"):
                """
            default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; connect-src 'self'; \
            frame-ancestors 'none'
            """,
        ]
        do {
            return HTTPResponse(statusCode: .ok, headers: headers, body: Data(try await text().utf8))
        } catch {
            // The run may not exist yet or may have moved, and a later request may find it.
            let message = UserMessage(error).description
            return HTTPResponse(
                statusCode: .serviceUnavailable, headers: [.contentType: "text/plain; charset=utf-8"], body: Data(message.utf8))
        }
    }

    private static func json(_ status: LiveStatus) throws -> String {
        let object: [String: Any] = [
            "schema": "gtn-nas/1", "command": "serve", "state": status.state.rawValue, "phase": status.phase,
            "spent_seconds": status.spentSeconds,
            "budget_seconds": status.budgetSeconds as Any? ?? NSNull(), "revision": status.revision,
            "facts": Dictionary(uniqueKeysWithValues: status.facts.map { ($0.name, $0.value) }),
        ]
        return String(
            decoding: try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes]), as: UTF8.self)
    }
}
