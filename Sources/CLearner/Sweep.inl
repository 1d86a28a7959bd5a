// One sweep over a program for one batch: forward, backward, or both along a direction.

/// The source of norm statistics: the batch, the batch with the statistics also written out, or given statistics.
enum class Norms { ofBatch, collected, given };

/// The values that a norm stores between the sweeps for one channel.
template <typename T> struct ChannelStatistics { T mean, inverse, tangentMean, q; };

template <typename T> class Sweep;

/// A node in the forward sweep: its map, its first input's map, their values and tangents (null if zero), and its parameters.
template <typename T> struct ForwardStep {
    int32_t index;
    const Node &node;
    const Extent &to, &from;
    const T *x, *dx;
    T *y, *dy;
    const T *own, *along;
};

/// A node in the backward sweep: its cotangent g and the destinations of g. A leading d denotes the derivative along the direction.
template <typename T> struct BackwardStep {
    int32_t index, first;
    const Node &node;
    const Extent &to, &from;
    bool inputIsZero;
    const T *x, *dx, *g, *dg;
    /// gx is null if the first input depends on no parameter.
    T *gx, *dgx;
    const T *own, *along;
    /// The destination of the parameters' gradient, or of their product.
    T *place;
};

/// The implementation of a layer kind, specialized for each kind in the file of its family:
///
///     static Traits traits(const Node &);                           properties for the memory layout
///     static void forward(Sweep<T> &, const ForwardStep<T> &);      the value and, along a direction, its tangent
///     static void backward(Sweep<T> &, const BackwardStep<T> &);    propagates the cotangent to inputs and parameters
///     static void product(Sweep<T> &, const BackwardStep<T> &);     propagates the cotangent and its tangent
template <typename T, cl_kind kind> struct Layer;

/// A layer that is linear in its inputs. It propagates cotangents and their tangents in the same way, with
///
///     static void transpose(Sweep<T> &, const BackwardStep<T> &, const T *g, const Extent &from, T *gx, int64_t firstChannel, bool adds);
template <typename T, typename Self> struct LinearLayer {
    static void backward(Sweep<T> &sweep, const BackwardStep<T> &step) { sweep.template transpose<Self>(step, false); }
    static void product(Sweep<T> &sweep, const BackwardStep<T> &step) { sweep.template transpose<Self>(step, true); }
};

