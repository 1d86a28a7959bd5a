// The forward sweep: the value of every node and, where there is a direction, its tangent.

template <typename T> void Sweep<T>::convolveForward(const Node &node, const Extent &from, const T *in, T *out, const T *weights, bool adds) {
    const cl_node &s = node.spec;
    pack(weights, packed.data(), s.groups, s.channels / s.groups, from.channels / s.groups, s.kernel_height * s.kernel_width, false);
    convolve<T>(in, from, out, node.extent, packed.data(), s.groups, s.kernel_height, s.kernel_width, node.rows, node.columns,
                batch.chunks, adds);
}

template <typename T> void Sweep<T>::convolveBackward(const Node &node, const Extent &from, const T *g, T *gx, const T *weights, bool adds) {
    const cl_node &s = node.spec;
    pack(weights, packed.data(), s.groups, s.channels / s.groups, from.channels / s.groups, s.kernel_height * s.kernel_width, true);
    convolve<T>(g, node.extent, gx, from, packed.data(), s.groups, s.kernel_height, s.kernel_width, node.backwardRows,
                node.backwardColumns, batch.chunks, adds);
}

template <typename T> void Sweep<T>::forward(int32_t index, const T *images, Norms norms, T *statistics) {
    const Node &node = program.nodes[index];
    const Extent &e = node.extent;
    T *y = value(index), *dy = tangent(index);
    int32_t first = node.inputs.empty() ? -1 : node.inputs[0];
    const T *x = first < 0 ? nullptr : value(first), *dx = first < 0 ? nullptr : tangent(first);
    const Extent &from = node.source;
    const T *own = parameters + node.spec.parameters, *along = direction ? direction + node.spec.parameters : nullptr;
    switch (node.spec.kind) {
    case CL_INPUT: gather(images, y, e, batch); break;
    case CL_IDENTITY: break;
    case CL_ZERO:
        std::fill(y, y + numbers(e), T(0));
        if (dy) std::fill(dy, dy + numbers(e), T(0));
        break;
    case CL_CONVOLUTION: {
        auto [w, dw] = weights(node);
        convolveForward(node, from, x, y, w, false);
        if (!dy) break;
        convolveForward(node, from, x, dy, dw, false);
        if (dx) convolveForward(node, from, dx, dy, w, true);
        break;
    }
    case CL_LINEAR: {
        convolveForward(node, from, x, y, own, false);
        addBias(y, e, own + from.channels * e.channels);
        if (!dy) break;
        convolveForward(node, from, x, dy, along, false);
        if (dx) convolveForward(node, from, dx, dy, own, true);
        addBias(dy, e, along + from.channels * e.channels);
        break;
    }
    case CL_NORM: {
        const T *scale = program.meanOnly ? nullptr : own, *shift = program.meanOnly ? own : own + e.channels;
        if (norms == Norms::given) {
            normBy<T>(statistics + node.statistics, x, y, e, batch, scale, shift, program.epsilon);
            break;
        }
        const T *dscale = along && scale ? along : nullptr, *dshift = along ? (scale ? along + e.channels : along) : nullptr;
        ChannelStatistics<T> *channels = kept.data() + node.statistics / 2;
        normForward<T>(x, dx, y, dy, e, batch, scale, shift, dscale, dshift, program.epsilon, channels);
        if (norms == Norms::collected) {
            for (int64_t c = 0; c < e.channels; c++) {
                statistics[node.statistics + c] = channels[c].mean;
                statistics[node.statistics + e.channels + c] = T(1 / double(channels[c].inverse) / double(channels[c].inverse) - program.epsilon);
            }
        }
        break;
    }
    case CL_ACTIVATION: onActivation(node, [&](auto f) INLINE_LAMBDA {
        if (dy) {
            forVectors<T>(numbers(e), [&](int64_t i) INLINE_LAMBDA {
                Derivatives<T> d = f(at(x + i));
                at(y + i) = d.value;
                at(dy + i) = d.first * at(dx + i);
            });
        } else {
            forVectors<T>(numbers(e), [&](int64_t i) INLINE_LAMBDA { at(y + i) = f(at(x + i)).value; });
        }
    }); break;
    case CL_AVERAGE_POOL:
        averagePool<T>(x, from, y, e, node, batch.chunks);
        if (dy) averagePool<T>(dx, from, dy, e, node, batch.chunks);
        break;
    case CL_MAX_POOL: {
        T *choice = place(plan.choice[index]);
        maxPool<T>(x, from, y, choice, e, node, batch.chunks);
        if (dy) choose<T>(dx, from, dy, choice, e, node, batch.chunks);
        break;
    }
    case CL_GLOBAL_AVERAGE_POOL:
        globalMean(x, from, y, e);
        if (dy) globalMean(dx, from, dy, e);
        break;
    case CL_SUM:
        sum(node, y, e, &Sweep::value);
        if (dy) sum(node, dy, e, &Sweep::tangent);
        break;
    case CL_BIAS:
        std::copy_n(x, numbers(e), y);
        addBias(y, e, own);
        if (!dy) break;
        if (dx) std::copy_n(dx, numbers(e), dy);
        else std::fill_n(dy, numbers(e), T(0));
        addBias(dy, e, along);
        break;
    case CL_FLATTEN:
        flatten(x, from, y, e);
        if (dy) flatten(dx, from, dy, e);
        break;
    case CL_CONCATENATION: {
        int64_t channel = 0;
        for (int32_t input : node.inputs) {
            const Extent &part = program.nodes[input].extent;
            for (int64_t chunk = 0; chunk < batch.chunks; chunk++) {
                int64_t to = chunk * e.size() + channel * e.plane();
                std::copy_n(value(input) + chunk * part.size(), part.size(), y + to);
                if (!dy) continue;
                if (tangent(input)) std::copy_n(tangent(input) + chunk * part.size(), part.size(), dy + to);
                else std::fill_n(dy + to, part.size(), T(0));
            }
            channel += part.channels;
        }
        break;
    }
    case CL_SCALE: {
        const T *s = value(node.inputs[1]), *ds = tangent(node.inputs[1]);
        forScaled(e, program.nodes[node.inputs[1]].extent, [&](int64_t i, int64_t k) INLINE_LAMBDA {
            at(y + i) = at(x + i) * at(s + k);
            if (!dy) return;
            Vector<T> d{};
            if (dx) d += at(dx + i) * at(s + k);
            if (ds) d += at(x + i) * at(ds + k);
            at(dy + i) = d;
        });
        break;
    }
    }
}

