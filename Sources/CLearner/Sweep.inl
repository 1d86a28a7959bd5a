// One pass over a program for one batch: forward, backward, and both along a direction.

template <typename T> class Sweep {
public:
    Sweep(const cl_program_s &program, const Plan &plan, int64_t images, T *memory, const T *parameters, const T *direction)
        : program(program), plan(plan), batch(images), memory(memory), parameters(parameters), direction(direction),
          kept(size_t(program.statisticsCount / 2)), packed(size_t(program.largestWeights)) {}

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

    /// Cotangents and their tangents go back alike, so that a loss of its own is a share of the one in the other.
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

    // Convolutions and their weights

    static int64_t outputSize(const Node &node) {
        return node.source.channels / node.spec.groups * node.spec.kernel_height * node.spec.kernel_width;
    }
    static int64_t weightCount(const Node &node) { return node.extent.channels * outputSize(node); }

    /// A convolution's weights as it uses them, and their tangent.
    std::pair<const T *, const T *> weights(const Node &node) {
        const T *v = parameters + node.spec.parameters, *dv = direction ? direction + node.spec.parameters : nullptr;
        if (!program.meanOnly) return {v, dv};
        int64_t count = weightCount(node);
        effective.resize(size_t(count));
        if (dv) effectiveTangent.resize(size_t(count));
        weightNorm(v, v + count, dv, dv ? dv + count : nullptr, node.extent.channels, outputSize(node), effective.data(), effectiveTangent.data());
        return {effective.data(), dv ? effectiveTangent.data() : nullptr};
    }

    void convolveForward(const Node &node, const Extent &from, const T *in, T *out, const T *weights, bool adds);
    void convolveBackward(const Node &node, const Extent &from, const T *g, T *gx, const T *weights, bool adds);

    // Forward.inl

    void forward(int32_t index, const T *images, Norms norms, T *statistics);
    /// Gives `body` the node's activation as a function of vectors.
    template <typename Body> void onActivation(const Node &node, Body &&body);
    void addBias(T *y, const Extent &e, const T *bias);
    void flatten(const T *x, const Extent &from, T *y, const Extent &e);
    void flattenBackward(const T *g, const Extent &e, T *gx, const Extent &from, bool adds);
    void globalMean(const T *x, const Extent &from, T *y, const Extent &e);
    void sum(const Node &node, T *y, const Extent &e, T *(Sweep::*part)(int32_t) const);
    /// Calls `body(i, k)` with the places of a map's numbers and of their channel's.
    template <typename Body> void forScaled(const Extent &e, const Extent &scales, Body &&body);

    // Backward.inl

    void globalMeanBackward(const T *g, const Extent &e, T *gx, const Extent &from, bool adds);
    /// The node's cotangent taken back to its inputs and parameters.
    void backward(int32_t index, T *gradient);
    void rectifyBackward(const T *y, const T *g, T *gx, const Extent &e, bool adds);
    void biasGradient(const T *g, const Extent &e, T *out);
    /// The cotangent of a scale's second input: Σ over pixels of g · x (+ g2 · x2).
    void scaleGradient(const T *x, const T *g, const T *x2, const T *g2, const Extent &e, int32_t second, T *out, bool adds);
    /// Layers that are linear in their inputs take cotangents, and their tangents, back alike.
    void linearBackward(int32_t index, bool alongDirection);
    void linearBackward(const Node &node, int32_t index, const T *g, const Extent &from, T *gx, int64_t firstChannel, bool adds);

    // Products.inl

    void backwardTangent(int32_t index, T *product);
    /// gx = Wᵀ g and ġx = Ẇᵀ g + Wᵀ ġ.
    void convolutionTangent(const Node &node, const Extent &from, const T *g, const T *dg, int32_t first, T *gx, T *dgx, const T *w, const T *dw);
    /// Adds ġ ⊗ x + g ⊗ ẋ.
    void weightTangent(const Node &node, const Extent &from, const T *x, const T *dx, const T *g, const T *dg, T *out);
};

#include "Forward.inl"
#include "Backward.inl"
#include "Products.inl"
