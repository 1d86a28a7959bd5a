import Tensors
import Testing

@testable import GTN

/// Every teacher passes the same test: its pullback is the derivative of its curriculum.
@Suite struct TeacherTests {
    static let schedule = InitialSchedule(learningRate: 0.1, momentum: 0.5, decay: 0)

    static func teacher(_ kind: TeacherKind, order: CurriculumOrder = .full, linearPath: Bool = false) -> any Teacher {
        let random = TensorGenerator(seed: 4)
        let labels = Tensor((0..<8).map { Int64($0 % 2) }).oneHot(classes: 2, type: .float64).reshaped([2, 4, 2])
        let images = random.normal([2, 4, 1, 6, 6], type: .float64)
        switch kind {
        case .real: return RealTeacher(images: images, labels: labels, schedule: schedule)
        case .distilled:
            return DistilledTeacher(
                images: images, labels: labels, directions: random.normal([36, 36], type: .float64), schedule: schedule)
        case .generative:
            var sizes = Generator.Sizes(noise: 3, hidden: 5, channels: 3, lastChannels: 2)
            sizes.linearPath = linearPath
            let generator = Generator(sizes: sizes, classes: 2, image: [1, 6, 6])
            return GenerativeTeacher(
                generator, weights: generator.initialWeights(using: random).map { ($0.name, $0.value.to(.float64)) },
                noise: random.normal([2, 4, 3], type: .float64), labels: labels, order: order, schedule: schedule)
        }
    }

    @Test(arguments: TeacherKind.allCases)
    func pullbackEqualsFiniteDifferences(kind: TeacherKind) { checkPullback(Self.teacher(kind)) }

    @Test(arguments: CurriculumOrder.allCases)
    func pullbackOfEveryOrderEqualsFiniteDifferences(order: CurriculumOrder) { checkPullback(Self.teacher(.generative, order: order)) }

    @Test func pullbackAlongALinearPathEqualsFiniteDifferences() { checkPullback(Self.teacher(.generative, linearPath: true)) }

    /// The images of a linear path alone are V z + b.
    @Test func aLinearPathAddsItsImages() {
        let (plain, both) = (Self.teacher(.generative), Self.teacher(.generative, linearPath: true))
        var values = both.parameters.map { $0.initialValue.to(.float64) }
        let names = both.parameters.map(\.name)
        let (weight, bias) = (names.firstIndex(of: "generator.linear.weight")!, names.firstIndex(of: "generator.linear.bias")!)
        let random = TensorGenerator(seed: 8)
        values[weight] = random.normal([3, 36], type: .float64)
        values[bias] = random.normal([36], type: .float64)
        let noise = values[names.firstIndex(of: "noise")!]
        let path = noise.reshaped([8, 3]).matmul(values[weight]) + values[bias].reshaped([1, 36])
        let without = plain.curriculum(plain.parameters.map { $0.initialValue.to(.float64) }, draw: 7).images
        let with = both.curriculum(values, draw: 7).images
        #expect((with - without - path.reshaped(without.shape)).magnitude().max().item < 1e-12)
    }

    /// Shuffled orders contain the same images with their labels. Without an order, images differ between draws and no noise is learned.
    @Test func ordersAreAsDocumented() {
        func made(_ order: CurriculumOrder, draw: UInt64) -> Curriculum {
            let teacher = Self.teacher(.generative, order: order)
            return teacher.curriculum(teacher.parameters.map { $0.initialValue.to(.float64) }, draw: draw)
        }
        let full = made(.full, draw: 1)
        #expect(made(.full, draw: 2).images.bytes == full.images.bytes)
        let batches = (1...8).map { made(.shuffledBatches, draw: $0) }
        #expect(batches.allSatisfy { Set([$0.images[0].bytes, $0.images[1].bytes]) == Set([full.images[0].bytes, full.images[1].bytes]) })
        #expect(Set(batches.map { $0.images.bytes }).count == 2)
        #expect(batches.allSatisfy { $0.images[0].bytes == full.images[0].bytes || $0.labels[0].bytes == full.labels[1].bytes })
        // The generator's batch norm sees other images in a batch, so the images themselves differ.
        #expect(Set((1...8).map { made(.shuffled, draw: $0).images.bytes }).count > 2)
        #expect(made(.shuffled, draw: 3).labels.sum([0, 1]).doubles == full.labels.sum([0, 1]).doubles)
        #expect(made(.none, draw: 1).images.bytes == made(.none, draw: 1).images.bytes)
        #expect(made(.none, draw: 1).images.bytes != made(.none, draw: 2).images.bytes)
        #expect(!Self.teacher(.generative, order: .none).parameters.map(\.name).contains("noise"))
    }

