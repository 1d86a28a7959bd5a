internal import CTorch

/// Operations of networks. Images have shape [n, channels, height, width].
extension Tensor {
    /// Convolution (cross-correlation) without bias. Weight: [outputs, inputs / groups, kernel height, kernel width].
    public func convolution(
        _ weight: Tensor, stride: Int = 1, padding: (height: Int, width: Int) = (0, 0), dilation: Int = 1, groups: Int = 1
    ) -> Tensor {
        Tensor.made("convolution", [self, weight]) { out in
            withRaw { x in
                weight.withRaw {
                    ct_convolution(
                        x, $0, Int64(stride), Int64(padding.height), Int64(padding.width), Int64(dilation), Int64(groups), out)
                }
            }
        }
    }

    /// The mean over windows, without padded pixels.
    public func averagePool(kernel: (height: Int, width: Int), stride: Int, padding: (height: Int, width: Int)) -> Tensor {
        Tensor.made("average pool", [self]) { out in
            withRaw {
                ct_average_pool(
                    $0, Int64(kernel.height), Int64(kernel.width), Int64(stride), Int64(padding.height), Int64(padding.width), out)
            }
        }
    }

    public func maxPool(kernel: (height: Int, width: Int), stride: Int, padding: (height: Int, width: Int)) -> Tensor {
        Tensor.made("max pool", [self]) { out in
            withRaw {
                ct_max_pool(
                    $0, Int64(kernel.height), Int64(kernel.width), Int64(stride), Int64(padding.height), Int64(padding.width), out)
            }
        }
    }

    /// Batch norm with the statistics of this batch: (x − mean) / √(variance + ε) · scale + shift per channel, with the biased variance.
    ///
    /// Needs more than one value per channel. Source: Ioffe and Szegedy, "Batch Normalization", 2015, algorithm 1.
    public func batchNorm(scale: Tensor, shift: Tensor, epsilon: Double) -> Tensor {
        requireOnePerChannel("batch norm", [scale, shift])
        return Tensor.made("batch norm", [self, scale, shift]) { out in
            withRaw { x in scale.withRaw { scale in shift.withRaw { ct_batch_norm(x, scale, $0, epsilon, out) } } }
        }
    }

    /// Batch norm with a given mean and (biased) variance for each channel.
    public func batchNorm(scale: Tensor, shift: Tensor, mean: Tensor, variance: Tensor, epsilon: Double) -> Tensor {
        requireOnePerChannel("batch norm", [scale, shift, mean, variance])
        return Tensor.made("batch norm", [self, scale, shift, mean, variance]) { out in
            withRaw { x in
                scale.withRaw { scale in
                    shift.withRaw { shift in
                        mean.withRaw { mean in
                            variance.withRaw { ct_batch_norm_by(x, scale, shift, mean, $0, epsilon, out) }
                        }
                    }
                }
            }
        }
    }

    /// libtorch does not check these lengths and would read past the ends.
    private func requireOnePerChannel(_ operation: String, _ parameters: [Tensor]) {
        let shape = shape
        guard shape.count > 1, parameters.allSatisfy({ $0.shape == [shape[1]] }) else {
            fatalError(
                "\(operation) of \(([self] + parameters).map { "\($0.shape)" }.joined(separator: ", ")): expected one number per channel")
        }
    }

    /// The linear map x · weightᵀ + bias. Weight: [outputs, inputs].
    public func linear(_ weight: Tensor, bias: Tensor) -> Tensor {
        Tensor.made("linear", [self, weight, bias]) { out in
            withRaw { x in weight.withRaw { weight in bias.withRaw { ct_linear(x, weight, $0, out) } } }
        }
    }

    public func logSoftmax(_ axis: Int) -> Tensor {
        Tensor.made("log-softmax", [self]) { out in withRaw { ct_log_softmax($0, Int64(axis), out) } }
    }

    /// Resizes images [n, channels, h, w] by antialiased bilinear interpolation: shrinking averages pixels instead of skipping them.
    public func resized(height: Int, width: Int) -> Tensor {
        Tensor.made("resize", [self]) { out in withRaw { ct_resize($0, Int64(height), Int64(width), out) } }
    }

    /// Repeats each pixel `factor` times in both directions.
    public func upsampledNearest(_ factor: Int) -> Tensor {
        Tensor.made("upsample", [self]) { out in withRaw { ct_upsample_nearest($0, Int64(factor), out) } }
    }
}
