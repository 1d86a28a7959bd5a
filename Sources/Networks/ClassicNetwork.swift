import SearchSpace

/// Networks of the literature that need no file: spaces with nothing to choose.
public enum ClassicNetwork: String, Sendable, CaseIterable {
    /// LeCun et al., "Gradient-Based Learning Applied to Document Recognition", 1998, with rectifiers and maximum pooling: the network of
    /// "Dataset Distillation" for MNIST.
    case lenet
    /// The network of "Dataset Distillation" for CIFAR-10, after Krizhevsky's cuda-convnet: without its local response normalization, whose
    /// divisors differ from 1 by less than a thousandth with the constants used there.
    case alexnet
    /// The network that later work distills for (Gidaris and Komodakis, 2018; Zhao et al., "Dataset Condensation with Gradient Matching",
    /// 2021), there 128 channels wide and with instance norm, here 32 and with batch norm.
    case convnet

    /// The space's text, in the language of search spaces.
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

    /// The network as a space of one architecture.
    public var space: SearchSpace {
        // The texts above are right: a test reads them all.
        try! SearchSpace.parse(text, file: "\(rawValue).space")
    }
}
