// Weight norm, w = γ v / ‖v‖ for each output (Salimans and Kingma, 2016, eq. 2), and its derivatives. A dot denotes the derivative along
// the direction. With n = ‖v‖, ṅ = ⟨v, v̇⟩ / n.

/// The normalized weights and, along a direction, their tangent: ẇ = (γ̇ − γ ṅ/n) v/n + γ v̇/n.
template <typename T>
void weightNorm(const T *v, const T *gain, const T *dv, const T *dgain, int64_t outputs, int64_t each, T *w, T *dw) {
#pragma clang fp reassociate(on)
    for (int64_t o = 0; o < outputs; o++, v += each, w += each) {
        T square = 0, product = 0;
        for (int64_t k = 0; k < each; k++) square += v[k] * v[k];
        T length = std::sqrt(square), factor = gain[o] / length;
        for (int64_t k = 0; k < each; k++) w[k] = v[k] * factor;
        if (!dv) continue;
        for (int64_t k = 0; k < each; k++) product += v[k] * dv[k];
        T slope = dgain[o] / length - factor * product / square;
        for (int64_t k = 0; k < each; k++) dw[k] = v[k] * slope + dv[k] * factor;
        dv += each, dw += each;
    }
}

/// Computes the gradients of v and of γ, stored after it in `out`, from the gradient g of w: γ (g − a v/n²)/n and a/n, with a = ⟨v, g⟩.
template <typename T> void weightNormBackward(const T *v, const T *gain, const T *g, int64_t outputs, int64_t each, T *out) {
#pragma clang fp reassociate(on)
    T *outGain = out + outputs * each;
    for (int64_t o = 0; o < outputs; o++, v += each, g += each, out += each) {
        T square = 0, a = 0;
        for (int64_t k = 0; k < each; k++) square += v[k] * v[k], a += v[k] * g[k];
        T n = std::sqrt(square), factor = gain[o] / n, share = a / square;
        outGain[o] = a / n;
        for (int64_t k = 0; k < each; k++) out[k] = factor * (g[k] - share * v[k]);
    }
}

/// The derivative of the results of `weightNormBackward` along (v̇, γ̇). ġ is the derivative of g.
template <typename T>
void weightNormBackwardTangent(const T *v, const T *gain, const T *dv, const T *dgain, const T *g, const T *dg, int64_t outputs, int64_t each,
                               T *out) {
#pragma clang fp reassociate(on)
    T *outGain = out + outputs * each;
    for (int64_t o = 0; o < outputs; o++, v += each, dv += each, g += each, dg += each, out += each) {
        T square = 0, a = 0, product = 0, da = 0;
        for (int64_t k = 0; k < each; k++) {
            square += v[k] * v[k], a += v[k] * g[k];
            product += v[k] * dv[k], da += dv[k] * g[k] + v[k] * dg[k];
        }
        T n = std::sqrt(square), dn = product / n, cube = square * n, γ = gain[o], dγ = dgain[o];
        outGain[o] = da / n - a * dn / square;
        T slope = dγ / n - γ * dn / square, factor = γ / n, share = γ * a / cube;
        T along = dγ * a / cube + γ * da / cube - 3 * γ * a * dn / (square * square);
        for (int64_t k = 0; k < each; k++) out[k] = slope * g[k] + factor * dg[k] - along * v[k] - share * dv[k];
    }
}
