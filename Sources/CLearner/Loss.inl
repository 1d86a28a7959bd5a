// The loss: softmax cross-entropy, with its first and second derivatives.

/// The log softmax of one lane's logits, and the softmax.
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

/// The derivatives of ∂ℓ/∂z and ∂ℓ/∂y along ż, s (ż − ⟨s, ż⟩) Σy / B and −(ż − ⟨s, ż⟩)/B, plus `weight` times ∂ℓ/∂z and ∂ℓ/∂y, (s Σy − y)/B
/// and −log s / B.
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
