import ArgumentParser
import GTN

/// A teacher, as an argument.
struct TeacherFileArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("A teacher file, or the name of a shipped teacher.", valueName: "teacher")) var path: String

    func file() throws -> TeacherFile { try TeacherFile(path: ShippedFiles.path(ofTeacher: path)) }
}
