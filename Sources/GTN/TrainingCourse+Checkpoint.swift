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
    ///
    /// - Parameters:
    ///   - job: whose checkpoint it is.
    ///   - network: the one that is trained.
    ///   - isAveraged: whether the recipe has an average of iterates.
    ///   - device: of the tensors.
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

    /// Writes a checkpoint, from which a run ends as if it had not been interrupted.
    func writeCheckpoint(of job: JobRun<some Any>, curve: [TrainingPoint]) throws(CheckpointError) {
        job.keep(Progress(step: step, epochLosses: epochLosses, lossSum: lossSum, curve: curve), as: Self.name)
        let tensors = [Self.parametersName: parameters, Self.velocityName: velocity, Self.averageName: average]
        try job.writeCheckpoint(tensors.compactMapValues { $0.map { TensorSnapshot($0) } })
    }
}
