import Basics
import ArgumentParser
import Foundation
import GTN

/// Whether to go on with work that was interrupted.
struct CheckpointOptions: ParsableArguments {
    @Flag(help: "Go on where an interrupted run of the same command stood; the --budget is still that of all of it.")
    var resume = false

    @Option(help: "How often to keep a checkpoint: as much work is lost to a kill, at most.")
    var checkpointEvery = TimeSpan(seconds: 20)

    /// The checkpoint of a meta-training.
    func file(for output: String) throws -> CheckpointFile {
        try CheckpointFile(path: path(for: output), resumes: resume, interval: checkpointEvery.seconds)
    }

    /// Where the checkpoint that belongs to an output file is; refuses to write over one that was left by an interrupted run.
    func path(for output: String, ending: String = "checkpoint") throws -> String {
        let path = "\(output).\(ending)"
        let isThere = FileManager.default.fileExists(atPath: path)
        if isThere, !resume {
            throw InputRefusal("\(path): an interrupted run left this; go on with it with --resume, or delete it to begin anew")
        }
        if resume, !isThere { throw InputRefusal("--resume: there is no \(path) to go on from; leave --resume out to begin") }
        return path
    }
}
