import Foundation
import Tensors
import Testing

@testable import GTN

@Suite struct TeacherFileTests {
    private static func file(_ optimizer: InnerOptimizer = .sgd, classes: Int = 2) -> TeacherFile {
        let random = TensorGenerator(seed: 4)
        let curriculum = RealTeacher(
            images: random.normal([2, 4, 1, 6, 6]), labels: Tensor.full(0.5, [2, 4, classes]),
            schedule: InitialSchedule(optimizer: optimizer))
        let recipe = TeacherRecipe(
            kind: .distilled, steps: 2, batch: 4, dataset: "fashion-mnist", datasetHash: Fixtures.fashionMNIST.dataset.hash, mean: [0.286],
            std: [0.353], space: "fashion", spaceHash: "0", spaceSettings: ["channels": 8], normKind: "batch", optimizer: optimizer,
            metaSteps: 3, learnersPerMetaStep: 2, metaLearningRate: 0.02, initialSchedule: InitialSchedule(), typical: 0.7, generator: nil,
            seed: .max,
            elapsedSeconds: 1.5,
            learnerAccuracy: 0.7, realDataAccuracy: nil, realDataAccuracyLearnedSchedule: nil, versions: ["libtorch": "2.13.0"])
        let made = curriculum.curriculum([], draw: 7)
        return TeacherFile(
            curriculum: made.snapshot, calibrationIndices: [5, 1, 9], values: ["noise": TensorSnapshot(Tensor([Float(1)]))], recipe: recipe)
    }

    private static func temporary() -> String {
        FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).safetensors").path
    }

    @Test(arguments: InnerOptimizer.allCases)
    func readsWhatItWrote(optimizer: InnerOptimizer) throws {
        let path = Self.temporary()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let written = Self.file(optimizer)
        try written.write(to: path)
        let read = try TeacherFile(path: path)
        #expect(read.recipe == written.recipe)
        #expect(read.calibrationIndices == [5, 1, 9])
        #expect(read.values.keys.sorted() == ["noise"])
        #expect(read.curriculum.tensors == written.curriculum.tensors)
        #expect(read.curriculum.optimizer == optimizer)
        #expect(try SafetensorsFile(path: path).tensors.keys.contains("second_moment_decay") == (optimizer != .sgd))
    }

    @Test func metadataValuesAreJSON() throws {
        let path = Self.temporary()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Self.file().write(to: path)
        let metadata = try SafetensorsFile(path: path).metadata
        #expect(metadata["kind"] == "\"distilled\"")
        #expect(metadata["mean"] == "[0.286]")
        #expect(metadata["seed"] == "18446744073709551615")
        #expect(metadata["space_settings"] == #"{"channels":8}"#)
    }

    @Test func refusesFilesThatAreNotTeachers() throws {
        let path = Self.temporary()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let images = ["images": TensorSnapshot(Tensor([Float(1)]))]
        try SafetensorsFile(tensors: images).write(to: path)
        #expect { try TeacherFile(path: path) } throws: { "\($0)".contains("not a teacher file: its metadata are incomplete") }
        try Self.file().write(to: path)
        let written = try SafetensorsFile(path: path)
        try SafetensorsFile(tensors: written.tensors.merging(images) { $1 }, metadata: written.metadata).write(to: path)
        #expect {
            try TeacherFile(path: path)
        } throws: { "\($0)".contains("not a teacher file: tensor 'images' is float32 of shape [1], expected float32 with 5 axes") }
        #expect { try TeacherFile(path: path + ".none") } throws: {
            "\($0)".contains("no such file; give the path of a teacher file, or meta-train a teacher")
        }
    }

    @Test func refusesOtherImages() throws {
        #expect {
            try Self.file().check(fits: Fixtures.fashionMNIST, path: "t.safetensors")
        } throws: { "\($0)".hasPrefix("t.safetensors: its images are 1x6x6, those of fashion-mnist are 1x28x28; ") }
    }

    /// If the score needs no real images, the images may have another size of the same data set. Only ranking teachers allow this.
    @Test func smallImagesScoreLargeOnes() throws {
        var file = Self.file(classes: 10)
        func refusal(_ criterion: ScoreCriterion) -> String {
            do {
                try file.check(scores: Fixtures.fashionMNIST, by: criterion, path: "t.safetensors")
                return ""
            } catch { return "\(error)" }
        }
        #expect(refusal(.trainingLoss).hasPrefix("t.safetensors: its images are 1x6x6, those of fashion-mnist are 1x28x28; "))
        #expect(refusal(.trainingLoss).hasSuffix("use the data set it was made for, resized with @6x6"))
        file.recipe.pilot = 3
        (file.recipe.datasetHash, file.recipe.sourceHash) = ("xxh64:6x6", "xxh64:other")
        #expect(refusal(.trainingLoss).contains("it was made for fashion-mnist, whose content differs"))
        file.recipe.sourceHash = Fixtures.fashionMNIST.dataset.hash
        #expect(refusal(.trainingLoss) == "" && refusal(.area) == "")
        #expect(
            refusal(.accuracy) == "t.safetensors: networks trained on its 1x6x6 images cannot be evaluated on real images of 1x28x28; "
                + "score by training-loss, or resize the data set with @6x6")
        file.recipe.recommendation = .init(passes: 2, peakRate: nil, criterion: .area)
        #expect(refusal(.loss).hasSuffix("; use its recommended scoring, or resize the data set with @6x6"))
    }

    /// Written-out passes and passes over a stored curriculum give the same result. A curriculum with one pass is unchanged.
    @Test func onePassIsTheInverseOfRepeated() {
        let file = Self.file()
        let once = file.repeated(passes: 3).onePass
        #expect(once.curriculum.tensors[0...1] == file.curriculum.tensors[0...1])
        #expect(once.recipe.steps == 2 && once.recipe.passes == nil)
        let (again, whole) = (once.repeated(passes: 6, peakRate: 0.1), file.repeated(passes: 3).repeated(passes: 2, peakRate: 0.1))
        #expect(again.curriculum.tensors == whole.curriculum.tensors)
        #expect(again.recipe.steps == whole.recipe.steps && again.recipe.passes == whole.recipe.passes)
        #expect(file.onePass.curriculum.tensors == file.curriculum.tensors)
    }
}
