// Kernels for 16 registers of 32 bytes.
#include "Kernels.hpp"

#if defined(__x86_64__)
namespace learner::avx2 {
constexpr int64_t heldVectors = 1;
constexpr int mostOutputs = 6, mostGradientOutputs = 2, mostGradientInputs = 1;
}
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define INSTRUCTIONS avx2
#include "Kernels.inl"
template learner::Kernels<float> learner::avx2::make<float>();
template learner::Kernels<double> learner::avx2::make<double>();
#pragma clang attribute pop
#endif
