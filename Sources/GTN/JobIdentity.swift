import Foundation
import Networks
import SearchSpace
import Tensors

/// Everything that a job's outcome depends on except time: its configuration, data set, space and versions. Every checkpoint stores the
/// identity of its job.
///
/// The text form is JSON with sorted keys, and identities are compared field by field. A field that a checkpoint lacks counts as its
/// default, so checkpoints stay valid when a new version adds a field with a default. An optional field defaults to nil.
public struct JobIdentity: Sendable {
    private let fields: [String: JSONValue]
    private let defaults: [String: JSONValue]

    ///   - job: the job's name, such as "teaching".
    ///   - configuration: the configuration, encoded as an object.
    ///   - defaults: a configuration with the default values.
    ///   - task: the task, identified by its data set and split seed.
    ///   - space: the search space at its settings.
    ///   - architecture: the architecture; nil for jobs without a single one.
    init<Configuration: Encodable>(
        of job: String, _ configuration: Configuration, defaults: Configuration, _ task: LearningTask, _ space: SearchSpace,
        _ architecture: Architecture? = nil
    ) {
        var fields = JSONValue(configuration).fields
        fields["job"] = .text(job)
        fields["dataset"] = .text(task.dataset.hash)
        fields["splitSeed"] = .text("\(task.seed)")
        fields["space"] = .text(space.contentHash)
        for setting in space.settings { fields["spaceSettings.\(setting.name)"] = .integer(Int64(setting.value)) }
        fields["architecture"] = architecture.map { .text(space.hash(of: $0)) }
        fields["libtorch"] = .text(Runtime.libtorchVersion)
        fields["instructions"] = .text(Network.instructions)
        self.fields = fields
        self.defaults = JSONValue(defaults).fields
    }

    /// The identity as JSON with sorted keys.
    var text: String { JSONValue.object(fields).text }

    /// A field in which a checkpoint's job differs from this job.
    struct Difference: Hashable, CustomStringConvertible {
        /// Names of nested fields, joined by dots.
        let field: String
        /// JSON texts.
        let earlier: String
        let now: String

        var description: String { "\(field) was \(earlier), is \(now)" }
    }

    /// Returns the fields that differ from the identity with this text, sorted by name; nil if the text is not an identity.
    func differences(from text: String) -> [Difference]? {
        guard let earlier = try? JSONDecoder().decode([String: JSONValue].self, from: Data(text.utf8)) else { return nil }
        return Set(fields.keys).union(earlier.keys).sorted().compactMap { field in
            let (before, now) = (earlier[field] ?? defaults[field], fields[field])
            return before == now ? nil : Difference(field: field, earlier: before?.text ?? "none", now: now?.text ?? "none")
        }
    }
}

/// A JSON value.
private indirect enum JSONValue: Codable, Hashable, Sendable {
    case null
    case flag(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)
    case list([JSONValue])
    case object([String: JSONValue])

    /// Creates the JSON value of an encodable value.
    init(_ value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        // Numbers, texts, flags and lists of these can always be represented in JSON.
        self = try! JSONDecoder().decode(JSONValue.self, from: encoder.encode(value))
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let integer = try? container.decode(Int64.self) {
            self = .integer(integer)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let list = try? container.decode([JSONValue].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .flag(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        case .list(let values): try container.encode(values)
        case .object(let values): try container.encode(values)
        }
    }

    /// The fields of an object; nested fields have names joined by dots.
    var fields: [String: JSONValue] {
        guard case .object(let values) = self else { return [:] }
        return values.reduce(into: [:]) { fields, entry in
            guard case .object = entry.value else {
                fields[entry.key] = entry.value
                return
            }
            for (name, value) in entry.value.fields { fields["\(entry.key).\(name)"] = value }
        }
    }

    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try! encoder.encode(self), as: UTF8.self)
    }
}
