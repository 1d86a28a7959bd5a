/// The place where the candidates of a search are evaluated. Results do not depend on it.
public enum Workplace: Sendable {
    /// Threads of this process. A candidate that crashes ends the process.
    case thisProcess
    /// Worker processes. A candidate that crashes, hangs or exhausts memory ends only its worker.
    ///
    /// - Parameters:
    ///   - command: returns the command line that starts a worker for a run.
    ///   - timeout: seconds without a training step after which a worker is stopped.
    case processes(command: @Sendable (RunDirectory) -> WorkerCommandLine, timeout: Double)
    /// An executor of your own.
    case executor(@Sendable (Run) throws -> any Executor)
}

extension Workplace {
    /// Returns the executor of a run.
    /// - Parameters:
    ///   - run: the run.
    ///   - log: the run's log.
    ///   - work: makes the executor in this process; called only if needed.
    func executor(for run: Run, _ log: RunLog, inThisProcess work: () throws -> CandidateWork) throws -> any Executor {
        switch self {
        case .thisProcess: try work()
        case .processes(let command, let timeout): ProcessExecutor(command(run.directory), timeout: timeout, log: log)
        case .executor(let make): try make(run)
        }
    }
}
