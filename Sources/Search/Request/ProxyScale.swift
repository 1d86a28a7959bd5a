import Basics
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

    /// Height and width of images in pixels.
    typealias ImageSize = (height: Int, width: Int)

    /// Images larger than this are divided by the smallest whole number that brings them to it.
    private static let largestSide = 32
    /// Fractions of this size. Smaller images take less time.
    private static let fractions = [1, 0.75, 0.5]
    /// Images are not made smaller than this.
    private static let smallestSide = 14

    /// The sizes of images at which candidates can be scored, the largest first.
    /// - Parameters:
    ///   - space: the space at the image size of the task.
    ///   - task: the data.
    ///   - data: the data set, as in ``SearchRequest/data``. A size in it is kept.
    static func sizes(_ space: SearchSpace, _ task: LearningTask, data: String) throws -> [ImageSize] {
        let full = (height: task.imageShape[1], width: task.imageShape[2])
        guard try DatasetSpecification(parsing: data).size == nil else { return [full] }
        let small = try space.atProxyScale()
        func accepts(_ size: ImageSize) -> Bool {
            (try? small.fitted(to: [task.imageShape[0], size.height, size.width], classes: task.classes)) != nil
        }
        let smallest = (max(full.height, full.width) + largestSide - 1) / largestSide
        let divisor = stride(from: smallest, to: 1, by: -1).first { accepts((max(1, full.height / $0), max(1, full.width / $0))) } ?? 1
        let sizes = fractions.map { fraction -> ImageSize in
            func side(_ side: Int) -> Int { max(1, Int((Double(side / divisor) * fraction).rounded())) }
            return (side(full.height), side(full.width))
        }
        return [sizes[0]] + sizes.dropFirst().filter { min($0.height, $0.width) >= smallestSide && accepts($0) }
    }

    /// The space at its proxy scale (`SearchSpace.atProxyScale()`), and images of this size.
    init(_ space: SearchSpace, _ size: ImageSize) throws {
        settings = Dictionary(uniqueKeysWithValues: try space.atProxyScale().settings.map { ($0.name, $0.value) })
        (height, width) = size
    }

    /// The scale at which a teacher scores candidates: the space at its proxy scale, and images of the teacher's size.
    init(_ space: SearchSpace, _ teacher: TeacherFile) throws {
        try self.init(space, (teacher.imageShape[1], teacher.imageShape[2]))
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

    /// Refuses to resume a run with other values of settings: its scores could not be compared.
    func checkContinues(with values: [(name: String, value: String)], run: String) throws {
        for (name, value) in values {
            guard let begun = settings[name], "\(begun)" != value else { continue }
            throw InputError(
                """
                \(run) was started with \(name) = \(begun) for scoring, but now it is \(value); omit \(setting: "proxy-settings") \
                \(name)=\(value), or choose another directory with \(setting: "directory")
                """)
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
