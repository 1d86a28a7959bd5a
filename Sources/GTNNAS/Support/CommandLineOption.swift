/// The options that settings have on the command line.
enum CommandLineOption {
    /// Settings whose option is spelled otherwise.
    private static let spelled = ["passes": "replays", "pass-rate": "replay-rate"]

    static func name(_ setting: String) -> String { "--\(spelled[setting] ?? setting)" }
}
