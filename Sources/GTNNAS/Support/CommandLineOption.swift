/// The options that the libraries' settings have on the command line.
enum CommandLineOption {
    /// Settings whose option is spelled differently.
    private static let spelled = [
        "criterion": "score-by", "budget-seconds": "budget", "resumes": "resume", "directory": "run",
        "limits.parameters": "max-parameters", "limits.macs": "max-macs",
    ]

    static func name(_ setting: String) -> String { "--\(spelled[setting] ?? setting)" }
}
