import Basics
import Search
import Tensors

/// A mistake that the user can fix: exit code 2.
struct InputRefusal: Error, CustomStringConvertible {
    let message: String
    var description: String { message }

    init(_ message: String) { self.message = message }

    /// Wraps an error that means wrong input, of any module; nil for other errors.
    init?(_ error: any Error) {
        switch error {
        case let refusal as InputRefusal: self = refusal
        case let mistake as any InputMistake: message = mistake.message(naming: CommandLineOption.name)
        case let work as CannotWork where work.isInput: message = work.message(naming: CommandLineOption.name)
        case is SafetensorsFile.FileError:
            message = "\(error)"
        default: return nil
        }
    }
}
