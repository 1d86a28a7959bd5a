import Basics
import ArgumentParser
import Foundation
import GTN

/// The options for resuming interrupted jobs.
struct CheckpointOptions: ParsableArguments {
    @Flag(help: "Resume an interrupted run of the same command; --budget is still the total.") var resume = false

    @Option(help: ArgumentHelp("Time between checkpoints; a crash loses at most this much work.", valueName: "time"))
    var checkpointEvery = TimeSpan(seconds: 20)

    /// The checkpoint of a meta-training.
    func file(for output: String) throws -> CheckpointFile {
        try CheckpointFile(path: path(for: output), resumes: resume, interval: checkpointEvery.seconds)
    }

    /// The path of an output file's checkpoint. Refuses to overwrite the checkpoint of an interrupted run.
    func path(for output: String, ending: String = "checkpoint") throws -> String {
        let path = "\(output).\(ending)"
        let isThere = FileManager.default.fileExists(atPath: path)
        if isThere, !resume {
            throw InputRefusal(
                "\(path): an interrupted run left this checkpoint; add --resume to continue it, or delete the file to start again")
        }
        if resume, !isThere { throw InputRefusal("--resume: there is no checkpoint \(path); leave --resume out to start") }
        return path
    }
}
