// What hand-written CPU kernels share.
#pragma once

#include <ATen/ATen.h>

// Compiled once per instruction set, the best one chosen when the program starts.
#if defined(__x86_64__) && defined(__linux__)
#define CTORCH_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CTORCH_CLONES
#endif
#define CTORCH_INLINE __attribute__((always_inline)) inline

namespace ctorch {

/// Whether the kernels here can work on a tensor: images of floating-point numbers on the CPU.
inline bool isPlain(const at::Tensor &x) {
    return x.dim() == 4 && x.device().is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kDouble);
}

} // namespace ctorch
