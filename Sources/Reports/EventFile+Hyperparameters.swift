import Protobuf

/// Hyperparameters for TensorBoard's "HParams" page: messages of its plugin's `plugin_data.proto` and `api.proto`.
extension EventFile {
    public enum Hyperparameter: Equatable, Sendable {
        case number(Double)
        case text(String)
    }

    private static let plugin = "hparams"
    private static let success = 1

    /// Adds the run's settings and the tags of the scalars that the page compares.
    public mutating func add(hyperparameters: [String: Hyperparameter], metrics: [String], group: String, begun: Double, ended: Double) {
        let names = hyperparameters.keys.sorted()
        var experiment = ProtobufMessage()
        experiment.add(3, begun)
        for name in names {
            var info = ProtobufMessage()
            info.add(1, name)
            experiment.add(4, info)
        }
        for tag in metrics {
            var name = ProtobufMessage()
            name.add(2, tag)
            var info = ProtobufMessage()
            info.add(1, name)
            experiment.add(5, info)
        }
        append("_hparams_/experiment", field: 2, experiment, time: begun)

        var start = ProtobufMessage()
        for name in names {
            var value = ProtobufMessage()
            switch hyperparameters[name]! {
            case .number(let number): value.add(2, number)
            case .text(let text): value.add(3, text)
            }
            // Protobuf encodes a map as a repeated message of key and value.
            var entry = ProtobufMessage()
            entry.add(1, name)
            entry.add(2, value)
            start.add(1, entry)
        }
        start.add(4, group)
        start.add(5, begun)
        append("_hparams_/session_start_info", field: 3, start, time: begun)

        var end = ProtobufMessage()
        end.add(1, Self.success)
        end.add(2, ended)
        append("_hparams_/session_end_info", field: 4, end, time: ended)
    }

    private mutating func append(_ tag: String, field: Int, _ content: ProtobufMessage, time: Double) {
        var data = ProtobufMessage()
        data.add(1, 0)
        data.add(field, content)
        var plugin = ProtobufMessage()
        plugin.add(1, Self.plugin)
        plugin.add(2, data)
        var metadata = ProtobufMessage()
        metadata.add(1, plugin)
        // A value with plugin data needs a tensor; this one is empty: data type float, no dimensions.
        var tensor = ProtobufMessage()
        tensor.add(1, 1)
        tensor.add(2, ProtobufMessage())
        var value = ProtobufMessage()
        value.add(1, tag)
        value.add(9, metadata)
        value.add(8, tensor)
        append(value, step: 0, time: time)
    }
}
