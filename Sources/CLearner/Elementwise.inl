// Activations with their first and second derivatives, and the loss.

template <typename T> struct Derivatives { Vector<T> value, first, second; };

/// Calls the C library's function on each number.
template <typename T, typename F> INLINE Vector<T> each(const Vector<T> &x, F &&f) {
    Vector<T> y;
    for (int64_t i = 0; i < width<T>; i++) y[i] = f(x[i]);
    return y;
}

template <typename T> INLINE Derivatives<T> activate(cl_activation kind, const Vector<T> &x, T leakySlope) {
    Vector<T> zero{}, one = splat<T>(1);
    switch (kind) {
    case CL_RELU: return {x < zero ? zero : x, x > zero ? one : zero, zero};
    case CL_RELU6: {
        Vector<T> six = splat<T>(6), capped = x > six ? six : x;
        return {capped < zero ? zero : capped, ((x > zero) & (x < six)) ? one : zero, zero};
    }
    case CL_LEAKY_RELU: {
        Vector<T> slope = x > zero ? one : splat<T>(leakySlope);
        return {x * slope, slope, zero};
    }
    case CL_HARD_SWISH: {
        Vector<T> three = splat<T>(3), inner = x / T(3) + T(0.5), curve = splat<T>(T(1) / T(3));
        auto isLow = x < -three, isHigh = x > three;
        Vector<T> middle = x * (x + T(3)) / T(6);
        return {isLow ? zero : (isHigh ? x : middle), isLow ? zero : (isHigh ? one : inner), (isLow | isHigh) ? zero : curve};
    }
    case CL_SWISH: {
        Vector<T> s = one / (one + each<T>(x, [](T v) { return std::exp(-v); })), d = s * (one - s);
        return {x * s, s + x * d, d * T(2) + x * d * (one - s * T(2))};
    }
    case CL_SIGMOID: {
        Vector<T> s = one / (one + each<T>(x, [](T v) { return std::exp(-v); })), d = s * (one - s);
        return {s, d, d * (one - s * T(2))};
    }
    case CL_TANH: {
        Vector<T> t = each<T>(x, [](T v) { return std::tanh(v); }), d = one - t * t;
        return {t, d, t * d * T(-2)};
    }
    case CL_GELU: {
        Vector<T> below = each<T>(x, [](T v) { return T(0.5) * (T(1) + std::erf(v * T(M_SQRT1_2))); });
        Vector<T> density = each<T>(x, [](T v) { return T(0.3989422804014327) * std::exp(-v * v / 2); });
        return {x * below, below + x * density, density * (splat<T>(2) - x * x)};
    }
    }
    return {};
}

/// log softmax of one lane's logits, and the softmax.
template <typename T> struct Softmax {
    std::vector<T> logarithms, shares;

    Softmax(const T *logits, const Extent &e) : logarithms(e.channels), shares(e.channels) {
        T largest = logits[0];
        for (int64_t k = 0; k < e.channels; k++) {
            logarithms[k] = logits[k * e.plane()];
            if (!(logarithms[k] <= largest)) largest = logarithms[k];
        }
        T sum = 0;
        for (T value : logarithms) sum += std::exp(value - largest);
        T logarithm = std::log(sum) + largest;
        for (int64_t k = 0; k < e.channels; k++) {
            logarithms[k] -= logarithm;
            shares[k] = std::exp(logarithms[k]);
        }
    }
};

/// ℓ = −1/B Σ y log softmax(z); g = ∂ℓ/∂z = (Σy · softmax − y)/B, zero in lanes without an image.
template <typename T> double crossEntropy(const T *logits, const T *labels, T *g, const Extent &e, const Batch<T> &batch) {
    double total = 0;
    for (int64_t image = 0; image < batch.chunks * lanes; image++) {
        int64_t place = image / lanes * e.size() + image % lanes;
        if (image >= batch.images) {
            for (int64_t k = 0; k < e.channels; k++) g[place + k * e.plane()] = 0;
            continue;
        }
        Softmax<T> softmax(logits + place, e);
        const T *y = labels + image * e.channels;
        T mass = 0;
        for (int64_t k = 0; k < e.channels; k++) {
            total -= double(y[k]) * double(softmax.logarithms[k]);
            mass += y[k];
        }
        for (int64_t k = 0; k < e.channels; k++) g[place + k * e.plane()] = (mass * softmax.shares[k] - y[k]) / T(batch.images);
    }
    return total / double(batch.images);
}

/// The derivatives of ∂ℓ/∂z and of ∂ℓ/∂y along ż, s (ż − ⟨s, ż⟩) Σy / B and −(ż − ⟨s, ż⟩)/B, and `weight` times ∂ℓ/∂z and ∂ℓ/∂y themselves,
/// (s Σy − y)/B and −log s / B.
template <typename T>
void crossEntropyTangent(const T *logits, const T *dlogits, const T *labels, T weight, T *dg, T *dlabels, const Extent &e, const Batch<T> &batch) {
    for (int64_t image = 0; image < batch.chunks * lanes; image++) {
        int64_t place = image / lanes * e.size() + image % lanes;
        if (image >= batch.images) {
            for (int64_t k = 0; k < e.channels; k++) dg[place + k * e.plane()] = 0;
            continue;
        }
        Softmax<T> softmax(logits + place, e);
        const T *y = labels + image * e.channels;
        T mass = 0, mean = 0;
        for (int64_t k = 0; k < e.channels; k++) {
            mass += y[k];
            mean += softmax.shares[k] * dlogits[place + k * e.plane()];
        }
        for (int64_t k = 0; k < e.channels; k++) {
            T centered = (dlogits[place + k * e.plane()] - mean) / T(batch.images);
            dg[place + k * e.plane()] = mass * softmax.shares[k] * centered + weight * (mass * softmax.shares[k] - y[k]) / T(batch.images);
            dlabels[image * e.channels + k] = -centered - weight * softmax.logarithms[k] / T(batch.images);
        }
    }
}
