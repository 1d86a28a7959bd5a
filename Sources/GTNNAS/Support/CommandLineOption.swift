/// The command-line options of the libraries' settings.
enum CommandLineOption {
    /// Settings whose option has another name.
    private static let spelled = [
        "criterion": "score-by", "budget-seconds": "budget", "resumes": "resume", "directory": "run", "proxy-settings": "proxy-set",
        "limits.parameters": "max-parameters", "limits.macs": "max-macs", "limits.memory": "max-memory", "limits.latency": "max-latency",
    ]

    static func name(_ setting: String) -> String { "--\(spelled[setting] ?? setting)" }

    /// The value of an option that may also have its former, hidden spelling.
    ///
    /// - Throws: `InputRefusal` if both are given.
    static func value<Value>(_ name: String, _ value: Value?, formerly former: String, _ formerValue: Value?) throws -> Value? {
        guard value == nil || formerValue == nil else {
            throw InputRefusal("--\(former) is the former spelling of --\(name); give one of them")
        }
        return value ?? formerValue
    }
}
