import Foundation

/// The current status of a run, shown above its report.
public struct LiveStatus: Sendable, Equatable {
    public enum State: String, Sendable, Codable {
        /// The recorded time advances.
        case running
        /// The recorded time no longer advances, and the run is not finished: it was interrupted.
        case stopped
        case finished
    }

    public var state: State
    /// The current activity, as in "scoring candidates".
    public var phase: String
    public var spentSeconds: Double
    /// The time budget; nil for a run bounded by count.
    public var budgetSeconds: Double?
    /// Names and values, as in ("scored", "120 candidates").
    public var facts: [Fact]
    /// A text that changes whenever the report does.
    public var revision: String

    public struct Fact: Sendable, Equatable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(state: State, phase: String, spentSeconds: Double, budgetSeconds: Double?, facts: [Fact], revision: String) {
        self.state = state
        self.phase = phase
        self.spentSeconds = spentSeconds
        self.budgetSeconds = budgetSeconds
        self.facts = facts
        self.revision = revision
    }

    /// The panel of the live view as an HTML element. The page's script replaces it with each update.
    public var html: String {
        let spent = budgetSeconds.map { "\(Self.duration(spentSeconds)) of \(Self.duration($0))" } ?? Self.duration(spentSeconds)
        let bar =
            budgetSeconds.map {
                "<progress max=\"1\" value=\"\(String(format: "%.3f", min(1, spentSeconds / $0)))\" aria-label=\"Time spent\"></progress>"
            } ?? ""
        let headline =
            switch state {
            case .running: "Running: \(phase)"
            case .stopped: "Stopped while \(phase); resume the run to continue"
            case .finished: "Finished"
            }
        let list = facts.map { "<dt>\(SVGText.escaped($0.name))</dt><dd>\(SVGText.escaped($0.value))</dd>" }.joined()
        return
            """
            <section id=\"live\" class=\"live\" aria-label=\"State of the run\" data-state=\"\(state.rawValue)\" \
            data-revision=\"\(SVGText.escaped(revision))\">
            """
                + """
                <p><span class=\"state\" role=\"status\">\(SVGText.escaped(headline))</span> · \
                \(spent)</p>\(bar)<dl>\(list)</dl></section>
                """
    }

    private static func duration(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        return whole < 60
            ? "\(whole) s" : whole < 3_600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3_600) h \(whole % 3_600 / 60) min"
    }
}
