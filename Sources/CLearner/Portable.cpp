// Kernels for any processor: 16 registers of 16 bytes, or twice as many on ARM.
#include "Kernels.hpp"

namespace learner::portable {
constexpr int64_t heldVectors = 1;
#if defined(__aarch64__)
constexpr int mostOutputs = 6, mostGradientOutputs = 2, mostGradientInputs = 1;
#else
constexpr int mostOutputs = 3, mostGradientOutputs = 1, mostGradientInputs = 1;
#endif
}
#define INSTRUCTIONS portable
#include "Kernels.inl"

template learner::Kernels<float> learner::portable::make<float>();
template learner::Kernels<double> learner::portable::make<double>();