/// Gives `body` the node's activation as a function of vectors.
template <typename T> template <typename Body> void Sweep<T>::onActivation(const Node &node, Body &&body) {
    T slope = T(program.leakySlope);
    auto with = [&]<cl_activation kind>(std::integral_constant<cl_activation, kind>) {
        body([slope](const Vector<T> &x) INLINE_LAMBDA { return activate<T>(kind, x, slope); });
    };
    switch (node.spec.activation) {
    case CL_RELU: return with(std::integral_constant<cl_activation, CL_RELU>{});
    case CL_RELU6: return with(std::integral_constant<cl_activation, CL_RELU6>{});
    case CL_LEAKY_RELU: return with(std::integral_constant<cl_activation, CL_LEAKY_RELU>{});
    case CL_SWISH: return with(std::integral_constant<cl_activation, CL_SWISH>{});
    case CL_HARD_SWISH: return with(std::integral_constant<cl_activation, CL_HARD_SWISH>{});
    case CL_SIGMOID: return with(std::integral_constant<cl_activation, CL_SIGMOID>{});
    case CL_TANH: return with(std::integral_constant<cl_activation, CL_TANH>{});
    case CL_GELU: return with(std::integral_constant<cl_activation, CL_GELU>{});
    }
}

template <typename T> void Sweep<T>::addBias(T *y, const Extent &e, const T *bias) {
    for (int64_t c = 0; c < e.channels; c++)
        forChannel<T>(batch, e, c, [&](int64_t i, const Vector<T> &) INLINE_LAMBDA { at(y + i) += bias[c]; });
}

/// A plane of each channel is followed by what keeps planes apart; a vector's channels are one pixel each.
template <typename T> void Sweep<T>::flatten(const T *x, const Extent &from, T *y, const Extent &e) {
    for (int64_t chunk = 0; chunk < batch.chunks; chunk++)
        for (int64_t c = 0; c < from.channels; c++)
            for (int64_t p = 0; p < from.pixels(); p++)
                std::copy_n(x + chunk * from.size() + c * from.plane() + p * lanes, lanes, y + chunk * e.size() + (c * from.pixels() + p) * e.plane());
}

template <typename T> void Sweep<T>::flattenBackward(const T *g, const Extent &e, T *gx, const Extent &from, bool adds) {
    for (int64_t chunk = 0; chunk < batch.chunks; chunk++)
        for (int64_t c = 0; c < from.channels; c++)
            for (int64_t p = 0; p < from.pixels(); p++)
                for (int64_t v = 0; v < lanes; v += width<T>)
                    put<T>(gx + chunk * from.size() + c * from.plane() + p * lanes + v,
                           at(g + chunk * e.size() + (c * from.pixels() + p) * e.plane() + v), adds);
}

template <typename T> void Sweep<T>::globalMean(const T *x, const Extent &from, T *y, const Extent &e) {
    T share = T(1) / T(from.pixels());
    for (int64_t plane = 0; plane < batch.chunks * e.channels; plane++) {
        Vector<T> sums[vectors<T>] = {};
        for (int64_t p = 0; p < from.pixels(); p++)
            for (int64_t v = 0; v < vectors<T>; v++) sums[v] += at(x + plane * from.plane() + p * lanes + v * width<T>);
        for (int64_t v = 0; v < vectors<T>; v++) at(y + plane * e.plane() + v * width<T>) = sums[v] * share;
    }
}

template <typename T> void Sweep<T>::globalMeanBackward(const T *g, const Extent &e, T *gx, const Extent &from, bool adds) {
    T share = T(1) / T(from.pixels());
    for (int64_t plane = 0; plane < batch.chunks * e.channels; plane++)
        for (int64_t p = 0; p < from.pixels(); p++)
            for (int64_t v = 0; v < lanes; v += width<T>)
                put<T>(gx + plane * from.plane() + p * lanes + v, at(g + plane * e.plane() + v) * share, adds);
}

template <typename T> void Sweep<T>::sum(const Node &node, T *y, const Extent &e, T *(Sweep::*part)(int32_t) const) {
    bool adds = false;
    for (int32_t input : node.inputs) {
        const T *x = (this->*part)(input);
        if (!x) continue;
        forVectors<T>(numbers(e), [&](int64_t i) INLINE_LAMBDA { put<T>(y + i, at(x + i), adds); });
        adds = true;
    }
}

/// Calls `body(i, k)` with the places of a map's numbers and of their channel's.
template <typename T> template <typename Body> void Sweep<T>::forScaled(const Extent &e, const Extent &scales, Body &&body) {
    for (int64_t plane = 0; plane < batch.chunks * e.channels; plane++)
        for (int64_t p = 0; p < e.pixels(); p++)
            for (int64_t v = 0; v < lanes; v += width<T>) body(plane * e.plane() + p * lanes + v, plane * scales.plane() + v);
}
