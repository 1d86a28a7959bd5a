import Basics
import Foundation
import SearchSpace
import Testing

@testable import Export

struct LatencyCommandTests {
    private func milliseconds(_ command: String) throws -> Double? {
        let space = try SearchSpace.parse(
            """
            space one
            image 1x4x4
            classes 2
            network { body: conv 3x3 -> 4 > norm
              head: global-avg-pool > linear classes }
            """, file: "one.space")
        return try LatencyCommand(command).milliseconds(of: space.architecture(""), in: space)
    }

    /// The command receives an ONNX file: its length stands for the latency here.
    @Test func readsWhatTheCommandPrints() throws {
        #expect(try milliseconds("wc -c <")! > 300)
        #expect(try milliseconds("echo 3.5 #") == 3.5)
    }

    @Test(arguments: [
        ("echo slow #", "expected milliseconds on its output, found 'slow'"), ("echo -1 #", "found '-1'"),
        ("echo lost >&2; exit 4 #", "ended with status 4: lost"), ("true", "found ''"),
    ]) func refusesAnythingElse(_ command: String, _ words: String) {
        let error = #expect(throws: InputError.self) { try milliseconds(command) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test func theMeterMeasuresTheExportedNetwork() throws {
        let space = try SearchSpace.parse(
            """
            space two
            image 3x32x32
            classes 10
            setting channels = 4
            network { body: conv 3x3 -> channels > norm > relu > conv 3x3 > norm > relu
              head: global-avg-pool > linear classes }
            """, file: "two.space")
        let wide = try space.with(settings: [("channels", "128")])
        let (small, large) = try (
            LatencyMeter().milliseconds(of: space.architecture(""), in: space)!,
            LatencyMeter().milliseconds(of: wide.architecture(""), in: wide)!
        )
        // A thousand times the multiply-accumulates.
        #expect(large > 3 * small)
        #expect(LatencyMeter().name.contains("one thread, batch 1, float32"))
    }
}
