// Shared by the hand-written CPU kernels.
#pragma once

#include <ATen/ATen.h>

// Compiles a function for each instruction set. The loader picks the best one at program start.
#if defined(__x86_64__) && defined(__linux__)
#define CTORCH_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CTORCH_CLONES
#endif
#define CTORCH_INLINE __attribute__((always_inline)) inline

namespace ctorch {

/// Whether the hand-written kernels support a tensor: images of floating-point numbers on the CPU.
inline bool isPlain(const at::Tensor &x) {
    return x.dim() == 4 && x.device().is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kDouble);
}

} // namespace ctorch
