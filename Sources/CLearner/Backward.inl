// The backward sweep: cotangents, and the gradient of the parameters.

/// The node's cotangent taken back to its inputs and parameters.
template <typename T> void Sweep<T>::backward(int32_t index, T *gradient) {
    const Node &node = program.nodes[index];
    if (!node.varies || !written[root(index)]) return;
    const Extent &e = node.extent;
    const T *g = cotangent(index);
    int32_t first = node.inputs[0];
    const Node &input = program.nodes[first];
    const Extent &from = node.source;
    const T *x = value(first), *own = parameters + node.spec.parameters;
    T *gx = input.varies ? cotangent(first) : nullptr, *place = gradient + node.spec.parameters;
    switch (node.spec.kind) {
    case CL_INPUT: case CL_ZERO: case CL_IDENTITY: break;
    case CL_CONVOLUTION: {
        auto [w, dw] = weights(node);
        if (gx) convolveBackward(node, from, g, gx, w, adds(first));
        if (!program.meanOnly) {
            addWeightGradient<T>(x, from, g, e, node, batch.chunks, place);
            break;
        }
        rawGradient.assign(size_t(weightCount(node)), T(0));
        addWeightGradient<T>(x, from, g, e, node, batch.chunks, rawGradient.data());
        weightNormBackward(own, own + weightCount(node), rawGradient.data(), e.channels, outputSize(node), place);
        break;
    }
    case CL_LINEAR:
        if (gx) convolveBackward(node, from, g, gx, own, adds(first));
        addWeightGradient<T>(x, from, g, e, node, batch.chunks, place);
        biasGradient(g, e, place + from.channels * e.channels);
        break;
    case CL_NORM: {
        bool isFull = !program.meanOnly;
        normBackward<T>(x, g, gx, gx && adds(first), e, batch, isFull ? own : nullptr, kept.data() + node.statistics / 2,
                        isFull ? place : nullptr, isFull ? place + e.channels : place);
        break;
    }
    case CL_ACTIVATION: {
        bool more = adds(first);
        if (node.isRectifier()) rectifyBackward(value(index), g, gx, e, more);
        else onActivation(node, [&](auto f) INLINE_LAMBDA {
            forVectors<T>(numbers(e), [&](int64_t i) INLINE_LAMBDA { put<T>(gx + i, f(at(x + i)).first * at(g + i), more); });
        });
        break;
    }
    case CL_SCALE: {
        int32_t second = node.inputs[1];
        const T *s = value(second);
        if (gx) {
            bool more = adds(first);
            forScaled(e, program.nodes[second].extent, [&](int64_t i, int64_t k) INLINE_LAMBDA { put<T>(gx + i, at(g + i) * at(s + k), more); });
        }
        if (program.nodes[second].varies) scaleGradient(x, g, nullptr, nullptr, e, second, cotangent(second), adds(second));
        break;
    }
    case CL_BIAS:
        biasGradient(g, e, place);
        linearBackward(index, false);
        break;
    default: linearBackward(index, false);
    }
}

template <typename T> void Sweep<T>::rectifyBackward(const T *y, const T *g, T *gx, const Extent &e, bool adds) {
    Vector<T> zero{};
    forVectors<T>(numbers(e), [&](int64_t i) INLINE_LAMBDA { put<T>(gx + i, at(y + i) > zero ? at(g + i) : zero, adds); });
}

template <typename T> void Sweep<T>::biasGradient(const T *g, const Extent &e, T *out) {
    for (int64_t c = 0; c < e.channels; c++) {
        T sums[1];
        channelSums<T, 1>(batch, e, c, sums, [&](int64_t i, Vector<T> *t) INLINE_LAMBDA { t[0] = at(g + i); });
        out[c] = sums[0];
    }
}

/// The cotangent of a scale's second input: Σ over pixels of g · x (+ g2 · x2).
template <typename T> void Sweep<T>::scaleGradient(const T *x, const T *g, const T *x2, const T *g2, const Extent &e, int32_t second, T *out, bool adds) {
    const Extent &scales = program.nodes[second].extent;
    for (int64_t plane = 0; plane < batch.chunks * e.channels; plane++) {
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

/// Layers that are linear in their inputs take cotangents, and their tangents, back alike.
template <typename T> void Sweep<T>::linearBackward(int32_t index, bool alongDirection) {
    const Node &node = program.nodes[index];
    int64_t channel = 0;
    for (int32_t input : node.inputs) {
        const Node &source = program.nodes[input];
        int64_t first = channel;
        channel += source.extent.channels;
        if ((!alongDirection && !source.varies) || source.spec.kind == CL_ZERO) continue;
        // A value that this one alone reads has this very cotangent.
        if (node.isAddition() && source.cotangent == node.cotangent) continue;
        bool more = adds(input);
        if (source.varies) linearBackward(node, index, cotangent(index), source.extent, cotangent(input), first, more);
        if (alongDirection) linearBackward(node, index, cotangentTangent(index), source.extent, cotangentTangent(input), first, more);
    }
}

template <typename T> void Sweep<T>::linearBackward(const Node &node, int32_t index, const T *g, const Extent &from, T *gx, int64_t firstChannel, bool adds) {
    const Extent &e = node.extent;
    switch (node.spec.kind) {
    case CL_AVERAGE_POOL: averagePoolBackward<T>(g, e, gx, from, node, batch.chunks, adds); break;
    case CL_MAX_POOL: chooseBackward<T>(g, place(plan.choice[index]), e, gx, from, node, batch.chunks, adds); break;
    case CL_GLOBAL_AVERAGE_POOL: globalMeanBackward(g, e, gx, from, adds); break;
    case CL_FLATTEN: flattenBackward(g, e, gx, from, adds); break;
    case CL_SUM: case CL_BIAS: forVectors<T>(numbers(e), [&](int64_t i) INLINE_LAMBDA { put<T>(gx + i, at(g + i), adds); }); break;
    default:
        for (int64_t chunk = 0; chunk < batch.chunks; chunk++) {
            const T *part = g + chunk * e.size() + firstChannel * e.plane();
            T *place = gx + chunk * from.size();
            forVectors<T>(from.size(), [&](int64_t i) INLINE_LAMBDA { put<T>(place + i, at(part + i), adds); });
        }
    }
}
