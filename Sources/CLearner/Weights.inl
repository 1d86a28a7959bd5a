// Layers with weights: convolutions, and linear layers as convolutions of a single pixel.

template <typename T> struct WeightLayer {
    static Traits traits(const Node &) { return {.isWindowed = true, .hasWeights = true}; }

    static int64_t outputSize(const Node &node) {
        return node.source.channels / node.spec.groups * node.spec.kernel_height * node.spec.kernel_width;
    }
    static int64_t weightCount(const Node &node) { return node.extent.channels * outputSize(node); }

    static void convolveForward(Sweep<T> &sweep, const Node &node, const T *in, T *out, const T *weights, bool adds) {
        const cl_node &s = node.spec;
        const Extent &from = node.source;
        T *packed = sweep.packed.data();
        pack(weights, packed, s.groups, s.channels / s.groups, from.channels / s.groups, s.kernel_height * s.kernel_width, false);
        convolve<T>(in, from, out, node.extent, packed, s.groups, s.kernel_height, s.kernel_width, node.rows, node.columns,
                    sweep.batch.chunks, adds);
    }

    static void convolveBackward(Sweep<T> &sweep, const Node &node, const T *g, T *gx, const T *weights, bool adds) {
        const cl_node &s = node.spec;
        const Extent &from = node.source;
        T *packed = sweep.packed.data();
        pack(weights, packed, s.groups, s.channels / s.groups, from.channels / s.groups, s.kernel_height * s.kernel_width, true);
        convolve<T>(g, node.extent, gx, from, packed, s.groups, s.kernel_height, s.kernel_width, node.backwardRows, node.backwardColumns,
                    sweep.batch.chunks, adds);
    }

    /// y = W x and ẏ = Ẇ x + W ẋ.
    static void forward(Sweep<T> &sweep, const ForwardStep<T> &s, const T *w, const T *dw) {
        convolveForward(sweep, s.node, s.x, s.y, w, false);
        if (!s.dy) return;
        convolveForward(sweep, s.node, s.x, s.dy, dw, false);
        if (s.dx) convolveForward(sweep, s.node, s.dx, s.dy, w, true);
    }

    /// gx = Wᵀ g and ġx = Ẇᵀ g + Wᵀ ġ.
    static void backwardTangent(Sweep<T> &sweep, const BackwardStep<T> &s, const T *w, const T *dw) {
        if (s.inputIsZero) return;
        bool more = sweep.adds(s.first);
        if (s.gx) convolveBackward(sweep, s.node, s.g, s.gx, w, more);
        convolveBackward(sweep, s.node, s.dg, s.dgx, w, more);
        convolveBackward(sweep, s.node, s.g, s.dgx, dw, true);
    }

    /// Adds g ⊗ x.
    static void weightGradient(Sweep<T> &sweep, const BackwardStep<T> &s, T *out) {
        addWeightGradient<T>(s.x, s.from, s.g, s.to, s.node, sweep.batch.chunks, out);
    }

    /// Adds ġ ⊗ x + g ⊗ ẋ.
    static void weightTangent(Sweep<T> &sweep, const BackwardStep<T> &s, T *out) {
        addWeightGradient<T>(s.x, s.from, s.dg, s.to, s.node, sweep.batch.chunks, out);
        if (s.dx) addWeightGradient<T>(s.dx, s.from, s.g, s.to, s.node, sweep.batch.chunks, out);
    }
};

/// With mean-only norms, the weights are normalized parameters (WeightNorm.inl). The gains follow the weights in memory.
template <typename T> struct Layer<T, CL_CONVOLUTION> : WeightLayer<T> {
    using Base = WeightLayer<T>;

    /// Returns the effective weights and their tangent.
    static std::pair<const T *, const T *> weights(Sweep<T> &sweep, const Node &node, const T *v, const T *dv) {
        if (!sweep.program.meanOnly) return {v, dv};
        int64_t count = Base::weightCount(node);
        sweep.effective.resize(size_t(count));
        if (dv) sweep.effectiveTangent.resize(size_t(count));
        T *w = sweep.effective.data(), *dw = dv ? sweep.effectiveTangent.data() : nullptr;
        weightNorm(v, v + count, dv, dv ? dv + count : nullptr, node.extent.channels, Base::outputSize(node), w, dw);
        return {w, dw};
    }

    static void forward(Sweep<T> &sweep, const ForwardStep<T> &s) {
        auto [w, dw] = weights(sweep, s.node, s.own, s.along);
        Base::forward(sweep, s, w, dw);
    }

    static void backward(Sweep<T> &sweep, const BackwardStep<T> &s) {
        auto [w, dw] = weights(sweep, s.node, s.own, nullptr);
        if (s.gx) Base::convolveBackward(sweep, s.node, s.g, s.gx, w, sweep.adds(s.first));
        if (!sweep.program.meanOnly) return Base::weightGradient(sweep, s, s.place);
        int64_t count = Base::weightCount(s.node);
        sweep.rawGradient.assign(size_t(count), T(0));
        Base::weightGradient(sweep, s, sweep.rawGradient.data());
        weightNormBackward(s.own, s.own + count, sweep.rawGradient.data(), s.to.channels, Base::outputSize(s.node), s.place);
    }

    static void product(Sweep<T> &sweep, const BackwardStep<T> &s) {
        auto [w, dw] = weights(sweep, s.node, s.own, s.along);
        Base::backwardTangent(sweep, s, w, dw);
        if (!sweep.program.meanOnly) return Base::weightTangent(sweep, s, s.place);
        int64_t count = Base::weightCount(s.node);
        sweep.rawGradient.assign(size_t(count), T(0));
        sweep.rawTangent.assign(size_t(count), T(0));
        Base::weightGradient(sweep, s, sweep.rawGradient.data());
        Base::weightTangent(sweep, s, sweep.rawTangent.data());
        weightNormBackwardTangent(s.own, s.own + count, s.along, s.along + count, sweep.rawGradient.data(), sweep.rawTangent.data(),
                                  s.to.channels, Base::outputSize(s.node), s.place);
    }
};

/// The bias follows the weights in memory.
template <typename T> struct Layer<T, CL_LINEAR> : WeightLayer<T> {
    using Base = WeightLayer<T>;

    static void forward(Sweep<T> &sweep, const ForwardStep<T> &s) {
        Base::forward(sweep, s, s.own, s.along);
        addBias(sweep.batch, s.y, s.to, s.own + Base::weightCount(s.node));
        if (s.dy) addBias(sweep.batch, s.dy, s.to, s.along + Base::weightCount(s.node));
    }

    static void backward(Sweep<T> &sweep, const BackwardStep<T> &s) {
        if (s.gx) Base::convolveBackward(sweep, s.node, s.g, s.gx, s.own, sweep.adds(s.first));
        Base::weightGradient(sweep, s, s.place);
        biasGradient(sweep.batch, s.g, s.to, s.place + Base::weightCount(s.node));
    }

    static void product(Sweep<T> &sweep, const BackwardStep<T> &s) {
        Base::backwardTangent(sweep, s, s.own, s.along);
        Base::weightTangent(sweep, s, s.place);
        biasGradient(sweep.batch, s.dg, s.to, s.place + Base::weightCount(s.node));
    }
};
