/// The command-line options of the libraries' settings.
enum CommandLineOption {
    /// Settings whose option has another name.
    private static let spelled = [
        "criterion": "score-by", "budget-seconds": "budget", "resumes": "resume", "directory": "run",
        "limits.parameters": "max-parameters", "limits.macs": "max-macs",
    ]

    static func name(_ setting: String) -> String { "--\(spelled[setting] ?? setting)" }
}
