import Basics
import GTN
import Networks
import ResultStore
import SearchSpace

/// A validator that trains candidates on real images and evaluates them on the `validate` split.
struct RealTrainingValidator: Validator {
    let space: SearchSpace
    let training: RealTraining
    let normKind: NormKind
    let epochs: Int
    /// Indices of the images of an epoch in the training file.
    let images: [Int]

    func validate(_ candidate: Candidate, seed: UInt64, deadline: Deadline) throws -> Validation? {
        let network = try space.network(of: candidate, normKind)
        return training.train(network, epochs: epochs, on: images, seed: seed, shouldStop: { deadline.isReached }).map { result in
            Validation(
                accuracy: result.accuracy, loss: result.loss, epochs: epochs, images: images.count, seconds: result.seconds, seed: seed)
        }
    }
}
