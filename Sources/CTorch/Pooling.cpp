// Pooling over 3×3 windows with stride 1, as in cells, with derivatives of any order.
//
// libtorch's CPU kernels visit the pixels of each window one by one. These kernels process whole rows. Other pools use libtorch.
#include "Handles.hpp"
#include "Kernels.hpp"

#include <torch/csrc/autograd/custom_function.h>

using namespace ctorch;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::Variable;
using torch::autograd::variable_list;

namespace {

/// A plane with a border one pixel wide, stored as one line. Pixel k of a window (k / 3 rows down, k % 3 columns right) is at the same
/// distance in all windows. One long loop can therefore handle a whole plane. It computes two unused numbers per row.
struct Bordered {
    int64_t height, width;
    int64_t stride() const { return width + 2; }
    /// The number of windows, with two unused ones per row. Two fewer than full rows, because the last two would extend past the end.
    int64_t windows() const { return height * stride() - 2; }
    int64_t distance(int64_t k) const { return k / 3 * stride() + k % 3; }
    int64_t room() const { return (height + 2) * stride(); }

    template <typename T>
    CTORCH_INLINE void wrap(const T *plane, T *line) const {
        for (int64_t y = 0; y < height; y++) std::copy(plane + y * width, plane + (y + 1) * width, line + (y + 1) * stride() + 1);
    }
    template <typename T>
    CTORCH_INLINE void unwrap(const T *windows, T *plane) const {
        for (int64_t y = 0; y < height; y++) std::copy(windows + y * stride(), windows + y * stride() + width, plane + y * width);
    }
};

/// The mean over the pixels of a window inside the plane. The forward pass scales after the sum, its transpose before.
template <typename T>
CTORCH_INLINE void averagePlanes(const T *in, T *out, const T *scale, T *line, int64_t planes, Bordered b, bool transposed) {
    int64_t size = b.height * b.width, stride = b.stride(), count = b.windows();
    T *columns = line + b.room(), *sums = columns + b.room();
    std::fill(line, line + b.room(), T(0));
    for (int64_t plane = 0; plane < planes; plane++, in += size, out += size) {
        b.wrap(in, line);
        if (transposed) {
            T *inside = line + stride + 1;
            for (int64_t i = 0; i < count; i++) inside[i] *= scale[i];
        }
        for (int64_t i = 0; i < count + 2; i++) columns[i] = line[i] + line[i + stride] + line[i + 2 * stride];
        for (int64_t i = 0; i < count; i++) sums[i] = columns[i] + columns[i + 1] + columns[i + 2];
        if (!transposed) for (int64_t i = 0; i < count; i++) sums[i] *= scale[i];
        b.unwrap(sums, out);
    }
}

/// The larger of two numbers. A NaN is kept: it must reach the loss, where it is counted.
template <typename T>
CTORCH_INLINE T larger(T a, T b) {
    return a > b || a != a ? a : b;
}

/// An integer as wide as T, so that vectors of both have equally many elements.
template <typename T>
using Place = std::conditional_t<sizeof(T) == 4, int32_t, int64_t>;

/// The largest value of each window. If `places` is not null, it receives the position (0–8) of the first largest value.
template <typename T>
CTORCH_INLINE void maxPlanes(const T *in, T *out, uint8_t *places, T *line, int64_t planes, Bordered b) {
    int64_t size = b.height * b.width, stride = b.stride(), count = b.windows();
    T *columns = line + b.room(), *best = columns + b.room();
    auto *place = reinterpret_cast<Place<T> *>(best + b.room());
    std::fill(line, line + b.room(), -std::numeric_limits<T>::infinity());
    for (int64_t plane = 0; plane < planes; plane++, in += size, out += size) {
        b.wrap(in, line);
        for (int64_t i = 0; i < count + 2; i++) columns[i] = larger(larger(line[i], line[i + stride]), line[i + 2 * stride]);
        for (int64_t i = 0; i < count; i++) best[i] = larger(larger(columns[i], columns[i + 1]), columns[i + 2]);
        b.unwrap(best, out);
        if (!places) continue;
        for (int64_t i = 0; i < count; i++) place[i] = 8;
        for (int64_t k = 7; k >= 0; k--) {
            const T *from = line + b.distance(k);
            for (int64_t i = 0; i < count; i++) place[i] = from[i] == best[i] ? Place<T>(k) : place[i];
        }
        uint8_t *to = places + plane * count;
        for (int64_t i = 0; i < count; i++) to[i] = uint8_t(place[i]);
    }
}

/// Gathers the pixel at each window's place (`scatter` false), or adds each window's value to that pixel (true).
template <typename T>
CTORCH_INLINE void routePlanes(const T *in, T *out, const uint8_t *places, T *line, int64_t planes, Bordered b, bool scatter) {
    int64_t size = b.height * b.width, stride = b.stride(), count = b.windows();
    T *windows = line + b.room();
    auto *place = reinterpret_cast<Place<T> *>(windows + b.room());
    std::fill(line, line + 2 * b.room(), T(0));
    for (int64_t plane = 0; plane < planes; plane++, in += size, out += size, places += count) {
        for (int64_t i = 0; i < count; i++) place[i] = places[i];
        if (scatter) {
            std::fill(line, line + b.room(), T(0));
            for (int64_t y = 0; y < b.height; y++) std::copy(in + y * b.width, in + (y + 1) * b.width, windows + y * stride);
            for (int64_t k = 0; k < 9; k++) {
                T *to = line + b.distance(k);
                for (int64_t i = 0; i < count; i++) to[i] += place[i] == k ? windows[i] : T(0);
            }
            b.unwrap(line + stride + 1, out);
        } else {
            b.wrap(in, line);
            std::fill(windows, windows + count, T(0));
            for (int64_t k = 0; k < 9; k++) {
                const T *from = line + b.distance(k);
                for (int64_t i = 0; i < count; i++) windows[i] += place[i] == k ? from[i] : T(0);
            }
            b.unwrap(windows, out);
        }
    }
}

Bordered bordered(const at::Tensor &x) { return {x.size(2), x.size(3)}; }

/// Memory for four lines.
template <typename T>
std::vector<T> lines(const at::Tensor &x) {
    return std::vector<T>(4 * bordered(x).room());
}

CTORCH_CLONES void average(const float *in, float *out, const float *scale, float *line, int64_t planes, Bordered b, bool transposed) {
    averagePlanes(in, out, scale, line, planes, b, transposed);
}
void average(const double *in, double *out, const double *scale, double *line, int64_t planes, Bordered b, bool transposed) {
    averagePlanes(in, out, scale, line, planes, b, transposed);
}
CTORCH_CLONES void maximum(const float *in, float *out, uint8_t *places, float *line, int64_t planes, Bordered b) {
    maxPlanes(in, out, places, line, planes, b);
}
void maximum(const double *in, double *out, uint8_t *places, double *line, int64_t planes, Bordered b) {
    maxPlanes(in, out, places, line, planes, b);
}
CTORCH_CLONES void route(const float *in, float *out, const uint8_t *places, float *line, int64_t planes, Bordered b, bool scatter) {
    routePlanes(in, out, places, line, planes, b, scatter);
}
void route(const double *in, double *out, const uint8_t *places, double *line, int64_t planes, Bordered b, bool scatter) {
    routePlanes(in, out, places, line, planes, b, scatter);
}

at::Tensor averaged(const at::Tensor &input, bool transposed) {
    at::Tensor x = input.contiguous(), out = at::empty_like(x);
    Bordered b = bordered(x);
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "average pool", [&] {
        std::vector<scalar_t> scale(b.room());
        for (int64_t y = 0; y < b.height; y++)
            for (int64_t c = 0; c < b.width; c++) {
                int64_t rows = std::min(y + 2, b.height) - std::max<int64_t>(y - 1, 0);
                int64_t columns = std::min(c + 2, b.width) - std::max<int64_t>(c - 1, 0);
                scale[y * b.stride() + c] = scalar_t(1) / scalar_t(rows * columns);
            }
        auto line = lines<scalar_t>(x);
        average(x.const_data_ptr<scalar_t>(), out.mutable_data_ptr<scalar_t>(), scale.data(), line.data(), x.size(0) * x.size(1), b,
                transposed);
    });
    return out;
}

