// The layers of networks. Convolution has hand-written first and second derivatives.
#include "Handles.hpp"

#include <torch/csrc/autograd/custom_function.h>

using namespace ctorch;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::Variable;
using torch::autograd::variable_list;

namespace {

struct ConvolutionSettings {
    std::vector<int64_t> stride, padding, dilation;
    int64_t groups;

    void save(AutogradContext *context) const {
        context->saved_data["stride"] = stride;
        context->saved_data["padding"] = padding;
        context->saved_data["dilation"] = dilation;
        context->saved_data["groups"] = groups;
    }
    static ConvolutionSettings load(AutogradContext *context) {
        return {context->saved_data["stride"].toIntVector(), context->saved_data["padding"].toIntVector(),
                context->saved_data["dilation"].toIntVector(), context->saved_data["groups"].toInt()};
    }

    at::Tensor apply(const at::Tensor &x, const at::Tensor &weight) const {
        return at::convolution(x, weight, {}, stride, padding, dilation, false, {0, 0}, groups);
    }
    /// The requested cotangents of the input and the weight.
    std::pair<at::Tensor, at::Tensor> pullback(const at::Tensor &cotangent, const at::Tensor &x, const at::Tensor &weight,
                                               bool wantInput, bool wantWeight) const {
        if (!wantInput && !wantWeight) return {};
        auto [dx, dw, unused] = at::convolution_backward(cotangent, x, weight, at::OptionalIntArrayRef{}, stride, padding, dilation,
                                                         false, {0, 0}, groups, {wantInput, wantWeight, false});
        return {dx, dw};
    }
};

/// (gy, x, w) -> (gw, gx), where gx is optional. Its derivative needs only convolutions, while libtorch's formula loops over groups.
struct ConvolutionBackward : Function<ConvolutionBackward> {
    static variable_list forward(AutogradContext *context, const Variable &cotangent, const Variable &x, const Variable &weight,
                                 const ConvolutionSettings &settings, bool wantInput) {
        context->save_for_backward({cotangent, x, weight});
        context->set_materialize_grads(false);
        settings.save(context);
        at::AutoDispatchBelowADInplaceOrView below;
        auto [dx, dw] = settings.pullback(cotangent, x, weight, wantInput, true);
        return wantInput ? variable_list{dw, dx} : variable_list{dw};
    }

    // Let a be the cotangent of gx and b the cotangent of gw. Then ⟨gx, a⟩ = ⟨gy, conv(a, w)⟩ and ⟨gw, b⟩ = ⟨gy, conv(x, b)⟩. The
    // cotangents are conv(a, w) + conv(x, b) for gy, the weight pullback at input a for w, and the input pullback at weight b for x.
    static variable_list backward(AutogradContext *context, variable_list cotangents) {
        auto saved = context->get_saved_variables();
        const auto &gy = saved[0], &x = saved[1], &weight = saved[2];
        const auto b = cotangents[0], a = cotangents.size() > 1 ? cotangents[1] : Variable();
        auto settings = ConvolutionSettings::load(context);
        at::Tensor toGy, toX, toWeight;
        if (context->needs_input_grad(0)) {
            if (a.defined()) toGy = settings.apply(a, weight);
            if (b.defined()) toGy = toGy.defined() ? toGy.add_(settings.apply(x, b)) : settings.apply(x, b);
        }
        if (context->needs_input_grad(1) && b.defined()) toX = settings.pullback(gy, x, b, true, false).first;
        if (context->needs_input_grad(2) && a.defined()) toWeight = settings.pullback(gy, a, weight, false, true).second;
        return {toGy, toX, toWeight, {}, {}};
    }
};

struct Convolution : Function<Convolution> {
    static Variable forward(AutogradContext *context, const Variable &x, const Variable &weight, const ConvolutionSettings &settings) {
        context->save_for_backward({x, weight});
        settings.save(context);
        at::AutoDispatchBelowADInplaceOrView below;
        return settings.apply(x, weight);
    }

    static variable_list backward(AutogradContext *context, variable_list cotangents) {
        auto saved = context->get_saved_variables();
        bool wantInput = context->needs_input_grad(0);
        auto gradients =
            ConvolutionBackward::apply(cotangents[0], saved[0], saved[1], ConvolutionSettings::load(context), wantInput);
        return {wantInput ? gradients[1] : Variable(), gradients[0], {}};
    }
};

} // namespace

ct_status ct_linear(ct_tensor x, ct_tensor weight, ct_tensor bias, ct_tensor *out) {
    return guarded(out, [&] { return at::addmm(bias->value, x->value, weight->value.t()); });
}

ct_status ct_convolution(ct_tensor x, ct_tensor weight, int64_t stride, int64_t padding_height, int64_t padding_width,
                         int64_t dilation, int64_t groups, ct_tensor *out) {
    return guarded(out, [&] {
        ConvolutionSettings settings{{stride, stride}, {padding_height, padding_width}, {dilation, dilation}, groups};
        return Convolution::apply(x->value, weight->value, settings);
    });
}

ct_status ct_batch_norm_by(ct_tensor x, ct_tensor scale, ct_tensor shift, ct_tensor mean, ct_tensor variance, double epsilon,
                           ct_tensor *out) {
    return guarded(out, [&] {
        return std::get<0>(at::native_batch_norm(x->value, scale->value, shift->value, mean->value, variance->value,
                                                 /*training=*/false, 0, epsilon));
    });
}

ct_status ct_log_softmax(ct_tensor x, int64_t axis, ct_tensor *out) {
    return guarded(out, [&] { return at::log_softmax(x->value, axis); });
}

ct_status ct_resize(ct_tensor x, int64_t height, int64_t width, ct_tensor *out) {
    return guarded(out, [&] {
        return at::_upsample_bilinear2d_aa(x->value, {height, width}, false);
    });
}

ct_status ct_upsample_nearest(ct_tensor x, int64_t factor, ct_tensor *out) {
    return guarded(out, [&] {
        return at::upsample_nearest2d(x->value, {x->value.size(2) * factor, x->value.size(3) * factor});
    });
}
