import Foundation
import Testing

@Suite struct DoctorTests {
    @Test func checksAreListed() throws {
        let result = try Executable.run(["doctor", "--json"])
        let object = try #require(try JSONSerialization.jsonObject(with: Data(result.stdout.utf8)) as? [String: Any])
        #expect(object["command"] as? String == "doctor")
        let checks = try #require(object["checks"] as? [[String: Any]])
        let names = checks.compactMap { $0["name"] as? String }
        #expect(names == ["libtorch", "cpu threads", "devices", "memory", "fashion-mnist files", "disk", "sqlite"])
        #expect(checks.allSatisfy { ($0["detail"] as? String)?.isEmpty == false })
        #expect(result.status == (checks.allSatisfy { $0["ok"] as? Bool == true } ? 0 : 1))
        #expect((checks[0]["detail"] as? String)?.hasPrefix("2.13.0") == true)
    }

    @Test func printsALinePerCheck() throws {
        let lines = try Executable.run(["doctor"]).stdout.split(separator: "\n")
        #expect(lines.count == 7)
        #expect(lines.allSatisfy { $0.hasPrefix("ok") || $0.hasPrefix("FAILS") })
    }

    @Test(arguments: ["bash", "zsh", "fish"]) func generatesCompletionScripts(_ shell: String) throws {
        let result = try Executable.run(["--generate-completion-script", shell])
        #expect(result.status == 0)
        for word in ["teach", "correlate", "candidates-file"] { #expect(result.stdout.contains(word)) }
    }
}
