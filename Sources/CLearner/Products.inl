// The backward sweep along the direction: cotangents with their tangents, and the products that the adjoint needs.

template <typename T> void Sweep<T>::backwardTangent(int32_t index, T *product) {
    const Node &node = program.nodes[index];
    if (!written[root(index)] || node.inputs.empty()) return;
    const Extent &e = node.extent;
    const T *g = cotangent(index), *dg = cotangentTangent(index);
    int32_t first = node.inputs[0];
    const Node &input = program.nodes[first];
    const Extent &from = node.source;
    const T *x = value(first), *dx = tangent(first);
    const T *own = parameters + node.spec.parameters, *along = direction + node.spec.parameters;
    T *gx = input.varies ? cotangent(first) : nullptr, *dgx = cotangentTangent(first), *place = product + node.spec.parameters;
    switch (node.spec.kind) {
    case CL_INPUT: case CL_ZERO: case CL_IDENTITY: break;
    case CL_CONVOLUTION: {
        auto [w, dw] = weights(node);
        convolutionTangent(node, from, g, dg, first, gx, dgx, w, dw);
        int64_t count = weightCount(node);
        if (!program.meanOnly) {
            weightTangent(node, from, x, dx, g, dg, place);
            break;
        }
        rawGradient.assign(size_t(count), T(0));
        rawTangent.assign(size_t(count), T(0));
        addWeightGradient<T>(x, from, g, e, node, batch.chunks, rawGradient.data());
        weightTangent(node, from, x, dx, g, dg, rawTangent.data());
        weightNormBackwardTangent(
            own, own + count, along, along + count, rawGradient.data(), rawTangent.data(), e.channels, outputSize(node), place);
        break;
    }
    case CL_LINEAR:
        convolutionTangent(node, from, g, dg, first, gx, dgx, own, along);
        weightTangent(node, from, x, dx, g, dg, place);
        biasGradient(dg, e, place + from.channels * e.channels);
        break;
    case CL_NORM: {
        bool isFull = !program.meanOnly, hasRoom = input.spec.kind != CL_ZERO;
        bool more = hasRoom && adds(first);
        normBackwardTangent<T>(x, dx, g, dg, gx, hasRoom ? dgx : nullptr, more, more, e, batch, isFull ? own : nullptr,
                               isFull ? along : nullptr, kept.data() + node.statistics / 2, isFull ? place : nullptr,
                               isFull ? place + e.channels : place);
        break;
    }
    case CL_ACTIVATION: {
        if (input.spec.kind == CL_ZERO) break;
        bool more = adds(first);
        if (node.isRectifier()) {
            if (gx) rectifyBackward(value(index), g, gx, e, more);
            rectifyBackward(value(index), dg, dgx, e, more);
            break;
        }
        onActivation(node, [&](auto f) INLINE_LAMBDA {
            forVectors<T>(numbers(e), [&](int64_t i) INLINE_LAMBDA {
                Derivatives<T> d = f(at(x + i));
                Vector<T> change = d.first * at(dg + i);
                if (gx) {
                    change += d.second * at(dx + i) * at(g + i);
                    put<T>(gx + i, d.first * at(g + i), more);
                }
                put<T>(dgx + i, change, more);
            });
        });
        break;
    }
    case CL_SCALE: {
        int32_t second = node.inputs[1];
        const T *s = value(second), *ds = tangent(second);
        if (input.spec.kind != CL_ZERO) {
            bool more = adds(first);
            forScaled(e, program.nodes[second].extent, [&](int64_t i, int64_t k) INLINE_LAMBDA {
                Vector<T> change = at(dg + i) * at(s + k);
                if (ds) change += at(g + i) * at(ds + k);
                put<T>(dgx + i, change, more);
                if (gx) put<T>(gx + i, at(g + i) * at(s + k), more);
            });
        }
        bool more = adds(second);
        if (program.nodes[second].varies) scaleGradient(x, g, nullptr, nullptr, e, second, cotangent(second), more);
        scaleGradient(x, dg, dx, dx ? g : nullptr, e, second, cotangentTangent(second), more);
        break;
    }
    case CL_BIAS:
        biasGradient(dg, e, place);
        linearBackward(index, true);
        break;
    default: linearBackward(index, true);
    }
}

/// gx = Wᵀ g and ġx = Ẇᵀ g + Wᵀ ġ.
template <typename T> void Sweep<T>::convolutionTangent(const Node &node, const Extent &from, const T *g, const T *dg, int32_t first, T *gx, T *dgx, const T *w, const T *dw) {
    if (program.nodes[first].spec.kind == CL_ZERO) return;
    bool more = adds(first);
    if (gx) convolveBackward(node, from, g, gx, w, more);
    convolveBackward(node, from, dg, dgx, w, more);
    convolveBackward(node, from, g, dgx, dw, true);
}

/// Adds ġ ⊗ x + g ⊗ ẋ.
template <typename T> void Sweep<T>::weightTangent(const Node &node, const Extent &from, const T *x, const T *dx, const T *g, const T *dg, T *out) {
    addWeightGradient<T>(x, from, dg, node.extent, node, batch.chunks, out);
    if (dx) addWeightGradient<T>(dx, from, g, node.extent, node, batch.chunks, out);
}
