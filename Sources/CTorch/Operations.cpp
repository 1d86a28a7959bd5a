// Elementwise operations, reductions and shapes.
#include "Handles.hpp"

#include <ATen/core/grad_mode.h>

using namespace ctorch;

ct_status ct_unary(ct_unary_op op, ct_tensor handle, ct_tensor *out) {
    return guarded(out, [&]() -> at::Tensor {
        const at::Tensor &x = handle->value;
        switch (op) {
        case CT_NEGATE: return x.neg();
        case CT_EXP: return x.exp();
        case CT_LOG: return x.log();
        case CT_SQRT: return x.sqrt();
        case CT_TANH: return x.tanh();
        case CT_SIGMOID: return x.sigmoid();
        case CT_RELU: return x.relu();
        case CT_RELU6: return at::hardtanh(x, 0, 6);
        case CT_SWISH: return at::silu(x);
        case CT_HARD_SWISH: return at::hardswish(x);
        case CT_GELU: return at::gelu(x);
        case CT_ABS: return x.abs();
        case CT_ROUND: return x.round();
        case CT_IS_FINITE: return at::isfinite(x);
        }
        TORCH_CHECK(false, "unknown operation ", int(op));
    });
}

ct_status ct_binary(ct_binary_op op, ct_tensor first, ct_tensor second, ct_tensor *out) {
    return guarded(out, [&]() -> at::Tensor {
        const at::Tensor &a = first->value, &b = second->value;
        switch (op) {
        case CT_ADD: return a + b;
        case CT_SUBTRACT: return a - b;
        case CT_MULTIPLY: return a * b;
        case CT_DIVIDE: return a / b;
        case CT_MAXIMUM: return at::maximum(a, b);
        case CT_EQUAL: return a.eq(b);
        case CT_LESS: return a.lt(b);
        }
        TORCH_CHECK(false, "unknown operation ", int(op));
    });
}

ct_status ct_binary_scalar(ct_binary_op op, ct_tensor first, double b, ct_tensor *out) {
    return guarded(out, [&]() -> at::Tensor {
        const at::Tensor &a = first->value;
        switch (op) {
        case CT_ADD: return a + b;
        case CT_SUBTRACT: return a - b;
        case CT_MULTIPLY: return a * b;
        case CT_DIVIDE: return a / b;
        case CT_MAXIMUM: return a.clamp_min(b);
        case CT_EQUAL: return a.eq(b);
        case CT_LESS: return a.lt(b);
        }
        TORCH_CHECK(false, "unknown operation ", int(op));
    });
}

ct_status ct_power(ct_tensor x, double exponent, ct_tensor *out) {
    return guarded(out, [&] { return x->value.pow(exponent); });
}
ct_status ct_leaky_relu(ct_tensor x, double slope, ct_tensor *out) {
    return guarded(out, [&] { return at::leaky_relu(x->value, slope); });
}
ct_status ct_clamp(ct_tensor x, double low, double high, ct_tensor *out) {
    return guarded(out, [&] { return x->value.clamp(low, high); });
}
ct_status ct_where(ct_tensor condition, ct_tensor a, ct_tensor b, ct_tensor *out) {
    return guarded(out, [&] { return at::where(condition->value, a->value, b->value); });
}

ct_status ct_reduce(ct_reduction op, ct_tensor handle, const int64_t *axes, int32_t axis_count, bool keep_axes, ct_tensor *out) {
    return guarded(out, [&]() -> at::Tensor {
        const at::Tensor &x = handle->value;
        at::IntArrayRef over(axes, axis_count);
        bool all = axis_count == 0;
        switch (op) {
        case CT_SUM: return all ? x.sum() : x.sum(over, keep_axes);
        case CT_MEAN: return all ? x.mean() : x.mean(over, keep_axes);
        case CT_MAX: return all ? x.amax() : x.amax(over, keep_axes);
        }
        TORCH_CHECK(false, "unknown reduction ", int(op));
    });
}
ct_status ct_argmax(ct_tensor x, int64_t axis, ct_tensor *out) {
    return guarded(out, [&] { return x->value.argmax(axis); });
}

ct_status ct_reshape(ct_tensor x, const int64_t *sizes, int32_t rank, ct_tensor *out) {
    return guarded(out, [&] { return x->value.reshape(at::IntArrayRef(sizes, rank)); });
}
ct_status ct_permute(ct_tensor x, const int64_t *order, int32_t rank, ct_tensor *out) {
    return guarded(out, [&] { return x->value.permute(at::IntArrayRef(order, rank)); });
}
ct_status ct_expand(ct_tensor x, const int64_t *sizes, int32_t rank, ct_tensor *out) {
    return guarded(out, [&] { return x->value.expand(at::IntArrayRef(sizes, rank)); });
}
ct_status ct_slice(ct_tensor x, int64_t axis, int64_t start, int64_t end, ct_tensor *out) {
    return guarded(out, [&] { return x->value.narrow(axis, start, end - start); });
}
ct_status ct_index_select(ct_tensor x, int64_t axis, ct_tensor indices, ct_tensor *out) {
    return guarded(out, [&] { return x->value.index_select(axis, indices->value); });
}
ct_status ct_concatenate(const ct_tensor *xs, int32_t count, int64_t axis, ct_tensor *out) {
    return guarded(out, [&] { return at::cat(values(xs, count), axis); });
}
ct_status ct_stack(const ct_tensor *xs, int32_t count, ct_tensor *out) {
    return guarded(out, [&] { return at::stack(values(xs, count)); });
}
ct_status ct_set_row(ct_tensor x, int64_t row, ct_tensor value) {
    return guarded([&] {
        at::NoGradGuard guard;
        x->value.select(0, row).copy_(value->value);
    });
}
ct_status ct_split(ct_tensor x, const int64_t *lengths, int32_t count, ct_tensor *outs) {
    return guarded([&] {
        auto parts = x->value.split_with_sizes(at::IntArrayRef(lengths, count));
        for (int32_t i = 0; i < count; i++) outs[i] = wrap(parts[i]);
    });
}
ct_status ct_flip(ct_tensor x, int64_t axis, ct_tensor *out) {
    return guarded(out, [&] { return x->value.flip(axis); });
}
ct_status ct_contiguous(ct_tensor x, ct_tensor *out) {
    return guarded(out, [&] { return x->value.contiguous(); });
}
ct_status ct_sum_of(const ct_tensor *xs, int32_t count, ct_tensor *out) {
    return guarded(out, [&] {
        at::Tensor total = xs[0]->value + xs[1]->value;
        for (int32_t i = 2; i < count; i++) total = total + xs[i]->value;
        return total;
    });
}

ct_status ct_matmul(ct_tensor a, ct_tensor b, ct_tensor *out) {
    return guarded(out, [&] { return at::matmul(a->value, b->value); });
}
ct_status ct_one_hot(ct_tensor labels, int64_t classes, ct_type type, ct_tensor *out) {
    return guarded(out, [&] { return at::one_hot(labels->value, classes).to(scalarType(type)); });
}
ct_status ct_eigenvectors(ct_tensor symmetric, ct_tensor *eigenvalues, ct_tensor *vectors) {
    return guarded([&] {
        auto [w, v] = at::linalg_eigh(symmetric->value);
        *eigenvalues = wrap(w);
        *vectors = wrap(v);
    });
}
