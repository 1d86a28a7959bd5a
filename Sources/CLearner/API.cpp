// The plain-C interface of the kernels, and the selection of an instruction set.
#include "Kernels.hpp"

#include <atomic>
#include <new>

using namespace learner;

namespace {

template <typename T> Kernels<T> kernels(cl_instructions instructions) {
#if defined(__x86_64__)
    switch (instructions) {
    case CL_AVX512: return avx512::make<T>();
    case CL_AVX2: return avx2::make<T>();
    case CL_PORTABLE: break;
    }
#endif
    return portable::make<T>();
}

std::atomic<cl_instructions> &current() {
    static std::atomic<cl_instructions> instructions{cl_best_instructions()};
    return instructions;
}

/// Runs a kernel in the workspace.
template <typename T>
bool run(typename Kernels<T>::Run Kernels<T>::*kernel, const cl_program_s &program, cl_workspace workspace, const MemoryLayout &layout,
         int64_t images, const Request<T> &request) noexcept {
    void *memory = workspace->room(layout.size * ((images + lanes - 1) / lanes) * int64_t(sizeof(T)));
    if (!memory) return false;
    try {
        (kernels<T>(current()).*kernel)(program, static_cast<T *>(memory), request);
        return true;
    } catch (const std::bad_alloc &) {
        return false;
    }
}

/// Calls `body` with a null pointer of the scalar type.
template <typename Body> bool onScalar(cl_scalar scalar, Body &&body) {
    return scalar == CL_FLOAT32 ? body(static_cast<float *>(nullptr)) : body(static_cast<double *>(nullptr));
}

}  // namespace

cl_instructions cl_best_instructions(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vl"))
        return CL_AVX512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return CL_AVX2;
#endif
    return CL_PORTABLE;
}

cl_instructions cl_current_instructions(void) { return current(); }
void cl_use_instructions(cl_instructions instructions) { current() = std::min(instructions, cl_best_instructions()); }

bool cl_gradient(cl_program program, cl_workspace workspace, cl_scalar scalar, const void *parameters, const void *images,
                 const void *labels, int64_t batch, double *loss, void *gradient) {
    return onScalar(scalar, [&]<typename T>(T *) {
        Request<T> r;
        r.parameters = static_cast<const T *>(parameters), r.images = static_cast<const T *>(images);
        r.labels = static_cast<const T *>(labels), r.batch = batch, r.loss = loss, r.parameterResult = static_cast<T *>(gradient);
        return run<T>(&Kernels<T>::gradient, *program, workspace, program->gradient, batch, r);
    });
}

bool cl_products(cl_program program, cl_workspace workspace, cl_scalar scalar, const void *parameters, const void *direction,
                 const void *images, const void *labels, int64_t batch, double lossWeight, void *parameterProduct, void *imageProduct, void *labelProduct) {
    return onScalar(scalar, [&]<typename T>(T *) {
        Request<T> r;
        r.parameters = static_cast<const T *>(parameters), r.direction = static_cast<const T *>(direction);
        r.images = static_cast<const T *>(images), r.labels = static_cast<const T *>(labels), r.batch = batch;
        r.lossWeight = lossWeight, r.parameterResult = static_cast<T *>(parameterProduct), r.imageResult = static_cast<T *>(imageProduct);
        r.labelResult = static_cast<T *>(labelProduct);
        return run<T>(&Kernels<T>::products, *program, workspace, program->products, batch, r);
    });
}

bool cl_statistics(cl_program program, cl_workspace workspace, cl_scalar scalar, const void *parameters, const void *images,
                   int64_t batch, void *statistics) {
    return onScalar(scalar, [&]<typename T>(T *) {
        Request<T> r;
        r.parameters = static_cast<const T *>(parameters), r.images = static_cast<const T *>(images);
        r.batch = batch, r.statistics = static_cast<T *>(statistics);
        return run<T>(&Kernels<T>::statistics, *program, workspace, program->evaluation, batch, r);
    });
}

bool cl_logits(cl_program program, cl_workspace workspace, cl_scalar scalar, const void *parameters, const void *statistics,
               const void *images, int64_t batch, void *logits) {
    return onScalar(scalar, [&]<typename T>(T *) {
        Request<T> r;
        r.parameters = static_cast<const T *>(parameters), r.images = static_cast<const T *>(images), r.batch = batch;
        r.statistics = const_cast<T *>(static_cast<const T *>(statistics)), r.logits = static_cast<T *>(logits);
        return run<T>(&Kernels<T>::logits, *program, workspace, program->evaluation, lanes, r);
    });
}
