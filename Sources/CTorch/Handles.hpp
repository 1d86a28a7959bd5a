// Shared by the shim's files: handles, and the guard that converts exceptions to statuses.
#pragma once

#include <ATen/ATen.h>
#include <atomic>
#include <string>

#include "ctorch.h"

struct ct_tensor_s {
    at::Tensor value;
};

namespace ctorch {

extern std::atomic<int64_t> liveHandles;
void setLastError(const std::string &message);

inline ct_tensor wrap(at::Tensor value) {
    auto handle = new ct_tensor_s{std::move(value)};
    liveHandles.fetch_add(1, std::memory_order_relaxed);
    return handle;
}

/// Runs `body` and converts any exception to a status and a message.
template <typename Body>
ct_status guarded(Body &&body) noexcept {
    try {
        body();
        return CT_OK;
    } catch (const c10::OutOfMemoryError &error) {
        setLastError(error.what_without_backtrace());
        return CT_OUT_OF_MEMORY;
    } catch (const c10::Error &error) {
        setLastError(error.what_without_backtrace());
        // libtorch's CPU allocator reports lack of memory as a plain error.
        bool memory = std::string(error.what_without_backtrace()).find("DefaultCPUAllocator") != std::string::npos;
        return memory ? CT_OUT_OF_MEMORY : CT_ERROR;
    } catch (const std::bad_alloc &) {
        setLastError("out of memory");
        return CT_OUT_OF_MEMORY;
    } catch (const std::exception &error) {
        setLastError(error.what());
        return CT_ERROR;
    } catch (...) {
        setLastError("unknown exception in libtorch");
        return CT_ERROR;
    }
}

/// Runs a body that returns one tensor, with the same conversion of exceptions.
template <typename Body>
ct_status guarded(ct_tensor *out, Body &&body) noexcept {
    return guarded([&] { *out = wrap(body()); });
}

inline std::vector<at::Tensor> values(const ct_tensor *handles, int32_t count) {
    std::vector<at::Tensor> tensors;
    tensors.reserve(count);
    for (int32_t i = 0; i < count; i++) tensors.push_back(handles[i]->value);
    return tensors;
}

inline at::ScalarType scalarType(ct_type type) {
    switch (type) {
    case CT_FLOAT32: return at::kFloat;
    case CT_FLOAT64: return at::kDouble;
    case CT_INT64: return at::kLong;
    case CT_UINT8: return at::kByte;
    case CT_BOOL: return at::kBool;
    }
    TORCH_CHECK(false, "unknown scalar type ", int(type));
}

inline at::Device device(ct_device device) {
    switch (device.kind) {
    case CT_CPU: return at::Device(at::kCPU);
    case CT_CUDA: return at::Device(at::kCUDA, static_cast<c10::DeviceIndex>(device.index));
    case CT_MPS: return at::Device(at::kMPS);
    }
    TORCH_CHECK(false, "unknown device ", int(device.kind));
}

} // namespace ctorch