    @Test(arguments: [true, false], [true, false])
    func pullbackOfSeveralEpochsEqualsFiniteDifferences(learnsLabels: Bool, inPixels: Bool) {
        let teacher = Self.epochs(3, learnsLabels: learnsLabels, inPixels: inPixels)
        #expect(
            teacher.parameters.map(\.name)
                == (learnsLabels ? ["offsets", "label_logits", "log_learning_rate"] : ["offsets", "log_learning_rate"]))
        checkPullback(teacher)
    }

    /// Images of two steps in several epochs, for gradient descent without momentum.
    private static func epochs(_ epochs: Int, learnsLabels: Bool, inPixels: Bool = false) -> DistilledTeacher {
        let random = TensorGenerator(seed: 4)
        let labels = Tensor((0..<8).map { Int64($0 % 2) }).oneHot(classes: 2, type: .float64).reshaped([2, 4, 2])
        return DistilledTeacher(
            images: random.normal([2, 4, 1, 6, 6], type: .float64), labels: labels,
            directions: inPixels ? nil : random.normal([36, 36], type: .float64), epochs: epochs, learnsLabels: learnsLabels,
            schedule: InitialSchedule(learningRate: 0.1, momentum: 0, decay: 0))
    }

    @Test func epochsRepeatTheImages() {
        let teacher = Self.epochs(3, learnsLabels: false)
        let curriculum = teacher.curriculum(teacher.parameters.map(\.initialValue), draw: 7)
        #expect(curriculum.images.shape == [6, 4, 1, 6, 6])
        for step in 2..<6 {
            #expect(curriculum.images[step].bytes == curriculum.images[step % 2].bytes)
            #expect(curriculum.labels[step].bytes == curriculum.labels[step % 2].bytes)
        }
        #expect(Set(curriculum.labels.doubles) == [0, 1])
        #expect(curriculum.learningRate.shape == [6])
        #expect(curriculum.momentum.doubles == [0, 0, 0, 0, 0, 0])
    }

    @Test(arguments: [InnerOptimizer.rmsprop, .adam])
    func pullbackWithASecondMomentEqualsFiniteDifferences(optimizer: InnerOptimizer) {
        let random = TensorGenerator(seed: 4)
        let labels = Tensor((0..<8).map { Int64($0 % 2) }).oneHot(classes: 2, type: .float64).reshaped([2, 4, 2])
        let schedule = InitialSchedule(learningRate: 0.1, momentum: 0.5, decay: 0, optimizer: optimizer, secondMomentDecay: 0.8)
        let teacher = DistilledTeacher(
            images: random.normal([2, 4, 1, 6, 6], type: .float64), labels: labels, directions: nil, schedule: schedule)
        let curriculum = teacher.curriculum(teacher.parameters.map { $0.initialValue.to(.float64) }, draw: 7)
        #expect(curriculum.optimizer == optimizer)
        #expect(curriculum.secondMomentDecay!.doubles.allSatisfy { abs($0 - 0.8) < 1e-6 })
        checkPullback(teacher)
    }

    private func checkPullback(_ teacher: any Teacher) {
        let values = teacher.parameters.map { $0.initialValue.to(.float64) }
        let random = TensorGenerator(seed: 5)
        let cotangent = teacher.curriculum(values, draw: 7).map { random.normal($0.shape, type: .float64) }
        let pulled = teacher.pullback(values, cotangent, draw: 7)
        #expect(pulled.count == values.count)
        for index in values.indices {
            let direction = random.normal(values[index].shape, type: .float64)
            let h = 1e-6
            func paired(_ by: Double) -> Double {
                var moved = values
                moved[index] = values[index] + direction * by
                return zip(teacher.curriculum(moved, draw: 7).tensors, cotangent.tensors).reduce(0) { $0 + $1.0.dot($1.1).item }
            }
            let difference = (paired(h) - paired(-h)) / (2 * h)
            let product = pulled[index].dot(direction).item
            #expect(abs(difference - product) < 1e-6 * max(1, abs(product)), "\(teacher.parameters[index].name)")
        }
    }

    @Test(arguments: TeacherKind.allCases)
    func curriculaAreWellFormed(kind: TeacherKind) {
        let teacher = Self.teacher(kind)
        let curriculum = teacher.curriculum(teacher.parameters.map(\.initialValue), draw: 7)
        #expect(curriculum.images.shape == [2, 4, 1, 6, 6])
        #expect(curriculum.labels.shape == [2, 4, 2])
        #expect(curriculum.labels.sum([2]).doubles.allSatisfy { abs($0 - 1) < 1e-6 })
        #expect(curriculum.learningRate.doubles.allSatisfy { abs($0 - 0.1) < 1e-6 })
        #expect(curriculum.momentum.doubles.allSatisfy { abs($0 - 0.5) < 1e-6 })
    }

    @Test(arguments: [TeacherKind.distilled, .generative])
    func labelsStartConfident(kind: TeacherKind) {
        let teacher = Self.teacher(kind)
        let curriculum = teacher.curriculum(teacher.parameters.map(\.initialValue), draw: 7)
        #expect(abs(curriculum.labels.max().item - LearnedLabels.initialConfidence) < 1e-6)
    }

    /// Learning continues from soft labels that were learned earlier.
    @Test func softLabelsStartAsTheyWere() {
        let labels = Tensor([0.7, 0.3, 0.2, 0.8], shape: [1, 2, 2])
        let teacher = DistilledTeacher(images: Tensor.zeros([1, 2, 1, 3, 3], type: .float64), labels: labels, directions: nil)
        let made = teacher.curriculum(teacher.parameters.map(\.initialValue), draw: 7).labels
        #expect(zip(made.doubles, labels.doubles).allSatisfy { abs($0 - $1) < 1e-12 })
    }

    @Test func distilledImagesStartAsTheyWere() {
        let random = TensorGenerator(seed: 6)
        let images = random.normal([2, 2, 1, 3, 3], type: .float64)
        let labels = Tensor([Int64(0), 1, 0, 1]).oneHot(classes: 2, type: .float64).reshaped([2, 2, 2])
        let teacher = DistilledTeacher(images: images, labels: labels, directions: random.normal([9, 4], type: .float64))
        #expect(teacher.curriculum(teacher.parameters.map(\.initialValue), draw: 7).images.doubles == images.doubles)
    }
}