at::Tensor routed(const at::Tensor &input, const at::Tensor &places, bool scatter) {
    at::Tensor x = input.contiguous(), out = at::empty_like(x);
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "max pool", [&] {
        auto line = lines<scalar_t>(x);
        route(x.const_data_ptr<scalar_t>(), out.mutable_data_ptr<scalar_t>(), places.const_data_ptr<uint8_t>(), line.data(),
              x.size(0) * x.size(1), bordered(x), scatter);
    });
    return out;
}

/// A linear map. Its derivative is its transpose, and the derivative of the transpose is the map.
struct AveragePool : Function<AveragePool> {
    static Variable forward(AutogradContext *context, const Variable &x, bool transposed) {
        context->saved_data["transposed"] = transposed;
        at::AutoDispatchBelowADInplaceOrView below;
        return averaged(x, transposed);
    }
    static variable_list backward(AutogradContext *context, variable_list cotangents) {
        return {AveragePool::apply(cotangents[0], !context->saved_data["transposed"].toBool()), {}};
    }
};

/// Gathers or scatters values by given places, also a linear map.
struct Route : Function<Route> {
    static Variable forward(AutogradContext *context, const Variable &x, const at::Tensor &places, bool scatter) {
        context->saved_data["scatter"] = scatter;
        context->saved_data["places"] = places;
        at::AutoDispatchBelowADInplaceOrView below;
        return routed(x, places, scatter);
    }
    static variable_list backward(AutogradContext *context, variable_list cotangents) {
        return {Route::apply(cotangents[0], context->saved_data["places"].toTensor(), !context->saved_data["scatter"].toBool()), {}, {}};
    }
};

