// Activation functions with their first and second derivatives.

template <typename T> struct Derivatives { Vector<T> value, first, second; };

/// Applies a function of the C library to each number.
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

template <typename T> struct Layer<T, CL_ACTIVATION> {
    /// A rectifier's output is positive exactly where its input was, so the backward sweep needs no input.
    static bool isRectifier(const Node &node) { return node.spec.activation == CL_RELU; }

    static Traits traits(const Node &node) { return {.readsInputs = !isRectifier(node), .readsOutput = isRectifier(node)}; }

    static void forward(Sweep<T> &sweep, const ForwardStep<T> &s) {
        const T *x = s.x, *dx = s.dx;
        T *y = s.y, *dy = s.dy;
        int64_t count = sweep.numbers(s.to);
        onActivation(sweep, s.node, [&](auto f) INLINE_LAMBDA {
            if (dy) {
                forVectors<T>(count, [&](int64_t i) INLINE_LAMBDA {
                    Derivatives<T> d = f(at(x + i));
                    at(y + i) = d.value;
                    at(dy + i) = d.first * at(dx + i);
                });
            } else {
                forVectors<T>(count, [&](int64_t i) INLINE_LAMBDA { at(y + i) = f(at(x + i)).value; });
            }
        });
    }

    static void backward(Sweep<T> &sweep, const BackwardStep<T> &s) {
        const T *x = s.x, *g = s.g;
        T *gx = s.gx;
        int64_t count = sweep.numbers(s.to);
        bool more = sweep.adds(s.first);
        if (isRectifier(s.node)) return rectify(sweep.value(s.index), g, gx, count, more);
        onActivation(sweep, s.node, [&](auto f) INLINE_LAMBDA {
            forVectors<T>(count, [&](int64_t i) INLINE_LAMBDA { put<T>(gx + i, f(at(x + i)).first * at(g + i), more); });
        });
    }

    static void product(Sweep<T> &sweep, const BackwardStep<T> &s) {
        if (s.inputIsZero) return;
        const T *x = s.x, *dx = s.dx, *g = s.g, *dg = s.dg;
        T *gx = s.gx, *dgx = s.dgx;
        int64_t count = sweep.numbers(s.to);
        bool more = sweep.adds(s.first);
        if (isRectifier(s.node)) {
            if (gx) rectify(sweep.value(s.index), g, gx, count, more);
            return rectify(sweep.value(s.index), dg, dgx, count, more);
        }
        onActivation(sweep, s.node, [&](auto f) INLINE_LAMBDA {
            forVectors<T>(count, [&](int64_t i) INLINE_LAMBDA {
                Derivatives<T> d = f(at(x + i));
                Vector<T> change = d.first * at(dg + i);
                if (gx) {
                    change += d.second * at(dx + i) * at(g + i);
                    put<T>(gx + i, d.first * at(g + i), more);
                }
                put<T>(dgx + i, change, more);
            });
        });
    }

    static void rectify(const T *y, const T *g, T *gx, int64_t count, bool adds) {
        Vector<T> zero{};
        forVectors<T>(count, [&](int64_t i) INLINE_LAMBDA { put<T>(gx + i, at(y + i) > zero ? at(g + i) : zero, adds); });
    }

    /// Calls `body` with the node's activation as a function of vectors.
    template <typename Body> static void onActivation(Sweep<T> &sweep, const Node &node, Body &&body) {
        T slope = T(sweep.program.leakySlope);
        auto with = [&]<cl_activation kind>(std::integral_constant<cl_activation, kind>) {
            body([slope](const Vector<T> &x) INLINE_LAMBDA { return activate<T>(kind, x, slope); });
        };
        switch (node.spec.activation) {
        case CL_RELU: return with(std::integral_constant<cl_activation, CL_RELU>{});
        case CL_RELU6: return with(std::integral_constant<cl_activation, CL_RELU6>{});
        case CL_LEAKY_RELU: return with(std::integral_constant<cl_activation, CL_LEAKY_RELU>{});
        case CL_SWISH: return with(std::integral_constant<cl_activation, CL_SWISH>{});
        case CL_HARD_SWISH: return with(std::integral_constant<cl_activation, CL_HARD_SWISH>{});
        case CL_SIGMOID: return with(std::integral_constant<cl_activation, CL_SIGMOID>{});
        case CL_TANH: return with(std::integral_constant<cl_activation, CL_TANH>{});
        case CL_GELU: return with(std::integral_constant<cl_activation, CL_GELU>{});
        }
    }
};
