import SearchSpace

/// Networks from the literature that need no file: spaces without choices.
public enum ClassicNetwork: String, Sendable, CaseIterable {
    /// LeCun et al., "Gradient-Based Learning Applied to Document Recognition", 1998, with rectifiers and max-pooling. "Dataset
    /// Distillation" uses it for MNIST.
    case lenet
    /// The network of "Dataset Distillation" for CIFAR-10, after Krizhevsky's cuda-convnet. It omits local response normalization, because
    /// its divisors differ from 1 by less than a thousandth with the constants used there.
    case alexnet
    /// The network of later distillation work (Gidaris and Komodakis, 2018; Zhao et al., "Dataset Condensation with Gradient Matching",
    /// 2021). The papers use 128 channels and instance norm. Here it has 32 channels and batch norm.
    case convnet

    /// The text of the space, in the search-space language.
    var text: String {
        switch self {
        case .lenet:
            """
            space lenet
            image 1x28x28  classes 10
            network {
              conv 5x5 -> 6 > bias > relu > max-pool 2x2 stride 2
              conv 5x5 padding 0 -> 16 > bias > relu > max-pool 2x2 stride 2
              flatten > linear 120 > relu > linear 84 > relu > linear classes
            }
            """
        case .alexnet:
            """
            space alexnet
            image 3x32x32  classes 10
            op layer = conv 5x5 -> 64 > bias > relu
            network {
              layer > max-pool 3x3 stride 2
              layer > max-pool 3x3 stride 2
              flatten > linear 384 > relu > linear 192 > relu > linear classes
            }
            """
        case .convnet:
            """
            space convnet
            image 3x32x32  classes 10
            setting width = 32
            op block = conv 3x3 -> width > norm > relu > avg-pool 2x2 stride 2
            network { block > block > block > flatten > linear classes }
            """
        }
    }

    /// The network as a space with a single architecture.
    public var space: SearchSpace {
        // A test parses every text above.
        try! SearchSpace.parse(text, file: "\(rawValue).space")
    }
}
