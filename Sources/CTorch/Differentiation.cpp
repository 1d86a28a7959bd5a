// Gradient mode and gradients.
#include "Handles.hpp"

#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/grad_mode.h>

using namespace ctorch;

bool ct_gradients_enabled(void) { return at::GradMode::is_enabled(); }
void ct_set_gradients_enabled(bool enabled) { at::GradMode::set_enabled(enabled); }

ct_status ct_detach(ct_tensor x, ct_tensor *out) {
    return guarded(out, [&] { return x->value.detach(); });
}
ct_status ct_leaf(ct_tensor x, ct_tensor *out) {
    return guarded(out, [&] { return x->value.detach().requires_grad_(true); });
}

ct_status ct_gradients(const ct_tensor *outputs, const ct_tensor *cotangents, int32_t output_count, const ct_tensor *inputs,
                       int32_t input_count, bool create_graph, bool retain_graph, ct_tensor *outs) {
    return guarded([&] {
        std::vector<at::Tensor> seeds;
        if (cotangents) seeds = values(cotangents, output_count);
        auto gradients = torch::autograd::grad(values(outputs, output_count), values(inputs, input_count), seeds, retain_graph,
                                               create_graph, /*allow_unused=*/true);
        for (int32_t i = 0; i < input_count; i++) {
            auto gradient = gradients[i];
            // libtorch represents some zeros as tensors without storage. Code that reads memory cannot handle them.
            if (gradient.defined() && gradient._is_zerotensor()) gradient = at::zeros(gradient.sizes(), gradient.options());
            outs[i] = gradient.defined() ? wrap(gradient) : nullptr;
        }
    });
}
