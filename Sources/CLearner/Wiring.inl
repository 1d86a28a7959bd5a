// Layers that only pass on or combine values: the image, zeros, identities, biases, sums, concatenations, scales and vectors.

/// Adds one number to each channel.
template <typename T> void addBias(const Batch<T> &batch, T *y, const Extent &e, const T *bias) {
    for (int64_t c = 0; c < e.channels; c++)
        forChannel<T>(batch, e, c, [&](int64_t i, const Vector<T> &) INLINE_LAMBDA { at(y + i) += bias[c]; });
}

template <typename T> void biasGradient(const Batch<T> &batch, const T *g, const Extent &e, T *out) {
    for (int64_t c = 0; c < e.channels; c++) {
        T sums[1];
        channelSums<T, 1>(batch, e, c, sums, [&](int64_t i, Vector<T> *t) INLINE_LAMBDA { t[0] = at(g + i); });
        out[c] = sums[0];
    }
}

template <typename T> struct Layer<T, CL_INPUT> {
    static Traits traits(const Node &) { return {.readsInputs = false}; }
    static void forward(Sweep<T> &sweep, const ForwardStep<T> &s) { gather(sweep.images, s.y, s.to, sweep.batch); }
    static void backward(Sweep<T> &, const BackwardStep<T> &) {}
    static void product(Sweep<T> &, const BackwardStep<T> &) {}
};

template <typename T> struct Layer<T, CL_ZERO> {
    static Traits traits(const Node &) { return {.readsInputs = false}; }
    static void forward(Sweep<T> &sweep, const ForwardStep<T> &s) {
        std::fill_n(s.y, sweep.numbers(s.to), T(0));
        if (s.dy) std::fill_n(s.dy, sweep.numbers(s.to), T(0));
    }
    static void backward(Sweep<T> &, const BackwardStep<T> &) {}
    static void product(Sweep<T> &, const BackwardStep<T> &) {}
};

/// Never executed, because nodes read the identity's input instead.
template <typename T> struct Layer<T, CL_IDENTITY> {
    static Traits traits(const Node &) { return {.readsInputs = false}; }
    static void forward(Sweep<T> &, const ForwardStep<T> &) {}
    static void backward(Sweep<T> &, const BackwardStep<T> &) {}
    static void product(Sweep<T> &, const BackwardStep<T> &) {}
};

/// A layer whose inputs all receive the output's cotangent unchanged.
template <typename T, typename Self> struct AdditionLayer : LinearLayer<T, Self> {
    static Traits traits(const Node &) { return {.readsInputs = false, .isAddition = true}; }
    static void transpose(Sweep<T> &sweep, const BackwardStep<T> &s, const T *g, const Extent &, T *gx, int64_t, bool adds) {
        forVectors<T>(sweep.numbers(s.to), [&](int64_t i) INLINE_LAMBDA { put<T>(gx + i, at(g + i), adds); });
    }
};

template <typename T> struct Layer<T, CL_SUM> : AdditionLayer<T, Layer<T, CL_SUM>> {
    static void forward(Sweep<T> &sweep, const ForwardStep<T> &s) {
        sum(sweep, s, s.y, &Sweep<T>::value);
        if (s.dy) sum(sweep, s, s.dy, &Sweep<T>::tangent);
    }

    static void sum(Sweep<T> &sweep, const ForwardStep<T> &s, T *y, T *(Sweep<T>::*part)(int32_t) const) {
        bool adds = false;
        for (int32_t input : s.node.inputs) {
            const T *x = (sweep.*part)(input);
            if (!x) continue;
            forVectors<T>(sweep.numbers(s.to), [&](int64_t i) INLINE_LAMBDA { put<T>(y + i, at(x + i), adds); });
            adds = true;
        }
    }
};

