import Basics
import Datasets
import ResultStore
import Search
import SearchSpace
import Tensors

/// A mistake that the user can mend: exit code 2.
struct InputRefusal: Error, CustomStringConvertible {
    let message: String
    var description: String { message }

    init(_ message: String) { self.message = message }

    /// Recognizes the errors of all modules that mean wrong input.
    init?(_ error: any Error) {
        switch error {
        case let refusal as InputRefusal: self = refusal
        case let worker as WorkerProcess.CannotWork where worker.isInput: message = worker.reason
        case let mistake as any InputMistake: message = mistake.message { "--\($0)" }
        case is DatasetSpecificationError, is DatasetFileError, is SafetensorsFile.FileError, is SpaceErrors, is SpaceFileError,
            is SettingError, is NotationError, is RequirementError, is EnumerationError,
            is RunNotFound, is RunAlreadyExists, is RunDirectoryNotWritable, is NewerRunSchema, is DamagedRun, is InvalidBudget,
            is InvalidBudgetShares:
            message = "\(error)"
        default: return nil
        }
    }
}
