import Tensors

extension MetaTraining {
    /// The numbers that the next step depends on. The tensors of the checkpoint are the values, their averages and Adam's moments.
    struct Progress: Sendable, Codable, Hashable {
        var stepsMade: Int
        var updates: Int
        var adamSteps: Int
        var diverged: Int
        /// Seconds since the first step.
        var stepSeconds: Double
    }

    private static let (progressName, historyName) = ("progress", "history")
    private static let parts = ["value", "average", "first", "second"]

    /// Writes a checkpoint. A run resumed from it ends byte-identical to an uninterrupted one.
    ///
    /// - Parameter stepSeconds: seconds since the first step.
    func writeCheckpoint(of job: JobRun<some Any>, stepSeconds: Double) throws(CheckpointError) {
        job.keep(
            Progress(stepsMade: stepsMade, updates: updates, adamSteps: adam.state.step, diverged: diverged, stepSeconds: stepSeconds),
            as: Self.progressName)
        try job.writeCheckpoint(checkpointTensors)
    }

    private var checkpointTensors: [String: TensorSnapshot] {
        let numbers = history.flatMap { [$0.seconds, $0.loss ?? .nan, Double($0.diverged)] }
        var tensors = [Self.historyName: TensorSnapshot(Tensor(numbers, shape: [history.count, 3]))]
        for (index, parameter) in teacher.parameters.enumerated() {
            let own = [values[index], averagedValues[index], adam.state.first[index], adam.state.second[index]]
            for (part, tensor) in zip(Self.parts, own) { tensors["\(part).\(parameter.name)"] = TensorSnapshot(tensor) }
        }
        return tensors
    }

    /// Restores the state from the checkpoint of an interrupted run, if there is one.
    ///
    /// - Returns: the seconds spent on earlier meta-steps.
    mutating func resume(from job: JobRun<some Any>) throws(CheckpointError) -> Double {
        guard let progress = try job.earlier(Self.progressName, as: Progress.self) else { return 0 }
        func tensors(_ part: String, like own: [Tensor]) throws(CheckpointError) -> [Tensor] {
            try zip(teacher.parameters, own).map { (parameter, tensor) throws(CheckpointError) in
                try job.earlierTensor("\(part).\(parameter.name)", shape: tensor.shape, type: tensor.type, on: device)
            }
        }
        let state = Adam.State(
            first: try tensors("first", like: adam.state.first), second: try tensors("second", like: adam.state.second),
            step: progress.adamSteps)
        let (values, averages) = (try tensors("value", like: values), try tensors("average", like: averagedValues))
        let rows = job.earlierTensor(Self.historyName)?.doubles ?? []
        let history = stride(from: 0, to: rows.count / 3 * 3, by: 3).map {
            Record(seconds: rows[$0], loss: rows[$0 + 1].isNaN ? nil : rows[$0 + 1], diverged: Int(rows[$0 + 2]))
        }
        restore(values, averages, state, progress, history)
        return progress.stepSeconds
    }
}