template <typename T> struct Layer<T, CL_BIAS> : AdditionLayer<T, Layer<T, CL_BIAS>> {
    using Base = LinearLayer<T, Layer<T, CL_BIAS>>;

    static void forward(Sweep<T> &sweep, const ForwardStep<T> &s) {
        std::copy_n(s.x, sweep.numbers(s.to), s.y);
        addBias(sweep.batch, s.y, s.to, s.own);
        if (!s.dy) return;
        if (s.dx) std::copy_n(s.dx, sweep.numbers(s.to), s.dy);
        else std::fill_n(s.dy, sweep.numbers(s.to), T(0));
        addBias(sweep.batch, s.dy, s.to, s.along);
    }
    static void backward(Sweep<T> &sweep, const BackwardStep<T> &s) {
        biasGradient(sweep.batch, s.g, s.to, s.place);
        Base::backward(sweep, s);
    }
    static void product(Sweep<T> &sweep, const BackwardStep<T> &s) {
        biasGradient(sweep.batch, s.dg, s.to, s.place);
        Base::product(sweep, s);
    }
};

template <typename T> struct Layer<T, CL_CONCATENATION> : LinearLayer<T, Layer<T, CL_CONCATENATION>> {
    static Traits traits(const Node &) { return {.readsInputs = false}; }

    static void forward(Sweep<T> &sweep, const ForwardStep<T> &s) {
        int64_t channel = 0;
        for (int32_t input : s.node.inputs) {
            const Extent &part = sweep.program.nodes[input].extent;
            const T *x = sweep.value(input), *dx = sweep.tangent(input);
            for (int64_t chunk = 0; chunk < sweep.batch.chunks; chunk++) {
                int64_t to = chunk * s.to.size() + channel * s.to.plane();
                std::copy_n(x + chunk * part.size(), part.size(), s.y + to);
                if (!s.dy) continue;
                if (dx) std::copy_n(dx + chunk * part.size(), part.size(), s.dy + to);
                else std::fill_n(s.dy + to, part.size(), T(0));
            }
            channel += part.channels;
        }
    }
    static void transpose(Sweep<T> &sweep, const BackwardStep<T> &s, const T *g, const Extent &from, T *gx, int64_t firstChannel, bool adds) {
        for (int64_t chunk = 0; chunk < sweep.batch.chunks; chunk++) {
            const T *part = g + chunk * s.to.size() + firstChannel * s.to.plane();
            T *place = gx + chunk * from.size();
            forVectors<T>(from.size(), [&](int64_t i) INLINE_LAMBDA { put<T>(place + i, at(part + i), adds); });
        }
    }
};

/// Flattening copies, because gaps may follow the plane of each channel in a map, and a vector has one pixel per channel.
template <typename T> struct Layer<T, CL_FLATTEN> : LinearLayer<T, Layer<T, CL_FLATTEN>> {
    static Traits traits(const Node &) { return {.readsInputs = false}; }

    static void forward(Sweep<T> &sweep, const ForwardStep<T> &s) {
        flatten(sweep, s, s.x, s.y);
        if (s.dy) flatten(sweep, s, s.dx, s.dy);
    }
    static void flatten(Sweep<T> &sweep, const ForwardStep<T> &s, const T *x, T *y) {
        const Extent &from = s.from, &e = s.to;
        for (int64_t chunk = 0; chunk < sweep.batch.chunks; chunk++)
            for (int64_t c = 0; c < from.channels; c++)
                for (int64_t p = 0; p < from.pixels(); p++)
                    std::copy_n(x + chunk * from.size() + c * from.plane() + p * lanes, lanes, y + chunk * e.size() + (c * from.pixels() + p) * e.plane());
    }
    static void transpose(Sweep<T> &sweep, const BackwardStep<T> &s, const T *g, const Extent &from, T *gx, int64_t, bool adds) {
        const Extent &e = s.to;
        for (int64_t chunk = 0; chunk < sweep.batch.chunks; chunk++)
            for (int64_t c = 0; c < from.channels; c++)
                for (int64_t p = 0; p < from.pixels(); p++)
                    for (int64_t v = 0; v < lanes; v += width<T>)
                        put<T>(gx + chunk * from.size() + c * from.plane() + p * lanes + v,
                               at(g + chunk * e.size() + (c * from.pixels() + p) * e.plane() + v), adds);
    }
};

