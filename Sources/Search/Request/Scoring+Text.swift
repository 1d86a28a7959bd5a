import GTN

/// The text form of a scoring: its name, then `name=value` for each setting that differs from the default.
///
///     curriculum passes=16 rate=0.3 by=training-loss initializations=2 part=1/9
///     real-images steps=100 by=accuracy
///     jacob_cov
///     rank-sum(curriculum, parameters)
///     aggregate(curriculum passes=4, macs, nwot)
extension Scoring: CustomStringConvertible, LosslessStringConvertible {
    public var description: String {
        switch self {
        case .curriculum(let training):
            var text = "curriculum"
            if training.passes != 1 { text += " passes=\(training.passes)" }
            if let rate = training.passRate { text += " rate=\(rate)" }
            if training.criterion != .loss { text += " by=\(training.criterion.rawValue)" }
            if training.initializations != 1 { text += " initializations=\(training.initializations)" }
            return text + Self.text(divisor: training.divisor)
        case .realImages(let training):
            let length =
                switch training.length {
                case .steps(let steps): "steps=\(steps)"
                case .seconds(let seconds): "seconds=\(seconds)"
                }
            let criterion = training.criterion == .loss ? "" : " by=\(training.criterion.rawValue)"
            return "real-images \(length)\(criterion)\(Self.text(divisor: training.divisor))"
        case .untrained(let score): return score.rawValue
        case .cost(let cost): return cost.rawValue
        case .rankSum(let members): return "rank-sum(\(members.map(\.description).joined(separator: ", ")))"
        case .aggregate(let members): return "aggregate(\(members.map(\.description).joined(separator: ", ")))"
        }
    }

    private static func text(divisor: Int) -> String { divisor == 1 ? "" : " part=1/\(divisor)" }

    /// Parses the text form.
    /// - Parameter description: the text form.
    /// - Returns: nil if the text is not a scoring.
    public init?(_ description: String) {
        for (name, make) in [("rank-sum", Scoring.rankSum), ("aggregate", Scoring.aggregate)] {
            guard description.hasPrefix("\(name)("), description.hasSuffix(")") else { continue }
            let texts = Self.members(description.dropFirst(name.count + 1).dropLast())
            let members = texts.compactMap(Scoring.init)
            guard members.count == texts.count, members.count > 1 else { return nil }
            self = make(members)
            return
        }
        let words = description.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        var values = Values(words.dropFirst())
        switch words[0] {
        case "curriculum":
            var training = CurriculumScoring()
            training.passes = values.takeCount("passes") ?? 1
            training.passRate = values.take("rate")
            training.criterion = values.takeCriterion() ?? .loss
            training.initializations = values.takeCount("initializations") ?? 1
            training.divisor = values.takeDivisor() ?? 1
            self = .curriculum(training)
        case "real-images":
            let length = values.takeCount("steps").map { RealImagesScoring.Length.steps($0) } ?? values.take("seconds").map { .seconds($0) }
            guard let length else { return nil }
            var training = RealImagesScoring(length)
            training.criterion = values.takeCriterion() ?? .loss
            training.divisor = values.takeDivisor() ?? 1
            self = .realImages(training)
        case let name:
            if let score = UntrainedScore(rawValue: name) {
                self = .untrained(score)
            } else if let cost = Cost(rawValue: name) {
                self = .cost(cost)
            } else {
                return nil
            }
        }
        guard values.areAllTaken else { return nil }
    }

    /// The members of a rank sum or an aggregate; commas inside parentheses do not separate members.
    private static func members(_ text: some StringProtocol) -> [String] {
        var (members, depth) = ([""], 0)
        for character in text {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if character == ",", depth == 0 { members.append("") } else { members[members.count - 1].append(character) }
        }
        return members.map { String($0.trimmingPrefix(" ")) }
    }

    /// The words `name=value` of a text. Malformed words and invalid values make `areAllTaken` false.
    private struct Values {
        private var values: [String: String] = [:]
        private var isSound = true

        init(_ words: some Sequence<String>) {
            for word in words {
                let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                if parts.count == 2, values[parts[0]] == nil { values[parts[0]] = parts[1] } else { isSound = false }
            }
        }

        mutating func take<Value>(_ name: String, _ make: (String) -> Value?) -> Value? {
            guard let text = values.removeValue(forKey: name) else { return nil }
            let value = make(text)
            if value == nil { isSound = false }
            return value
        }

        mutating func take<Value: LosslessStringConvertible>(_ name: String) -> Value? { take(name, Value.init) }
        mutating func takeCriterion() -> ScoreCriterion? { take("by", ScoreCriterion.init(rawValue:)) }
        mutating func takeDivisor() -> Int? { take("part") { $0.hasPrefix("1/") ? Self.positive(String($0.dropFirst(2))) : nil } }
        mutating func takeCount(_ name: String) -> Int? { take(name, Self.positive) }

        private static func positive(_ text: String) -> Int? { Int(text).flatMap { $0 > 0 ? $0 : nil } }

        var areAllTaken: Bool { isSound && values.isEmpty }
    }
}

extension Scoring: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let scoring = Scoring(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "`\(text)` is not a scoring")
        }
        self = scoring
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
