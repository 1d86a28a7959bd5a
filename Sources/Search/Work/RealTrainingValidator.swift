import Basics
import GTN
import Networks
import ResultStore
import SearchSpace

/// Trains a candidate on real images and evaluates it on the `validate` split.
struct RealTrainingValidator: Validator {
    let space: SearchSpace
    let training: RealTraining
    let normKind: NormKind
    let epochs: Int
    /// The images of an epoch, by index into the training file.
    let images: [Int]

    func validate(_ candidate: Candidate, seed: UInt64, deadline: Deadline) throws -> Validation? {
        let network = try space.network(of: candidate, normKind)
        return training.train(network, epochs: epochs, on: images, seed: seed, shouldStop: { deadline.isReached }).map { result in
            Validation(
                accuracy: result.accuracy, loss: result.loss, epochs: epochs, images: images.count, seconds: result.seconds, seed: seed)
        }
    }
}
