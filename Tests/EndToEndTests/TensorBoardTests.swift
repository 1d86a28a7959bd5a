import Foundation
import TestSupport
import Testing

/// Event files, read with TensorBoard.
@Suite(.slow) final class TensorBoardTests {
    private let directory = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())")

    init() throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    private func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    private static let reader = """
        import json, sys
        from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer
        from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData
        events = EventMultiplexer({}, {'images': 0, 'scalars': 0, 'tensors': 0}).AddRunsFromDirectory(sys.argv[1])
        events.Reload()
        run, = events.Runs()
        tags = events.GetAccumulator(run).Tags()
        plugin = {tag: HParamsPluginData.FromString(content) for tag, content in events.PluginRunToTagToContent('hparams')[run].items()}
        values = plugin['_hparams_/session_start_info'].session_start_info.hparams
        print(json.dumps({
            'run': run,
            'scalars': {tag: [[event.step, event.value] for event in events.Scalars(run, tag)] for tag in tags['scalars']},
            'images': {tag: [[event.step, event.width, event.height, event.encoded_image_string[:4] == b'\\x89PNG'] for event in \
            events.Images(run, tag)] for tag in tags['images']},
            'settings': {name: getattr(value, value.WhichOneof('kind')) for name, value in values.items()},
            'metrics': [info.name.tag for info in plugin['_hparams_/experiment'].experiment.metric_infos],
        }))
        """

    private struct Events: Decodable {
        enum Setting: Decodable, Equatable {
            case number(Double), text(String)
            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let number = try? container.decode(Double.self) {
                    self = .number(number)
                } else {
                    self = .text(try container.decode(String.self))
                }
            }
        }
        struct Image: Decodable {
            let step, width, height: Int
            let isPNG: Bool
            init(from decoder: any Decoder) throws {
                var container = try decoder.unkeyedContainer()
                (step, width, height) = (try container.decode(Int.self), try container.decode(Int.self), try container.decode(Int.self))
                isPNG = try container.decode(Bool.self)
            }
        }
        let run: String
        let scalars: [String: [[Double]]]
        let images: [String: [Image]]
        let settings: [String: Setting]
        let metrics: [String]
    }

    @Test(.enabled(if: PythonTools.python != nil, PythonTools.isMissing)) func tensorBoardReadsTheResults() throws {
        let search = try Executable.run([
            "search", "SearchSpaces/fashion.space", "--data", "fashion-mnist", "--meta-steps", "3", "--steps", "2", "--batch", "20",
            "--candidates", "9", "--proxy", "curriculum",
            "--validate", "8", "--epochs", "1", "--images", "200", "--run", path("mine"), "--json",
        ])
        try #require(search.status == 0, "\(search.stderr)")
        let found = try #require(try JSONSerialization.jsonObject(with: Data(search.stdout.utf8)) as? [String: Any])
        let ranking = try #require(found["ranking"] as? [[String: Any]])
        for _ in 0..<2 {
            let written = try Executable.run(["tensorboard", path("mine"), "-o", path("logs")])
            #expect(written.status == 0 && written.stdout.hasSuffix("logs/mine/events.out.tfevents.0.gtn-nas\n"))
        }
        let events = try JSONDecoder().decode(Events.self, from: Data(PythonTools.run(Self.reader, [path("logs")]).utf8))
        #expect(events.run == "mine")
        #expect(events.scalars["meta-training/loss on real data"]?.map { $0[0] } == [0, 1, 2])
        #expect(events.scalars["scoring/score"]?.count == 9)
        let best = try #require(events.scalars["scoring/best score"]?.last?.last)
        #expect(abs(best - (ranking[0]["score"] as! Double)) < 1e-5)
        #expect(events.scalars["validation/accuracy by rank"]?.count == 8)
        // TensorBoard drops points whose steps do not increase.
        for (tag, points) in events.scalars { #expect(zip(points, points.dropFirst()).allSatisfy { $0[0] < $1[0] }, "\(tag)") }
        let images = try #require(events.images["synthetic images by inner step"])
        #expect(images.map(\.step) == [0, 1] && images.allSatisfy { $0.isPNG && $0.width > 28 && $0.height > 28 })
        #expect(
            events.settings["teaching.batch"] == .number(20) && events.settings["proxy"] == .text("curriculum")
                && events.settings["space"] == .text("fashion"))
        #expect(events.metrics.contains("outcome/spearman") && events.metrics.allSatisfy { events.scalars[$0]?.count == 1 })
    }

    @Test func refusesAMissingRun() throws {
        let missing = try Executable.run(["tensorboard", path("nowhere"), "-o", path("logs")])
        #expect(missing.status == 2 && missing.stderr.contains("is not a run directory"))
    }
}
