/// The options that the libraries' settings have on the command line.
enum CommandLineOption {
    /// Settings whose option is spelled otherwise.
    private static let spelled = [
        "passes": "replays", "pass-rate": "replay-rate", "criterion": "score-by", "budget-seconds": "budget", "resumes": "resume",
        "directory": "run", "limits.parameters": "max-parameters", "limits.macs": "max-macs",
    ]

    static func name(_ setting: String) -> String { "--\(spelled[setting] ?? setting)" }
}