/// The first input, with each channel multiplied by the second input's number for it.
template <typename T> struct Layer<T, CL_SCALE> {
    static Traits traits(const Node &) { return {}; }

    static void forward(Sweep<T> &sweep, const ForwardStep<T> &step) {
        int32_t second = step.node.inputs[1];
        const T *x = step.x, *dx = step.dx, *s = sweep.value(second), *ds = sweep.tangent(second);
        T *y = step.y, *dy = step.dy;
        forScaled(sweep, step.to, second, [&](int64_t i, int64_t k) INLINE_LAMBDA {
            at(y + i) = at(x + i) * at(s + k);
            if (!dy) return;
            Vector<T> d{};
            if (dx) d += at(dx + i) * at(s + k);
            if (ds) d += at(x + i) * at(ds + k);
            at(dy + i) = d;
        });
    }

    static void backward(Sweep<T> &sweep, const BackwardStep<T> &step) {
        int32_t second = step.node.inputs[1];
        const T *s = sweep.value(second), *g = step.g;
        T *gx = step.gx;
        if (gx) {
            bool more = sweep.adds(step.first);
            forScaled(sweep, step.to, second, [&](int64_t i, int64_t k) INLINE_LAMBDA { put<T>(gx + i, at(g + i) * at(s + k), more); });
        }
        if (!sweep.program.nodes[second].varies) return;
        scaleGradient(sweep, step.x, g, nullptr, nullptr, step.to, second, sweep.cotangent(second), sweep.adds(second));
    }

    static void product(Sweep<T> &sweep, const BackwardStep<T> &step) {
        int32_t second = step.node.inputs[1];
        const T *s = sweep.value(second), *ds = sweep.tangent(second), *x = step.x, *dx = step.dx, *g = step.g, *dg = step.dg;
        T *gx = step.gx, *dgx = step.dgx;
        if (!step.inputIsZero) {
            bool more = sweep.adds(step.first);
            forScaled(sweep, step.to, second, [&](int64_t i, int64_t k) INLINE_LAMBDA {
                Vector<T> change = at(dg + i) * at(s + k);
                if (ds) change += at(g + i) * at(ds + k);
                put<T>(dgx + i, change, more);
                if (gx) put<T>(gx + i, at(g + i) * at(s + k), more);
            });
        }
        bool more = sweep.adds(second);
        if (sweep.program.nodes[second].varies)
            scaleGradient(sweep, x, g, nullptr, nullptr, step.to, second, sweep.cotangent(second), more);
        scaleGradient(sweep, x, dg, dx, dx ? g : nullptr, step.to, second, sweep.cotangentTangent(second), more);
    }

    /// Calls `body(i, k)` with the indices of a map's numbers and of their channel's number.
    template <typename Body> static void forScaled(Sweep<T> &sweep, const Extent &e, int32_t second, Body &&body) {
        const Extent &scales = sweep.program.nodes[second].extent;
        for (int64_t plane = 0; plane < sweep.batch.chunks * e.channels; plane++)
            for (int64_t p = 0; p < e.pixels(); p++)
                for (int64_t v = 0; v < lanes; v += width<T>) body(plane * e.plane() + p * lanes + v, plane * scales.plane() + v);
    }

    /// The cotangent of the second input: Σ over pixels of g · x (+ g2 · x2).
    static void scaleGradient(Sweep<T> &sweep, const T *x, const T *g, const T *x2, const T *g2, const Extent &e, int32_t second, T *out, bool adds) {
        const Extent &scales = sweep.program.nodes[second].extent;
        for (int64_t plane = 0; plane < sweep.batch.chunks * e.channels; plane++) {
            for (int64_t v = 0; v < lanes; v += width<T>) {
                Vector<T> sum{};
                for (int64_t p = 0; p < e.pixels(); p++) {
                    int64_t i = plane * e.plane() + p * lanes + v;
                    sum += at(g + i) * at(x + i);
                    if (x2) sum += at(g2 + i) * at(x2 + i);
                }
                put<T>(out + plane * scales.plane() + v, sum, adds);
            }
        }
    }
};
