/// Where the candidates of a search are worked on. Results do not depend on it.
public enum Workplace: Sendable {
    /// On threads of this process: a candidate that crashes ends it.
    case thisProcess
    /// In worker processes: a candidate that crashes, hangs or exhausts memory costs no more than its worker.
    ///
    /// - Parameters:
    ///   - command: how a worker of a run is started.
    ///   - timeout: seconds without a training step after which a worker is given up.
    case processes(command: @Sendable (RunDirectory) -> WorkerCommandLine, timeout: Double)
    /// Wherever an executor of your own has it done.
    case executor(@Sendable (Run) throws -> any Executor)
}

extension Workplace {
    /// What does the work of a run.
    /// - Parameter work: what does it in this process, made only where it is needed.
    func executor(for run: Run, _ log: RunLog, inThisProcess work: () throws -> CandidateWork) throws -> any Executor {
        switch self {
        case .thisProcess: try work()
        case .processes(let command, let timeout): ProcessExecutor(command(run.directory), timeout: timeout, log: log)
        case .executor(let make): try make(run)
        }
    }
}
