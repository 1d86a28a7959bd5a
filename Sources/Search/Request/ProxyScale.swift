import Datasets
import GTN
import SearchSpace

/// The scale at which candidates are scored: the settings of the space and the size of the images. Costs, validations and the final network
/// are those of the space and the data themselves.
public struct ProxyScale: Sendable, Hashable, Codable {
    /// Values of the space's settings, by name.
    public var settings: [String: Int]
    public var height: Int
    public var width: Int

    /// Images of at most this height and width are scored at their own size. Larger ones are divided by the smallest whole number that
    /// brings them to it. Smaller images take a fraction of the time.
    static let largestSide = 16

    /// Chooses the scale: the space at its proxy scale (`SearchSpace.atProxyScale()`), and images of at most `largestSide` pixels, or of
    /// the smallest size that the space allows.
    /// - Parameters:
    ///   - space: the space at the image size of the task.
    ///   - task: the data.
    ///   - data: the data set, as in ``SearchRequest/data``. A size in it is not reduced.
    ///   - teacher: an existing teacher, at whose image size candidates are scored.
    init(_ space: SearchSpace, _ task: LearningTask, data: String, teacher: TeacherFile? = nil) throws {
        let small = try space.atProxyScale()
        settings = Dictionary(uniqueKeysWithValues: small.settings.map { ($0.name, $0.value) })
        let hasSize = try DatasetSpecification(parsing: data).size != nil
        if let given = teacher?.imageShape ?? (hasSize ? task.imageShape : nil) {
            (height, width) = (given[1], given[2])
            return
        }
        let (fullHeight, fullWidth) = (task.imageShape[1], task.imageShape[2])
        var divisor = (max(fullHeight, fullWidth) + Self.largestSide - 1) / Self.largestSide
        while divisor > 1 {
            let shape = [task.imageShape[0], max(1, fullHeight / divisor), max(1, fullWidth / divisor)]
            if (try? small.fitted(to: shape, classes: task.classes)) != nil { break }
            divisor -= 1
        }
        (height, width) = (max(1, fullHeight / divisor), max(1, fullWidth / divisor))
    }

    /// Checks that a teacher can score candidates on a task, at the task's image size or at this one.
    func check(_ teacher: TeacherFile, scores task: LearningTask, by criterion: ScoreCriterion, path: String) throws {
        do {
            try teacher.check(scores: task, by: criterion, path: path)
        } catch {
            // Images of another shape would be cropped.
            guard height * task.imageShape[2] == width * task.imageShape[1] else { throw error }
            try teacher.check(fits: self.task(task), path: path)
        }
    }

    /// Returns the task with images of this size, divided into the same splits.
    func task(_ task: LearningTask) -> LearningTask {
        guard task.imageShape[1...] != [height, width] else { return task }
        return LearningTask(task.dataset.resized(to: .init(height: height, width: width)), seed: task.seed)
    }

    /// Returns the space at this scale.
    /// - Parameters:
    ///   - space: the space at the image size of the full task.
    ///   - task: the full task.
    func space(_ space: SearchSpace, _ task: LearningTask) throws -> SearchSpace {
        let values = settings.sorted { $0.key < $1.key }.map { (name: $0.key, value: "\($0.value)") }
        return try space.with(proxySettings: values).atProxyScale()
            .fitted(to: [task.imageShape[0], height, width], classes: task.classes)
    }
}
