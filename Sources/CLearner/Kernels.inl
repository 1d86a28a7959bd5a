// The kernels for one instruction set. The including file defines the set and how many sums fit into its registers.

#define INLINE __attribute__((always_inline)) inline
#define INLINE_LAMBDA __attribute__((always_inline))

namespace learner { namespace INSTRUCTIONS {

/// Calls `f(std::integral_constant<int, size>)` for a size in 1 ... most.
template <int most, typename F> INLINE void onSize(int64_t size, F &&f) {
    if constexpr (most > 1) {
        if (size != most) return onSize<most - 1>(size, f);
    }
    f(std::integral_constant<int, most>{});
}

#include "Lanes.inl"
#include "Loss.inl"
#include "Sweep.inl"
#include "Wiring.inl"
#include "Convolution.inl"
#include "WeightNorm.inl"
#include "Weights.inl"
#include "Pooling.inl"
#include "Norm.inl"
#include "Activation.inl"

/// Returns the traits of a node with known map sizes.
Traits traits(const Node &node) {
    switch (node.spec.kind) {
#define CL_KIND(name) \
    case CL_##name: return Layer<float, CL_##name>::traits(node);
        CL_KINDS(CL_KIND)
#undef CL_KIND
    }
    return {};
}

template <typename T> Kernels<T> make() {
    using S = Sweep<T>;
    return {
        [](const cl_program_s &program, T *memory, const Request<T> &r) {
            S sweep(program, program.gradient, r.batch, memory, r.parameters, nullptr);
            sweep.forward(r.images);
            *r.loss = sweep.loss(r.labels);
            std::fill_n(r.parameterResult, program.parameterCount, T(0));
            sweep.gradient(r.parameterResult);
        },
        [](const cl_program_s &program, T *memory, const Request<T> &r) {
            S sweep(program, program.products, r.batch, memory, r.parameters, r.direction);
            sweep.forward(r.images);
            std::fill_n(r.parameterResult, program.parameterCount, T(0));
            sweep.products(r.labels, T(r.lossWeight), r.parameterResult, r.imageResult, r.labelResult);
        },
        [](const cl_program_s &program, T *memory, const Request<T> &r) {
            S sweep(program, program.evaluation, r.batch, memory, r.parameters, nullptr);
            sweep.forward(r.images, Norms::collected, r.statistics);
        },
        [](const cl_program_s &program, T *memory, const Request<T> &r) {
            // Images are independent here, so each chunk passes through the whole network while it is cached.
            const Extent &image = program.nodes[0].extent, &logits = program.nodes.back().extent;
            for (int64_t first = 0; first < r.batch; first += lanes) {
                int64_t count = std::min(lanes, r.batch - first);
                S sweep(program, program.evaluation, count, memory, r.parameters, nullptr);
                sweep.forward(r.images + first * image.channels * image.pixels(), Norms::given, r.statistics);
                scatter(sweep.logits(), r.logits + first * logits.channels, logits, Batch<T>(count));
            }
        },
    };
}

} }
