import Basics
import Datasets
import Foundation
import Networks
import SearchSpace
import Tensors

/// The baselines of distilled images (Wang et al., "Dataset Distillation", 2018, section 4).
///
/// Most baselines train the same networks for the same number of steps on as many real images, or on averages of real images. They use the
/// best constant learning rate of a grid. The nearest-neighbor baselines need no training.
struct DistillationBaselines: Sendable {
    /// Steps per epoch, images per step, and epochs of the distilled images.
    let shape: (steps: Int, batch: Int, epochs: Int)
    let task: LearningTask
    let learners: [Learner]
    let seed: UInt64
    let workers: Int
    let device: Device

    /// The grid of constant learning rates.
    static let rates = [0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0]
    /// Images of the `score` split that select learning rates and sets.
    private static let choosingImages = 1_000
    /// Learners that evaluate each learning rate.
    private static let choosingLearners = 4
    /// Number of random sets of real images. The best fifth of them are the optimized sets.
    private static let sets = 20
    /// Maximum number of images of a class that its averages are computed from.
    private static let averagedImages = 2_000

    private var imageCount: Int { shape.steps * shape.batch }

    /// Returns the baselines that were completed before `shouldStop` returned true.
    func results(shouldStop: @escaping @Sendable () -> Bool) -> [DistillationBaseline] {
        var random = SeedStream.baselines.generator(seed)
        var sets: [Images] = []
        while sets.count < Self.sets {
            guard !shouldStop() else { return [] }
            let (images, labels) = task.evenBatches(steps: shape.steps, batch: shape.batch, using: &random, device: device)
            sets.append(Images(images: TensorSnapshot(images), labels: TensorSnapshot(labels)))
        }
        var all: [DistillationBaseline?] = []
        if let rate = bestRate(for: sets, shouldStop) {
            all.append(baseline("random_real", sets, rate, shouldStop))
            all.append(baseline("optimized_real", best(of: sets, rate, shouldStop), rate, shouldStop))
        }
        guard !shouldStop() else { return all.compactMap { $0 } }
        let clusters = clusters(using: &random, count: imageCount)
        let averages = self.clusters(using: &random, count: task.classes)
        for (name, own) in [("average_real", averages), ("k_means", clusters)] {
            let images = batches(of: own.centers, own.labels)
            if let rate = bestRate(for: [images], shouldStop) { all.append(baseline(name, [images], rate, shouldStop)) }
        }
        let nearest = nearestNeighborAccuracy(clusters.centers, clusters.labels)
        all.append(DistillationBaseline(name: "nearest_neighbor_of_k_means", accuracies: [nearest], learningRate: nil))
        return all.compactMap { $0 }.sorted { $0.name < $1.name }
    }

    /// The images and labels of one epoch's steps, usable on any thread.
    private struct Images: Sendable {
        let images: TensorSnapshot
        let labels: TensorSnapshot
    }

    private func curriculum(_ images: Images, _ rate: Double) -> Curriculum.Snapshot {
        func repeated(_ snapshot: TensorSnapshot) -> Tensor {
            Tensor.concatenated([Tensor](repeating: snapshot.tensor(on: device), count: shape.epochs))
        }
        return Curriculum(
            images: repeated(images.images), labels: repeated(images.labels), constant: InitialSchedule(learningRate: rate, momentum: 0)
        ).snapshot
    }

    /// Returns the accuracies after training, one for each trial.
    private func accuracies(
        _ trials: [(images: Images, rate: Double, learner: Learner)], split: EvaluationSplit, _ shouldStop: @escaping @Sendable () -> Bool
    ) -> [Double] {
        parallelMap(trials.count, workers: workers) { index in
            let scorer = Scorer(
                task, curriculum(trials[index].images, trials[index].rate), calibrationIndices: task.splits.calibrationIndices,
                device: device)
            return scorer.score(trials[index].learner, split: split, shouldStop: shouldStop)?.accuracy
        }.compactMap { $0 }
    }

