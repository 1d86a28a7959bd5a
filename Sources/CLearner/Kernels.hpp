// The table of kernels. Each instruction set has its own table.
#pragma once

#include "Program.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

namespace learner {

/// The operands of a sweep and the addresses of its results. A sweep uses only the ones it needs.
template <typename T> struct Request {
    const T *parameters = nullptr, *direction = nullptr, *images = nullptr, *labels = nullptr;
    int64_t batch = 0;
    double *loss = nullptr, lossWeight = 0;
    T *parameterResult = nullptr, *imageResult = nullptr, *labelResult = nullptr, *statistics = nullptr, *logits = nullptr;
};

template <typename T> struct Kernels {
    using Run = void (*)(const cl_program_s &, T *memory, const Request<T> &);
    Run gradient, products, statistics, logits;
};

namespace portable {
template <typename T> Kernels<T> make();
Traits traits(const Node &node);
}
#if defined(__x86_64__)
namespace avx2 { template <typename T> Kernels<T> make(); }
namespace avx512 { template <typename T> Kernels<T> make(); }
#endif

}  // namespace learner
