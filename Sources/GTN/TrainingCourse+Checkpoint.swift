import Networks
import Tensors

extension TrainingCourse.State {
    /// The numbers that a resumed training starts from.
    private struct Progress: Codable {
        var step: Int
        var epochLosses: [Double]
        var lossSum: Double
        var curve: [TrainingPoint]
    }

    private static let name = "training"
    private static let (parametersName, velocityName, averageName) = ("parameters", "velocity", "average")

    /// The state in the checkpoint of an interrupted run, and the accuracies of its epochs; nil without one.
    static func resumed(
        from job: JobRun<some Any>, _ network: Network, on device: Device
    ) throws(CheckpointError) -> (state: TrainingCourse.State, curve: [TrainingPoint])? {
        guard let progress = try job.earlier(name, as: Progress.self) else { return nil }
        func tensor(_ name: String) throws(CheckpointError) -> Tensor {
            try job.earlierTensor(name, shape: [network.layout.count], on: device)
        }
        let state = TrainingCourse.State(
            parameters: try tensor(parametersName), velocity: try tensor(velocityName), average: try tensor(averageName),
            step: progress.step, epochLosses: progress.epochLosses, lossSum: progress.lossSum)
        return (state, progress.curve)
    }

    /// Writes a checkpoint, from which a run ends as if it had not been interrupted.
    func writeCheckpoint(of job: JobRun<some Any>, curve: [TrainingPoint]) throws(CheckpointError) {
        job.keep(Progress(step: step, epochLosses: epochLosses, lossSum: lossSum, curve: curve), as: Self.name)
        try job.writeCheckpoint([
            Self.parametersName: TensorSnapshot(parameters), Self.velocityName: TensorSnapshot(velocity),
            Self.averageName: TensorSnapshot(evaluated),
        ])
    }
}
