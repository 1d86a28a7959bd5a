@testable import Networks
import SearchSpace
import Tensors
import Testing

@Suite struct LayerTests {
    private func network(_ layers: String) throws -> Network {
        let space = try SearchSpace.parse(
            "space t image 6x4x4 classes 2 network { \(layers) > global-avg-pool > linear classes }", file: "t")
        return Network(space.graph(of: try space.architecture("")))
    }

    /// Squeeze-and-excitation (Hu, Shen and Sun, CVPR 2018, equations 2 to 4), computed for the first image channel by channel.
    @Test func squeezeAndExcitationByHand() throws {
        let network = try network("squeeze-excite 3")
        let flat = network.layout.initialValues(using: TensorGenerator(seed: 1), type: .float64)
        let pieces = network.layout.pieces(of: flat)
        let images = TensorGenerator(seed: 2).normal([2, 6, 4, 4], type: .float64)
        let x = images[0].doubles
        let (w1, b1, w2, b2) = (pieces[0].doubles, pieces[1].doubles, pieces[2].doubles, pieces[3].doubles)
        let means = (0..<6).map { channel in x[channel * 16..<(channel + 1) * 16].reduce(0, +) / 16 }
        let hidden = affine(w1, b1, means).map { max(0, $0) }
        let scales = affine(w2, b2, hidden).map { 1 / (1 + exponential(-$0)) }
        let features = zip(scales, means).map { $0 * $1 }
        let expected = affine(pieces[4].doubles, pieces[5].doubles, features)
        let logits = withoutGradients { network.logits(images, parameters: pieces) }[0].doubles
        for (a, b) in zip(logits, expected) { #expect(abs(a - b) < 1e-12) }
    }

    /// Group norm (Wu and He, ECCV 2018, equations 1 to 4), computed for the second image group by group.
    @Test(arguments: [("1", 1), ("2", 2), ("in", 6)])
    func groupNormByHand(operand: String, groups: Int) throws {
        let network = try network("group-norm \(operand)")
        let random = TensorGenerator(seed: 1)
        let flat = network.layout.initialValues(using: random, type: .float64) + random.normal([network.layout.count], type: .float64)
        let pieces = network.layout.pieces(of: flat)
        let images = random.normal([2, 6, 4, 4], type: .float64) * 3 + 1
        let (x, scale, shift) = (images[1].doubles, pieces[0].doubles, pieces[1].doubles)
        let size = x.count / groups
        let features = (0..<6).map { channel in
            let group = x[channel * 16 / size * size..<(channel * 16 / size + 1) * size]
            let mean = group.reduce(0, +) / Double(size)
            let variance = group.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(size)
            let channelMean = x[channel * 16..<(channel + 1) * 16].reduce(0, +) / 16
            return (channelMean - mean) / (variance + 1e-5).squareRoot() * scale[channel] + shift[channel]
        }
        let expected = affine(pieces[2].doubles, pieces[3].doubles, features)
        let logits = withoutGradients { network.logits(images, parameters: pieces) }[1].doubles
        for (a, b) in zip(logits, expected) { #expect(abs(a - b) < 1e-12) }
    }

    /// Scores that are defined on networks without norms skip group norms too.
    @Test func groupNormIsSkippedLikeNorms() throws {
        let (with, without) = (try network("group-norm 2"), try network("identity"))
        let images = TensorGenerator(seed: 2).normal([3, 6, 4, 4], type: .float64)
        let pieces = with.layout.pieces(of: with.layout.initialValues(using: TensorGenerator(seed: 1), type: .float64))
        withoutGradients {
            let expected = without.logits(images, parameters: Array(pieces.dropFirst(2)))
            #expect(with.logits(images, parameters: pieces, statistics: .none).doubles == expected.doubles)
            #expect(with.logits(images, parameters: pieces).doubles != expected.doubles)
        }
    }

    /// Whole images are zeroed, and the others are scaled by 1 / (1 − p). Without a mask generator, nothing changes.
    @Test func dropPathZeroesWholeImages() throws {
        let network = try network("drop-path 0.25")
        let pieces = network.layout.pieces(of: network.layout.initialValues(using: TensorGenerator(seed: 1), type: .float64))
        let images = Tensor.full(1, [400, 6, 4, 4], type: .float64)
        let plain = withoutGradients { network.logits(images, parameters: pieces) }
        let dropped = withoutGradients { network.logits(images, parameters: pieces, dropout: TensorGenerator(seed: 3)) }
        let bias = pieces[1].doubles
        let rows = (0..<400).map { dropped[$0].doubles }
        let one = plain[0].doubles
        var kept = 0
        for row in rows {
            if row == bias { continue }
            kept += 1
            for (index, value) in row.enumerated() { #expect(abs(value - (bias[index] + (one[index] - bias[index]) / 0.75)) < 1e-12) }
        }
        // Binomial with a mean of 300 and a standard deviation of 8.7.
        #expect((265...335).contains(kept))
    }
}

/// Returns b + W x, with W row by row.
private func affine(_ weights: [Double], _ bias: [Double], _ x: [Double]) -> [Double] {
    bias.indices.map { row in
        var sum = bias[row]
        for (column, value) in x.enumerated() { sum += weights[row * x.count + column] * value }
        return sum
    }
}

private func exponential(_ value: Double) -> Double { Tensor.full(value, [], type: .float64).exp().item }
