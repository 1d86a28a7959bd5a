// Kernels for 32 registers of 64 bytes.
#include "Kernels.hpp"

#if defined(__x86_64__)
namespace learner::avx512 {
constexpr int64_t heldVectors = 2;
constexpr int mostOutputs = 8, mostGradientOutputs = 4, mostGradientInputs = 2;
}
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,no-prefer-256-bit"))), apply_to = function)
#define INSTRUCTIONS avx512
#include "Kernels.inl"
template learner::Kernels<float> learner::avx512::make<float>();
template learner::Kernels<double> learner::avx512::make<double>();
#pragma clang attribute pop
#endif