    private func bestRate(for sets: [Images], _ shouldStop: @escaping @Sendable () -> Bool) -> Double? {
        let count = Self.choosingLearners
        let trials = Self.rates.flatMap { rate in
            (0..<count).map { (images: sets[$0 % sets.count], rate: rate, learner: learners[$0 % learners.count]) }
        }
        let found = accuracies(trials, split: .quick(Self.choosingImages), shouldStop)
        guard found.count == trials.count else { return nil }
        let means = Self.rates.indices.map { found[$0 * count..<($0 + 1) * count].reduce(0, +) / Double(count) }
        return zip(Self.rates, means).max { $0.1 < $1.1 }!.0
    }

    /// Returns the best fifth of the sets, each evaluated with one learner.
    private func best(of sets: [Images], _ rate: Double, _ shouldStop: @escaping @Sendable () -> Bool) -> [Images] {
        let trials = sets.indices.map { (images: sets[$0], rate: rate, learner: learners[$0 % learners.count]) }
        let found = accuracies(trials, split: .quick(Self.choosingImages), shouldStop)
        guard found.count == trials.count else { return [] }
        return sets.indices.sorted { found[$0] > found[$1] }.prefix(sets.count / 5).map { sets[$0] }
    }

    /// Returns the test accuracies. Learners and sets repeat cyclically, so a single learner trains on every set.
    private func baseline(
        _ name: String, _ sets: [Images], _ rate: Double, _ shouldStop: @escaping @Sendable () -> Bool
    ) -> DistillationBaseline? {
        guard !sets.isEmpty else { return nil }
        let trials = (0..<max(learners.count, sets.count)).map {
            (images: sets[$0 % sets.count], rate: rate, learner: learners[$0 % learners.count])
        }
        let found = accuracies(trials, split: .test, shouldStop)
        return found.count == trials.count ? DistillationBaseline(name: name, accuracies: found, learningRate: rate) : nil
    }

    // MARK: Averages

    /// Returns cluster centers of the classes, balanced to within one per class, as flat images [count, pixels] and their classes. The
    /// first center of every class comes first, then the second ones, and so on.
    private func clusters(using random: inout SeededGenerator, count: Int) -> (centers: Tensor, labels: [Int]) {
        var members = [[Int]](repeating: [], count: task.classes)
        for index in task.splits.train.shuffled(using: &random) { members[Int(task.dataset.train.labels[index])].append(index) }
        let present = members.indices.filter { !members[$0].isEmpty }
        let perClass = (count + present.count - 1) / present.count
        let centers = present.map { label in
            let images = task.trainingImages(Array(members[label].prefix(Self.averagedImages)), device: device).images
            let points = images.reshaped([images.shape[0], -1])
            return KMeans(points, clusters: min(perClass, points.shape[0]), using: &random).centers
        }
        var rows: [Tensor] = []
        var labels: [Int] = []
        for place in 0..<perClass {
            for (label, own) in zip(present, centers) {
                rows.append(own[place % own.shape[0]])
                labels.append(label)
            }
        }
        return (Tensor.stacked(Array(rows.prefix(count))), Array(labels.prefix(count)))
    }

    /// Returns flat images arranged as the steps of an epoch. Too few images repeat from the first.
    private func batches(of images: Tensor, _ labels: [Int]) -> Images {
        let order = (0..<imageCount).map { $0 % labels.count }
        let size = [shape.steps, shape.batch]
        return Images(
            images: TensorSnapshot(images.gathered(order).reshaped(size + task.imageShape)),
            labels: TensorSnapshot(
                Tensor(order.map { Int64(labels[$0]) }).to(device).oneHot(classes: task.classes).reshaped(size + [task.classes])))
    }

    /// Returns the test accuracy of the nearest-neighbor classifier with these images.
    private func nearestNeighborAccuracy(_ images: Tensor, _ labels: [Int]) -> Double {
        let test = task.dataset.test
        var right = 0
        for start in stride(from: 0, to: test.count, by: 1_000) {
            let rows = start..<min(start + 1_000, test.count)
            let x = test.images(at: rows, task.normalization, device: device)
            for (row, nearest) in zip(rows, KMeans.nearest(x.reshaped([rows.count, -1]), images).scalars(Int64.self)) {
                right += labels[Int(nearest)] == Int(test.labels[row]) ? 1 : 0
            }
        }
        return Double(right) / Double(test.count)
    }
}
