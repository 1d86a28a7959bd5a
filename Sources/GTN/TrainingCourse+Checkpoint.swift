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

    /// Returns the state in an interrupted run's checkpoint, and the learning curve so far; nil without a checkpoint.
    ///
    /// - Parameters:
    ///   - job: the run with the checkpoint.
    ///   - network: the network being trained.
    ///   - isAveraged: whether the recipe averages iterates.
    ///   - device: the device of the tensors.
    static func resumed(
        from job: JobRun<some Any>, _ network: Network, isAveraged: Bool, on device: Device
    ) throws(CheckpointError) -> (state: TrainingCourse.State, curve: [TrainingPoint])? {
        guard let progress = try job.earlier(name, as: Progress.self) else { return nil }
        func tensor(_ name: String) throws(CheckpointError) -> Tensor {
            try job.earlierTensor(name, shape: [network.layout.count], on: device)
        }
        let state = TrainingCourse.State(
            parameters: try tensor(parametersName), velocity: try tensor(velocityName), average: isAveraged ? try tensor(averageName) : nil,
            step: progress.step, epochLosses: progress.epochLosses, lossSum: progress.lossSum)
        return (state, progress.curve)
    }

    /// Writes a checkpoint. A run resumed from it ends byte-identical to an uninterrupted one.
    func writeCheckpoint(of job: JobRun<some Any>, curve: [TrainingPoint]) throws(CheckpointError) {
        job.keep(Progress(step: step, epochLosses: epochLosses, lossSum: lossSum, curve: curve), as: Self.name)
        let tensors = [Self.parametersName: parameters, Self.velocityName: velocity, Self.averageName: average]
        try job.writeCheckpoint(tensors.compactMapValues { $0.map { TensorSnapshot($0) } })
    }
}
