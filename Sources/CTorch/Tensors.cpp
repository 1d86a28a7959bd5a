// Process settings, random generators, and creation and reading of tensors.
#include "Handles.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <torch/headeronly/version.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

using namespace ctorch;

struct ct_generator_s {
    at::Generator value;
};

namespace ctorch {
std::atomic<int64_t> liveHandles{0};
static thread_local std::string lastError;
void setLastError(const std::string &message) { lastError = message; }
} // namespace ctorch

const char *ct_last_error(void) { return lastError.c_str(); }
const char *ct_version(void) { return TORCH_VERSION; }

void ct_start(void) {
#ifdef __GLIBC__
    // By default, every large tensor is mapped and unmapped again, with a page fault for each of its pages.
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
}

void ct_set_threads(int32_t count) { at::set_num_threads(count); }
int32_t ct_threads(void) { return at::get_num_threads(); }
int64_t ct_live_handles(void) { return liveHandles.load(); }
int32_t ct_cuda_devices(void) { return at::hasCUDA() ? at::globalContext().getAcceleratorHooksInterface(at::kCUDA).deviceCount() : 0; }
bool ct_mps_available(void) { return at::hasMPS(); }

ct_status ct_generator_new(uint64_t seed, ct_generator *out) {
    return guarded([&] { *out = new ct_generator_s{at::make_generator<at::CPUGeneratorImpl>(seed)}; });
}
void ct_generator_free(ct_generator generator) { delete generator; }
ct_status ct_generator_state(ct_generator generator, ct_tensor *out) {
    return guarded(out, [&] { return generator->value.get_state(); });
}
ct_status ct_generator_set_state(ct_generator generator, ct_tensor state) {
    return guarded([&] { generator->value.set_state(state->value); });
}

static at::TensorOptions options(ct_type type, ct_device where) { return at::TensorOptions(scalarType(type)).device(device(where)); }
static const ct_device cpu{CT_CPU, 0};

ct_status ct_from_bytes(const void *bytes, const int64_t *sizes, int32_t rank, ct_type type, ct_device where, ct_tensor *out) {
    return guarded(out, [&] {
        at::Tensor made = at::empty(at::IntArrayRef(sizes, rank), options(type, cpu));
        memcpy(made.data_ptr(), bytes, made.nbytes());
        return made.to(device(where));
    });
}
ct_status ct_empty(const int64_t *sizes, int32_t rank, ct_type type, ct_tensor *out) {
    return guarded(out, [&] { return at::empty(at::IntArrayRef(sizes, rank), at::TensorOptions().dtype(scalarType(type))); });
}

ct_status ct_full(double value, const int64_t *sizes, int32_t rank, ct_type type, ct_device where, ct_tensor *out) {
    return guarded(out, [&] { return at::full(at::IntArrayRef(sizes, rank), value, options(type, where)); });
}
ct_status ct_arange(int64_t count, ct_device where, ct_tensor *out) {
    return guarded(out, [&] { return at::arange(count, options(CT_INT64, where)); });
}
ct_status ct_normal(const int64_t *sizes, int32_t rank, ct_type type, ct_generator generator, ct_tensor *out) {
    return guarded(out, [&] { return at::randn(at::IntArrayRef(sizes, rank), generator->value, options(type, cpu)); });
}
ct_status ct_uniform(const int64_t *sizes, int32_t rank, ct_type type, ct_generator generator, ct_tensor *out) {
    return guarded(out, [&] { return at::rand(at::IntArrayRef(sizes, rank), generator->value, options(type, cpu)); });
}
ct_status ct_permutation(int64_t count, ct_generator generator, ct_tensor *out) {
    return guarded(out, [&] { return at::randperm(count, generator->value, options(CT_INT64, cpu)); });
}
void ct_free(ct_tensor tensor) {
    liveHandles.fetch_sub(1, std::memory_order_relaxed);
    delete tensor;
}

int32_t ct_rank(ct_tensor x) { return static_cast<int32_t>(x->value.dim()); }
void ct_sizes(ct_tensor x, int64_t *out) {
    auto sizes = x->value.sizes();
    std::copy(sizes.begin(), sizes.end(), out);
}
ct_type ct_scalar_type(ct_tensor x) {
    switch (x->value.scalar_type()) {
    case at::kDouble: return CT_FLOAT64;
    case at::kLong: return CT_INT64;
    case at::kByte: return CT_UINT8;
    case at::kBool: return CT_BOOL;
    default: return CT_FLOAT32;
    }
}
ct_device ct_tensor_device(ct_tensor x) {
    auto where = x->value.device();
    ct_device_kind kind = where.is_cuda() ? CT_CUDA : where.is_mps() ? CT_MPS : CT_CPU;
    return {kind, where.has_index() ? where.index() : 0};
}
bool ct_requires_grad(ct_tensor x) { return x->value.requires_grad(); }
void *ct_data(ct_tensor x) {
    return x->value.is_cpu() && x->value.is_contiguous() ? x->value.data_ptr() : nullptr;
}

ct_status ct_copy_bytes(ct_tensor x, void *out, int64_t byte_count) {
    return guarded([&] {
        at::Tensor dense = x->value.detach().to(at::kCPU).contiguous();
        TORCH_CHECK(static_cast<int64_t>(dense.nbytes()) == byte_count, "copying ", dense.nbytes(), " bytes into ", byte_count);
        memcpy(out, dense.data_ptr(), byte_count);
    });
}
ct_status ct_to(ct_tensor x, ct_type type, ct_device where, ct_tensor *out) {
    return guarded(out, [&] { return x->value.to(device(where), scalarType(type)); });
}
