import Tensors

extension Tensor {
    /// `upsampledNearest(2).convolution(weight, padding: (1, 1))` for a 3×3 kernel, with 4 products instead of 9 per output.
    ///
    /// Several of the 3×3 upsampled pixels that an output sees are copies of one input pixel. For outputs of each parity, the kernel
    /// reduces to a 2×2 kernel whose elements are sums (Shi et al., "Is the deconvolution layer the same as a convolutional layer?", 2016).
    /// [n, c, h, w] and [o, c, 3, 3] → [n, o, 2h, 2w].
    func upsampledConvolution(_ weight: Tensor) -> Tensor {
        let (count, height, width) = (shape[0], shape[2], shape[3])
        let (outputs, inputs) = (weight.shape[0], weight.shape[1])
        // [o, c, 9] → [o, c, parity of row, parity of column, 2, 2] → [parities, o, c, 2, 2]
        let kernels = weight.reshaped([outputs * inputs, 9]).matmul(Self.sums(type: weight.type, device: weight.device))
            .reshaped([outputs, inputs, 4, 2, 2]).permuted([2, 0, 1, 3, 4]).reshaped([4 * outputs, inputs, 2, 2])
        // With a border of one, position p of the result sees rows p − 1 and p. Even outputs are at p, odd ones at p + 1.
        let all = convolution(kernels, padding: (1, 1))
        func part(_ row: Int, _ column: Int) -> Tensor {
            all.slice((2 * row + column) * outputs..<(2 * row + column + 1) * outputs, axis: 1)
                .slice(row..<row + height, axis: 2).slice(column..<column + width, axis: 3)
        }
        // [row parity, column parity, n, o, h, w] → [n, o, h, row parity, w, column parity]
        let parts = [(0, 0), (0, 1), (1, 0), (1, 1)].map { part($0.0, $0.1) }
        return Tensor.stacked(parts).reshaped([2, 2, count, outputs, height, width]).permuted([2, 3, 4, 0, 5, 1])
            .reshaped([count, outputs, 2 * height, 2 * width])
    }

    /// Returns which elements of the 3×3 kernel are summed in each of the four 2×2 kernels: [9, 16].
    private static func sums(type: ScalarType, device: Device) -> Tensor {
        // Even output rows group the first element and the other two; odd rows group the first two and the last.
        let groups: [[[Int]]] = [[[0], [1, 2]], [[0, 1], [2]]]
        var matrix = [Double](repeating: 0, count: 9 * 16)
        for (row, column) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            for (i, j) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                for y in groups[row][i] {
                    for x in groups[column][j] { matrix[(3 * y + x) * 16 + ((row * 2 + column) * 2 + i) * 2 + j] = 1 }
                }
            }
        }
        return Tensor(matrix, shape: [9, 16]).to(type, device)
    }
}
