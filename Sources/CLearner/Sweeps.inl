// The sweeps over a program: forward, backward, and both along a direction.

template <typename T> class Sweep {
public:
    Sweep(const cl_program_s &program, const Plan &plan, int64_t images, T *memory, const T *parameters, const T *direction)
        : program(program), plan(plan), batch(images), memory(memory), parameters(parameters), direction(direction),
          kept(size_t(program.statisticsCount / 2)), packed(size_t(program.largestWeights)) {}

    /// Numbers of memory that a sweep needs.
    static int64_t room(const Plan &plan, int64_t images) { return plan.size * ((images + lanes - 1) / lanes); }

    enum class Norms { ofBatch, collected, given };

    /// Values of all nodes, and their tangents where there is a direction. `statistics` is written or read as `norms` says.
    void forward(const T *images, Norms norms = Norms::ofBatch, T *statistics = nullptr) {
        for (int32_t i = 0; i < int32_t(program.nodes.size()); i++) forward(i, images, norms, statistics);
    }

    const T *logits() const { return value(last()); }
    const Extent &logitExtent() const { return program.nodes.back().extent; }

    double loss(const T *labels) {
        return crossEntropy<T>(logits(), labels, cotangent(last()), logitExtent(), batch);
    }

    void gradient(T *gradient) {
        written.assign(program.nodes.size(), false);
        written[root(last())] = true;
        for (int32_t i = last(); i > 0; i--) backward(i, gradient);
    }

    void products(const T *labels, T *parameterProduct, T *imageProduct, T *labelProduct) {
        loss(labels);
        crossEntropyTangent<T>(logits(), tangent(last()), labels, cotangentTangent(last()), labelProduct, logitExtent(), batch);
        written.assign(program.nodes.size(), false);
        written[root(last())] = true;
        for (int32_t i = last(); i > 0; i--) backwardTangent(i, parameterProduct);
        if (written[root(0)]) scatter(cotangentTangent(0), imageProduct, program.nodes[0].extent, batch);
        else std::fill(imageProduct, imageProduct + batch.images * pixels(0), T(0));
    }

private:
    const cl_program_s &program;
    const Plan &plan;
    const Batch<T> batch;
    T *memory;
    const T *parameters, *direction;
    /// For each norm, what it keeps of each channel.
    std::vector<ChannelStatistics<T>> kept;
    std::vector<T> packed;
    /// Whether a cotangent has been written in this sweep: the next contribution is added.
    std::vector<bool> written;
    std::vector<T> effective, effectiveTangent, rawGradient, rawTangent;

    int32_t last() const { return int32_t(program.nodes.size()) - 1; }
    int32_t root(int32_t node) const { return program.nodes[node].cotangent; }
    int64_t pixels(int32_t node) const { return program.nodes[node].extent.channels * program.nodes[node].extent.pixels(); }
    T *place(int64_t offset) const { return offset < 0 ? nullptr : memory + offset * batch.chunks; }
    T *value(int32_t node) const { return place(plan.value[node]); }
    T *tangent(int32_t node) const { return place(plan.tangent[node]); }
    T *cotangent(int32_t node) const { return place(plan.cotangent[node]); }
    T *cotangentTangent(int32_t node) const { return place(plan.cotangentTangent[node]); }
    int64_t numbers(const Extent &e) const { return e.size() * batch.chunks; }

    /// Whether what is put into this node's cotangent now is added to what is there.
    bool adds(int32_t node) {
        bool was = written[root(node)];
        written[root(node)] = true;
        return was;
    }

    // Weight norm

    static int64_t weightCount(const Node &node, const Extent &from) {
        return node.extent.channels * (from.channels / node.spec.groups) * node.spec.kernel_height * node.spec.kernel_width;
    }

    /// A convolution's weights as it uses them, and their tangent.
    std::pair<const T *, const T *> weights(const Node &node, const Extent &from) {
        const T *v = parameters + node.spec.parameters, *dv = direction ? direction + node.spec.parameters : nullptr;
        if (!program.meanOnly) return {v, dv};
        int64_t count = weightCount(node, from), each = count / node.extent.channels;
        const T *gain = v + count, *dgain = dv ? dv + count : nullptr;
        effective.resize(size_t(count));
        if (dv) effectiveTangent.resize(size_t(count));
        for (int64_t o = 0; o < node.extent.channels; o++) {
            T square = 0, product = 0;
            for (int64_t k = o * each; k < (o + 1) * each; k++) {
                square += v[k] * v[k];
                if (dv) product += v[k] * dv[k];
            }
            T length = std::sqrt(square), factor = gain[o] / length;
            for (int64_t k = o * each; k < (o + 1) * each; k++) {
                effective[k] = v[k] * factor;
                if (dv) effectiveTangent[k] = v[k] * (dgain[o] / length - factor * product / square) + dv[k] * factor;
            }
        }
        return {effective.data(), dv ? effectiveTangent.data() : nullptr};
    }

    /// From the gradient of the weights in use (and its tangent) to that of v and gain (or the latter's tangent).
    void normalizeGradient(const Node &node, const Extent &from, const T *g, const T *dg, T *out) {
        int64_t count = weightCount(node, from), each = count / node.extent.channels;
        const T *v = parameters + node.spec.parameters, *gain = v + count;
        const T *dv = direction ? direction + node.spec.parameters : nullptr;
        for (int64_t o = 0; o < node.extent.channels; o++) {
            T square = 0, a = 0, product = 0, da = 0;
            for (int64_t k = o * each; k < (o + 1) * each; k++) {
                square += v[k] * v[k];
                a += v[k] * g[k];
                if (dg) {
                    product += v[k] * dv[k];
                    da += dv[k] * g[k] + v[k] * dg[k];
                }
            }
            T n = std::sqrt(square), dn = product / n, γ = gain[o];
            if (!dg) {
                out[count + o] = a / n;
                for (int64_t k = o * each; k < (o + 1) * each; k++) out[k] = γ / n * (g[k] - a / square * v[k]);
                continue;
            }
            T dγ = dv[count + o];
            out[count + o] = da / n - a * dn / square;
            T slope = dγ / n - γ * dn / square, cube = square * n;
            T along = dγ * a / cube + γ * da / cube - 3 * γ * a * dn / (square * square);
            for (int64_t k = o * each; k < (o + 1) * each; k++)
                out[k] = slope * g[k] + γ / n * dg[k] - along * v[k] - γ * a / cube * dv[k];
        }
    }

    // Convolutions

    void convolveForward(const Node &node, const Extent &from, const T *in, T *out, const T *weights, bool adds) {
        const cl_node &s = node.spec;
        pack(weights, packed.data(), s.groups, s.channels / s.groups, from.channels / s.groups, s.kernel_height * s.kernel_width, false);
        convolve<T>(in, from, out, node.extent, packed.data(), s.groups, s.kernel_height, s.kernel_width, node.rows, node.columns,
                    batch.chunks, adds);
    }

    void convolveBackward(const Node &node, const Extent &from, const T *g, T *gx, const T *weights, bool adds) {
        const cl_node &s = node.spec;
        pack(weights, packed.data(), s.groups, s.channels / s.groups, from.channels / s.groups, s.kernel_height * s.kernel_width, true);
        convolve<T>(g, node.extent, gx, from, packed.data(), s.groups, s.kernel_height, s.kernel_width, node.backwardRows,
                    node.backwardColumns, batch.chunks, adds);
    }

    // Forward

    void forward(int32_t index, const T *images, Norms norms, T *statistics) {
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
            auto [w, dw] = weights(node, from);
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
    template <typename Body> void onActivation(const Node &node, Body &&body) {
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

    void addBias(T *y, const Extent &e, const T *bias) {
        for (int64_t c = 0; c < e.channels; c++)
            forChannel<T>(batch, e, c, [&](int64_t i, const Vector<T> &) INLINE_LAMBDA { at(y + i) += bias[c]; });
    }

    void globalMean(const T *x, const Extent &from, T *y, const Extent &e) {
        T share = T(1) / T(from.pixels());
        for (int64_t plane = 0; plane < batch.chunks * e.channels; plane++) {
            Vector<T> sums[vectors<T>] = {};
            for (int64_t p = 0; p < from.pixels(); p++)
                for (int64_t v = 0; v < vectors<T>; v++) sums[v] += at(x + plane * from.plane() + p * lanes + v * width<T>);
            for (int64_t v = 0; v < vectors<T>; v++) at(y + plane * e.plane() + v * width<T>) = sums[v] * share;
        }
    }

    void globalMeanBackward(const T *g, const Extent &e, T *gx, const Extent &from, bool adds) {
        T share = T(1) / T(from.pixels());
        for (int64_t plane = 0; plane < batch.chunks * e.channels; plane++)
            for (int64_t p = 0; p < from.pixels(); p++)
                for (int64_t v = 0; v < lanes; v += width<T>)
                    put<T>(gx + plane * from.plane() + p * lanes + v, at(g + plane * e.plane() + v) * share, adds);
    }

    void sum(const Node &node, T *y, const Extent &e, T *(Sweep::*part)(int32_t) const) {
        bool adds = false;
        for (int32_t input : node.inputs) {
            const T *x = (this->*part)(input);
            if (!x) continue;
            forVectors<T>(numbers(e), [&](int64_t i) INLINE_LAMBDA { put<T>(y + i, at(x + i), adds); });
            adds = true;
        }
    }

    /// Calls `body(i, k)` with the places of a map's numbers and of their channel's.
    template <typename Body> void forScaled(const Extent &e, const Extent &scales, Body &&body) {
        for (int64_t plane = 0; plane < batch.chunks * e.channels; plane++)
            for (int64_t p = 0; p < e.pixels(); p++)
                for (int64_t v = 0; v < lanes; v += width<T>) body(plane * e.plane() + p * lanes + v, plane * scales.plane() + v);
    }

    // Backward

    /// The node's cotangent taken back to its inputs and parameters.
    void backward(int32_t index, T *gradient) {
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
            auto [w, dw] = weights(node, from);
            if (gx) convolveBackward(node, from, g, gx, w, adds(first));
            if (!program.meanOnly) {
                addWeightGradient<T>(x, from, g, e, node, batch.chunks, place);
                break;
            }
            rawGradient.assign(size_t(weightCount(node, from)), T(0));
            addWeightGradient<T>(x, from, g, e, node, batch.chunks, rawGradient.data());
            normalizeGradient(node, from, rawGradient.data(), nullptr, place);
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
        default: linearBackward(index, false);
        }
    }

    void rectifyBackward(const T *y, const T *g, T *gx, const Extent &e, bool adds) {
        Vector<T> zero{};
        forVectors<T>(numbers(e), [&](int64_t i) INLINE_LAMBDA { put<T>(gx + i, at(y + i) > zero ? at(g + i) : zero, adds); });
    }

    void biasGradient(const T *g, const Extent &e, T *out) {
        for (int64_t c = 0; c < e.channels; c++) {
            T sums[1];
            channelSums<T, 1>(batch, e, c, sums, [&](int64_t i, Vector<T> *t) INLINE_LAMBDA { t[0] = at(g + i); });
            out[c] = sums[0];
        }
    }

    /// The cotangent of a scale's second input: Σ over pixels of g · x (+ g2 · x2).
    void scaleGradient(const T *x, const T *g, const T *x2, const T *g2, const Extent &e, int32_t second, T *out, bool adds) {
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
    void linearBackward(int32_t index, bool alongDirection) {
        const Node &node = program.nodes[index];
        int64_t channel = 0;
        for (int32_t input : node.inputs) {
            const Node &source = program.nodes[input];
            int64_t first = channel;
            channel += source.extent.channels;
            if ((!alongDirection && !source.varies) || source.spec.kind == CL_ZERO) continue;
            // A value that this sum alone reads has this very cotangent.
            if (node.spec.kind == CL_SUM && source.cotangent == node.cotangent) continue;
            bool more = adds(input);
            if (source.varies) linearBackward(node, index, cotangent(index), source.extent, cotangent(input), first, more);
            if (alongDirection) linearBackward(node, index, cotangentTangent(index), source.extent, cotangentTangent(input), first, more);
        }
    }

    void linearBackward(const Node &node, int32_t index, const T *g, const Extent &from, T *gx, int64_t firstChannel, bool adds) {
        const Extent &e = node.extent;
        switch (node.spec.kind) {
        case CL_AVERAGE_POOL: averagePoolBackward<T>(g, e, gx, from, node, batch.chunks, adds); break;
        case CL_MAX_POOL: chooseBackward<T>(g, place(plan.choice[index]), e, gx, from, node, batch.chunks, adds); break;
        case CL_GLOBAL_AVERAGE_POOL: globalMeanBackward(g, e, gx, from, adds); break;
        case CL_SUM: forVectors<T>(numbers(e), [&](int64_t i) INLINE_LAMBDA { put<T>(gx + i, at(g + i), adds); }); break;
        default:
            for (int64_t chunk = 0; chunk < batch.chunks; chunk++) {
                const T *part = g + chunk * e.size() + firstChannel * e.plane();
                T *place = gx + chunk * from.size();
                forVectors<T>(from.size(), [&](int64_t i) INLINE_LAMBDA { put<T>(place + i, at(part + i), adds); });
            }
        }
    }

    // Backward along the direction

    void backwardTangent(int32_t index, T *product) {
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
            auto [w, dw] = weights(node, from);
            convolutionTangent(node, from, g, dg, first, gx, dgx, w, dw);
            int64_t count = weightCount(node, from);
            if (!program.meanOnly) {
                weightTangent(node, from, x, dx, g, dg, place);
                break;
            }
            rawGradient.assign(size_t(count), T(0));
            rawTangent.assign(size_t(count), T(0));
            addWeightGradient<T>(x, from, g, e, node, batch.chunks, rawGradient.data());
            weightTangent(node, from, x, dx, g, dg, rawTangent.data());
            normalizeGradient(node, from, rawGradient.data(), rawTangent.data(), place);
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
        default: linearBackward(index, true);
        }
    }

    /// gx = Wᵀ g and ġx = Ẇᵀ g + Wᵀ ġ.
    void convolutionTangent(const Node &node, const Extent &from, const T *g, const T *dg, int32_t first, T *gx, T *dgx, const T *w, const T *dw) {
        if (program.nodes[first].spec.kind == CL_ZERO) return;
        bool more = adds(first);
        if (gx) convolveBackward(node, from, g, gx, w, more);
        convolveBackward(node, from, dg, dgx, w, more);
        convolveBackward(node, from, g, dgx, dw, true);
    }

    /// Adds ġ ⊗ x + g ⊗ ẋ.
    void weightTangent(const Node &node, const Extent &from, const T *x, const T *dx, const T *g, const T *dg, T *out) {
        addWeightGradient<T>(x, from, dg, node.extent, node, batch.chunks, out);
        if (dx) addWeightGradient<T>(dx, from, g, node.extent, node, batch.chunks, out);
    }
};