struct MaxPool : Function<MaxPool> {
    static Variable forward(AutogradContext *context, const Variable &input, bool differentiable) {
        at::AutoDispatchBelowADInplaceOrView below;
        at::Tensor x = input.contiguous(), out = at::empty_like(x), places;
        int64_t planes = x.size(0) * x.size(1);
        if (differentiable) places = at::empty({planes * bordered(x).windows()}, x.options().dtype(at::kByte));
        AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "max pool", [&] {
            auto line = lines<scalar_t>(x);
            maximum(x.const_data_ptr<scalar_t>(), out.mutable_data_ptr<scalar_t>(),
                    differentiable ? places.mutable_data_ptr<uint8_t>() : nullptr, line.data(), planes, bordered(x));
        });
        if (differentiable) context->saved_data["places"] = places;
        return out;
    }
    static variable_list backward(AutogradContext *context, variable_list cotangents) {
        return {Route::apply(cotangents[0], context->saved_data["places"].toTensor(), /*scatter=*/true), {}};
    }
};

bool isOwnKind(const at::Tensor &x, int64_t kernel_height, int64_t kernel_width, int64_t stride, int64_t padding_height,
               int64_t padding_width) {
    return isPlain(x) && kernel_height == 3 && kernel_width == 3 && stride == 1 && padding_height == 1 && padding_width == 1;
}

} // namespace

ct_status ct_average_pool(ct_tensor x, int64_t kernel_height, int64_t kernel_width, int64_t stride, int64_t padding_height,
                          int64_t padding_width, ct_tensor *out) {
    return guarded(out, [&]() -> at::Tensor {
        if (isOwnKind(x->value, kernel_height, kernel_width, stride, padding_height, padding_width))
            return AveragePool::apply(x->value, false);
        return at::avg_pool2d(x->value, {kernel_height, kernel_width}, {stride, stride}, {padding_height, padding_width},
                              /*ceil_mode=*/false, /*count_include_pad=*/false);
    });
}

ct_status ct_max_pool(ct_tensor x, int64_t kernel_height, int64_t kernel_width, int64_t stride, int64_t padding_height,
                      int64_t padding_width, ct_tensor *out) {
    return guarded(out, [&]() -> at::Tensor {
        if (isOwnKind(x->value, kernel_height, kernel_width, stride, padding_height, padding_width))
            return MaxPool::apply(x->value, at::GradMode::is_enabled() && x->value.requires_grad());
        return std::get<0>(at::max_pool2d_with_indices(x->value, {kernel_height, kernel_width}, {stride, stride},
                                                       {padding_height, padding_width}));
    });
}