template <typename T> class Sweep {
public:
    Sweep(const cl_program_s &program, const MemoryLayout &layout, int64_t images, T *memory, const T *parameters, const T *direction)
        : program(program), layout(layout), batch(images), memory(memory), parameters(parameters), direction(direction),
          packed(size_t(program.largestWeights)), channels(size_t(program.statisticsCount / 2)) {}

    /// Computes values of all nodes and, along a direction, their tangents. `norms` says whether `statistics` is written or read.
    void forward(const T *images, Norms norms = Norms::ofBatch, T *statistics = nullptr) {
        this->images = images, this->norms = norms, this->statistics = statistics;
        for (int32_t i = 0; i < int32_t(program.nodes.size()); i++) forward(i);
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

    /// A loss of weight w adds w times the cotangent to its tangent, because both propagate alike.
    void products(const T *labels, T weight, T *parameterProduct, T *imageProduct, T *labelProduct) {
        loss(labels);
        crossEntropyTangent<T>(logits(), tangent(last()), labels, weight, cotangentTangent(last()), labelProduct, logitExtent(), batch);
        written.assign(program.nodes.size(), false);
        written[root(last())] = true;
        for (int32_t i = last(); i > 0; i--) backwardTangent(i, parameterProduct);
        if (written[root(0)]) scatter(cotangentTangent(0), imageProduct, program.nodes[0].extent, batch);
        else std::fill(imageProduct, imageProduct + batch.images * pixels(0), T(0));
    }

private:
    template <typename, cl_kind> friend struct Layer;
    template <typename, typename> friend struct LinearLayer;
    template <typename, typename> friend struct AdditionLayer;
    template <typename> friend struct WeightLayer;

    const cl_program_s &program;
    const MemoryLayout &layout;
    const Batch<T> batch;
    T *memory;
    const T *parameters, *direction, *images = nullptr;
    Norms norms = Norms::ofBatch;
    T *statistics = nullptr;
    /// Weights in the order in which convolutions read them.
    std::vector<T> packed;
    /// For mean-only norms: the normalized weights and their gradient, each with its tangent.
    std::vector<T> effective, effectiveTangent, rawGradient, rawTangent;
    std::vector<ChannelStatistics<T>> channels;
    /// Whether a cotangent has been written in this sweep; later contributions are added.
    std::vector<bool> written;

    int32_t last() const { return int32_t(program.nodes.size()) - 1; }
    int32_t root(int32_t node) const { return program.nodes[node].cotangent; }
    int64_t pixels(int32_t node) const { return program.nodes[node].extent.channels * program.nodes[node].extent.pixels(); }
    T *place(int64_t offset) const { return offset < 0 ? nullptr : memory + offset * batch.chunks; }
    T *value(int32_t node) const { return place(layout.value[node]); }
    T *tangent(int32_t node) const { return place(layout.tangent[node]); }
    T *cotangent(int32_t node) const { return place(layout.cotangent[node]); }
    T *cotangentTangent(int32_t node) const { return place(layout.cotangentTangent[node]); }
    /// The values that a layer stores in the forward sweep; null at evaluation.
    T *kept(int32_t node) const { return place(layout.kept[node]); }
    ChannelStatistics<T> *channelStatistics(const Node &node) { return channels.data() + node.statistics / 2; }
    int64_t numbers(const Extent &e) const { return e.size() * batch.chunks; }

    /// Returns whether the next contribution to this node's cotangent is added to it.
    bool adds(int32_t node) {
        bool was = written[root(node)];
        written[root(node)] = true;
        return was;
    }

    /// Calls `body` with the layer of a kind.
    template <typename Body> static void onLayer(cl_kind kind, Body &&body) {
        switch (kind) {
#define CL_KIND(name) \
        case CL_##name: return body(Layer<T, CL_##name>{});
            CL_KINDS(CL_KIND)
#undef CL_KIND
        }
    }

    void forward(int32_t index) {
        const Node &node = program.nodes[index];
        int32_t first = node.inputs.empty() ? -1 : node.inputs[0];
        ForwardStep<T> step{
            index, node, node.extent, node.source, first < 0 ? nullptr : value(first), first < 0 ? nullptr : tangent(first), value(index),
            tangent(index), parameters + node.spec.parameters, direction ? direction + node.spec.parameters : nullptr};
        onLayer(node.spec.kind, [&]<typename L>(L) { L::forward(*this, step); });
    }

    BackwardStep<T> backwardStep(int32_t index, T *result) const {
        const Node &node = program.nodes[index];
        int32_t first = node.inputs[0];
        const Node &input = program.nodes[first];
        return {index, first, node, node.extent, node.source, input.isZero(), value(first), tangent(first), cotangent(index),
                cotangentTangent(index), input.varies ? cotangent(first) : nullptr, cotangentTangent(first),
                parameters + node.spec.parameters, direction ? direction + node.spec.parameters : nullptr, result + node.spec.parameters};
    }

    void backward(int32_t index, T *gradient) {
        const Node &node = program.nodes[index];
        if (!node.varies || !written[root(index)]) return;
        onLayer(node.spec.kind, [&]<typename L>(L) { L::backward(*this, backwardStep(index, gradient)); });
    }

    void backwardTangent(int32_t index, T *product) {
        const Node &node = program.nodes[index];
        if (!written[root(index)] || node.inputs.empty()) return;
        onLayer(node.spec.kind, [&]<typename L>(L) { L::product(*this, backwardStep(index, product)); });
    }

    /// Propagates the cotangent of a linear layer, and along a direction also its tangent, to every input.
    template <typename L> void transpose(const BackwardStep<T> &step, bool alongDirection) {
        int64_t channel = 0;
        for (int32_t input : step.node.inputs) {
            const Node &source = program.nodes[input];
            int64_t first = channel;
            channel += source.extent.channels;
            if ((!alongDirection && !source.varies) || source.isZero()) continue;
            // A value that only this node reads shares this node's cotangent.
            if (step.node.traits.isAddition && source.cotangent == step.node.cotangent) continue;
            bool more = adds(input);
            if (source.varies) L::transpose(*this, step, step.g, source.extent, cotangent(input), first, more);
            if (alongDirection) L::transpose(*this, step, step.dg, source.extent, cotangentTangent(input), first, more);
        }
    }
};
