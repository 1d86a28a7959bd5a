// Norms with batch statistics, including first and second derivatives, and norms with given statistics.
//
// For each channel with N values: m is the mean, r = 1/√(variance + ε), x̂ = (x − m) r, y = γ x̂ + β. A dot denotes the derivative along
// the direction. With q = mean(x̂ ẋ), ṙ = −r² q and x̂' = r (ẋ − mean(ẋ) − x̂ q). Mean-only norms have r = γ = 1 and no variance.

template <typename T>
void normForward(const T *x, const T *dx, T *y, T *dy, const Extent &e, const Batch<T> &batch, const T *scale, const T *shift,
                 const T *dscale, const T *dshift, double epsilon, ChannelStatistics<T> *kept) {
    T count = T(batch.images * e.pixels());
    for (int64_t c = 0; c < e.channels; c++) {
        T means[2] = {}, sums[2] = {};
        if (dx) {
            channelSums<T, 2>(batch, e, c, means, [&](int64_t i, Vector<T> *t) INLINE_LAMBDA { t[0] = at(x + i), t[1] = at(dx + i); });
        } else {
            T mean[1];
            channelSums<T, 1>(batch, e, c, mean, [&](int64_t i, Vector<T> *t) INLINE_LAMBDA { t[0] = at(x + i); });
            means[0] = mean[0];
        }
        T m = means[0] / count, dm = means[1] / count, r = 1, q = 0;
        if (scale) {
            if (dx) {
                channelSums<T, 2>(batch, e, c, sums, [&](int64_t i, Vector<T> *t) INLINE_LAMBDA {
                    Vector<T> centered = at(x + i) - m;
                    t[0] = centered * centered, t[1] = centered * (at(dx + i) - dm);
                });
            } else {
                T square[1];
                channelSums<T, 1>(batch, e, c, square, [&](int64_t i, Vector<T> *t) INLINE_LAMBDA {
                    Vector<T> centered = at(x + i) - m;
                    t[0] = centered * centered;
                });
                sums[0] = square[0];
            }
            r = T(1 / std::sqrt(double(sums[0]) / double(count) + epsilon));
            q = sums[1] * r / count;
        }
        kept[c] = {m, r, dm, q};
        T γ = scale ? scale[c] : T(1), β = shift[c];
        T factor = γ * r, offset = β - m * factor;
        if (!dy) {
            forChannel<T>(batch, e, c, [&](int64_t i, const Vector<T> &) INLINE_LAMBDA { at(y + i) = at(x + i) * factor + offset; });
            continue;
        }
        T dγ = dscale ? dscale[c] : T(0), dβ = dshift[c];
        // ẏ = γ̇ x̂ + γ r (ẋ − mean(ẋ) − x̂ q) + β̇
        T slope = (dγ - factor * q) * r, constant = dβ - factor * dm - slope * m;
        if (dx) {
            forChannel<T>(batch, e, c, [&](int64_t i, const Vector<T> &) INLINE_LAMBDA {
                Vector<T> value = at(x + i);
                at(y + i) = value * factor + offset;
                at(dy + i) = value * slope + (at(dx + i) * factor + constant);
            });
        } else {
            forChannel<T>(batch, e, c, [&](int64_t i, const Vector<T> &) INLINE_LAMBDA {
                Vector<T> value = at(x + i);
                at(y + i) = value * factor + offset;
                at(dy + i) = value * slope + constant;
            });
        }
    }
}

/// gβ = Σ g, gγ = Σ g x̂, gx = γ r (g − gβ/N − x̂ gγ/N).
template <typename T>
void normBackward(const T *x, const T *g, T *gx, bool adds, const Extent &e, const Batch<T> &batch, const T *scale,
                  const ChannelStatistics<T> *kept, T *gscale, T *gshift) {
    T count = T(batch.images * e.pixels());
    for (int64_t c = 0; c < e.channels; c++) {
        T m = kept[c].mean, r = kept[c].inverse, γ = scale ? scale[c] : T(1);
        T sums[2];
        channelSums<T, 2>(batch, e, c, sums, [&](int64_t i, Vector<T> *t) INLINE_LAMBDA {
            t[0] = at(g + i), t[1] = at(g + i) * ((at(x + i) - m) * r);
        });
        gshift[c] = sums[0];
        if (gscale) gscale[c] = sums[1];
        if (!gx) continue;
        T factor = γ * r, slope = scale ? -factor * r * sums[1] / count : T(0), constant = -factor * sums[0] / count - slope * m;
        forChannel<T>(batch, e, c, [&](int64_t i, const Vector<T> &mask) INLINE_LAMBDA {
            put(gx + i, (at(g + i) * factor + (at(x + i) * slope + constant)) * mask, adds);
        });
    }
}

/// The derivative of all results of `normBackward` along the direction. The derivative of gx is computed only on request.
template <typename T>
void normBackwardTangent(const T *x, const T *dx, const T *g, const T *dg, T *gx, T *dgx, bool addsG, bool addsD, const Extent &e,
                         const Batch<T> &batch, const T *scale, const T *dscale, const ChannelStatistics<T> *kept, T *dgscale, T *dgshift) {
    T count = T(batch.images * e.pixels());
    for (int64_t c = 0; c < e.channels; c++) {
        auto [m, r, dm, q] = kept[c];
        T γ = scale ? scale[c] : T(1), dγ = dscale ? dscale[c] : T(0);
        T sums[4];
        auto tangent = [&](int64_t i) INLINE_LAMBDA { return dx ? at(dx + i) - dm : Vector<T>{}; };
        // Without a variance, x̂' is ẋ − mean(ẋ).
        channelSums<T, 4>(batch, e, c, sums, [&](int64_t i, Vector<T> *t) INLINE_LAMBDA {
            Vector<T> h = (at(x + i) - m) * r, dh = (tangent(i) - h * q) * r;
            t[0] = at(g + i), t[1] = at(g + i) * h, t[2] = at(dg + i), t[3] = at(dg + i) * h + at(g + i) * dh;
        });
        dgshift[c] = sums[2];
        if (dgscale) dgscale[c] = sums[3];
        if (!dgx) continue;
        T A = sums[0] / count, B = scale ? sums[1] / count : T(0), dA = sums[2] / count, dB = scale ? sums[3] / count : T(0);
        T factor = γ * r, dfactor = scale ? dγ * r - γ * r * r * q : T(0);
        forChannel<T>(batch, e, c, [&](int64_t i, const Vector<T> &mask) INLINE_LAMBDA {
            Vector<T> h = (at(x + i) - m) * r, dh = (tangent(i) - h * q) * r;
            Vector<T> u = at(g + i) - A - h * B, du = at(dg + i) - dA - dh * B - h * dB;
            if (gx) put(gx + i, u * factor * mask, addsG);
            put(dgx + i, (u * dfactor + du * factor) * mask, addsD);
        });
    }
}

template <typename T>
void normBy(const T *statistics, const T *x, T *y, const Extent &e, const Batch<T> &batch, const T *scale, const T *shift, double epsilon) {
    const T *means = statistics, *variances = statistics + e.channels;
    for (int64_t c = 0; c < e.channels; c++) {
        T factor = scale ? T(scale[c] / std::sqrt(double(variances[c]) + epsilon)) : T(1), offset = shift[c] - means[c] * factor;
        forChannel<T>(batch, e, c, [&](int64_t i, const Vector<T> &) INLINE_LAMBDA { at(y + i) = at(x + i) * factor + offset; });
    }
}

template <typename T> struct Layer<T, CL_NORM> {
    static Traits traits(const Node &) { return {.hasStatistics = true}; }

    static void forward(Sweep<T> &sweep, const ForwardStep<T> &s) {
        bool meanOnly = sweep.program.meanOnly;
        int64_t place = s.node.statistics;
        const Extent &e = s.to;
        const T *scale = meanOnly ? nullptr : s.own, *shift = meanOnly ? s.own : s.own + e.channels;
        if (sweep.norms == Norms::given)
            return normBy<T>(sweep.statistics + place, s.x, s.y, e, sweep.batch, scale, shift, sweep.program.epsilon);
        const T *dscale = s.along && scale ? s.along : nullptr, *dshift = s.along ? (scale ? s.along + e.channels : s.along) : nullptr;
        ChannelStatistics<T> *channels = sweep.channelStatistics(s.node);
        normForward<T>(s.x, s.dx, s.y, s.dy, e, sweep.batch, scale, shift, dscale, dshift, sweep.program.epsilon, channels);
        if (sweep.norms == Norms::collected) {
            for (int64_t c = 0; c < e.channels; c++) {
                sweep.statistics[place + c] = channels[c].mean;
                sweep.statistics[place + e.channels + c] =
                    T(1 / double(channels[c].inverse) / double(channels[c].inverse) - sweep.program.epsilon);
            }
        }
    }

    static void backward(Sweep<T> &sweep, const BackwardStep<T> &s) {
        bool isFull = !sweep.program.meanOnly;
        normBackward<T>(s.x, s.g, s.gx, s.gx && sweep.adds(s.first), s.to, sweep.batch, isFull ? s.own : nullptr,
                        sweep.channelStatistics(s.node), isFull ? s.place : nullptr, isFull ? s.place + s.to.channels : s.place);
    }

    static void product(Sweep<T> &sweep, const BackwardStep<T> &s) {
        bool isFull = !sweep.program.meanOnly, hasRoom = !s.inputIsZero;
        bool more = hasRoom && sweep.adds(s.first);
        normBackwardTangent<T>(s.x, s.dx, s.g, s.dg, s.gx, hasRoom ? s.dgx : nullptr, more, more, s.to, sweep.batch, isFull ? s.own : nullptr,
                               isFull ? s.along : nullptr, sweep.channelStatistics(s.node), isFull ? s.place : nullptr,
                               isFull ? s.place + s.to.channels : s.place);
    }
};

// Group norm: m and r belong to one group of one image, with N values, so each lane has its own m and r. With h = γ g, the cotangent of x̂,
// gx = r (h − mean(h) − x̂ mean(h x̂)).

/// The values that a group norm stores between the sweeps for one group, for each image of a chunk.
template <typename T> struct GroupStatistics { Pixel<T> mean, inverse, tangentMean, q; };

/// Returns N sums over the pixels of the channel that begins at `first`, for each image of a chunk. `terms(i, v, made)` gives the terms for
/// vector v of a pixel at i.
template <typename T, int N, typename Terms>
INLINE void imageSums(const Extent &e, int64_t first, Pixel<T> (&sums)[N], Terms &&terms) {
    for (Pixel<T> &sum : sums) sum = {};
    for (int64_t p = 0; p < e.pixels(); p++, first += lanes) {
        for (int64_t v = 0; v < vectors<T>; v++) {
            Vector<T> made[N];
            terms(first + v * width<T>, v, made);
            for (int n = 0; n < N; n++) sums[n].v[v] += made[n];
        }
    }
}

template <typename T> struct Layer<T, CL_GROUP_NORM> {
    static Traits traits(const Node &node) {
        return {.kept = node.spec.groups * int64_t(sizeof(GroupStatistics<T>) / sizeof(T))};
    }

    /// Calls `body(channels, statistics, mask)` for each chunk and group. `channels(visit)` calls `visit(channel, its first index)`.
    template <typename Body> INLINE static void forGroups(Sweep<T> &sweep, int32_t index, const Node &node, Body &&body) {
        const Extent &e = node.extent;
        int64_t size = e.channels / node.spec.groups;
        auto *kept = reinterpret_cast<GroupStatistics<T> *>(sweep.kept(index));
        for (int64_t chunk = 0; chunk < sweep.batch.chunks; chunk++) {
            for (int64_t group = 0; group < node.spec.groups; group++) {
                GroupStatistics<T> unkept;
                auto channels = [&](auto &&visit) INLINE_LAMBDA {
                    for (int64_t c = group * size; c < (group + 1) * size; c++) visit(c, chunk * e.size() + c * e.plane());
                };
                body(channels, kept ? kept[chunk * node.spec.groups + group] : unkept, sweep.batch.mask(chunk));
            }
        }
    }

    /// Calls `body(i, v)` for every vector of the channel that begins at `first`.
    template <typename Body> INLINE static void forPixels(const Extent &e, int64_t first, Body &&body) {
        for (int64_t p = 0; p < e.pixels(); p++, first += lanes)
            for (int64_t v = 0; v < vectors<T>; v++) body(first + v * width<T>, v);
    }

    static T count(const Node &node) { return T(node.extent.channels / node.spec.groups * node.extent.pixels()); }

    static void forward(Sweep<T> &sweep, const ForwardStep<T> &s) {
        const Extent &e = s.to;
        const T *x = s.x, *dx = s.dx, *scale = s.own, *shift = s.own + e.channels, *dscale = s.along, *dshift = s.along ? s.along + e.channels : nullptr;
        T *y = s.y, *dy = s.dy, N = count(s.node);
        double epsilon = sweep.program.epsilon;
        forGroups(sweep, s.index, s.node, [&](auto &&channels, GroupStatistics<T> &kept, const Vector<T> *) INLINE_LAMBDA {
            Pixel<T> totals[2] = {}, squares[2] = {};
            channels([&](int64_t, int64_t first) INLINE_LAMBDA {
                Pixel<T> sums[2];
                imageSums<T, 2>(e, first, sums, [&](int64_t i, int64_t, Vector<T> *t) INLINE_LAMBDA {
                    t[0] = at(x + i), t[1] = dx ? at(dx + i) : Vector<T>{};
                });
                for (int64_t v = 0; v < vectors<T>; v++) totals[0].v[v] += sums[0].v[v], totals[1].v[v] += sums[1].v[v];
            });
            for (int64_t v = 0; v < vectors<T>; v++) kept.mean.v[v] = totals[0].v[v] / N, kept.tangentMean.v[v] = totals[1].v[v] / N;
            channels([&](int64_t, int64_t first) INLINE_LAMBDA {
                Pixel<T> sums[2];
                imageSums<T, 2>(e, first, sums, [&](int64_t i, int64_t v, Vector<T> *t) INLINE_LAMBDA {
                    Vector<T> centered = at(x + i) - kept.mean.v[v];
                    t[0] = centered * centered, t[1] = dx ? centered * (at(dx + i) - kept.tangentMean.v[v]) : Vector<T>{};
                });
                for (int64_t v = 0; v < vectors<T>; v++) squares[0].v[v] += sums[0].v[v], squares[1].v[v] += sums[1].v[v];
            });
            for (int64_t v = 0; v < vectors<T>; v++) {
                for (int64_t i = 0; i < width<T>; i++)
                    kept.inverse.v[v][i] = T(1 / std::sqrt(double(squares[0].v[v][i]) / double(N) + epsilon));
                kept.q.v[v] = squares[1].v[v] * kept.inverse.v[v] / N;
            }
            channels([&](int64_t c, int64_t first) INLINE_LAMBDA {
                forPixels(e, first, [&](int64_t i, int64_t v) INLINE_LAMBDA {
                    Vector<T> h = (at(x + i) - kept.mean.v[v]) * kept.inverse.v[v];
                    at(y + i) = h * scale[c] + shift[c];
                    if (!dy) return;
                    at(dy + i) = h * dscale[c] + normalTangent(kept, dx, i, v, h) * scale[c] + dshift[c];
                });
            });
        });
    }

    /// x̂' = r (ẋ − mean(ẋ) − x̂ q)
    INLINE static Vector<T> normalTangent(const GroupStatistics<T> &kept, const T *dx, int64_t i, int64_t v, const Vector<T> &h) {
        return dx ? (at(dx + i) - kept.tangentMean.v[v] - h * kept.q.v[v]) * kept.inverse.v[v] : Vector<T>{};
    }

    static void backward(Sweep<T> &sweep, const BackwardStep<T> &s) {
        const Extent &e = s.to;
        const T *x = s.x, *g = s.g, *scale = s.own;
        T *gx = s.gx, *gscale = s.place, *gshift = s.place + e.channels, N = count(s.node);
        bool more = gx && sweep.adds(s.first);
        forGroups(sweep, s.index, s.node, [&](auto &&channels, GroupStatistics<T> &kept, const Vector<T> *mask) INLINE_LAMBDA {
            // Σ h and Σ h x̂
            Pixel<T> A{}, B{};
            channels([&](int64_t c, int64_t first) INLINE_LAMBDA {
                Pixel<T> sums[2];
                imageSums<T, 2>(e, first, sums, [&](int64_t i, int64_t v, Vector<T> *t) INLINE_LAMBDA {
                    t[0] = at(g + i), t[1] = at(g + i) * ((at(x + i) - kept.mean.v[v]) * kept.inverse.v[v]);
                });
                for (int64_t v = 0; v < vectors<T>; v++) {
                    A.v[v] += sums[0].v[v] * scale[c], B.v[v] += sums[1].v[v] * scale[c];
                    gshift[c] += sumOf<T>(sums[0].v[v] * mask[v]), gscale[c] += sumOf<T>(sums[1].v[v] * mask[v]);
                }
            });
            if (!gx) return;
            for (int64_t v = 0; v < vectors<T>; v++) A.v[v] /= N, B.v[v] /= N;
            channels([&](int64_t c, int64_t first) INLINE_LAMBDA {
                forPixels(e, first, [&](int64_t i, int64_t v) INLINE_LAMBDA {
                    Vector<T> h = (at(x + i) - kept.mean.v[v]) * kept.inverse.v[v];
                    put<T>(gx + i, (at(g + i) * scale[c] - A.v[v] - h * B.v[v]) * kept.inverse.v[v] * mask[v], more);
                });
            });
        });
    }

    /// The derivative of all results of `backward` along the direction.
    static void product(Sweep<T> &sweep, const BackwardStep<T> &s) {
        const Extent &e = s.to;
        const T *x = s.x, *dx = s.dx, *g = s.g, *dg = s.dg, *scale = s.own, *dscale = s.along;
        T *gx = s.gx, *dgx = s.inputIsZero ? nullptr : s.dgx, *gscale = s.place, *gshift = s.place + e.channels, N = count(s.node);
        bool more = dgx && sweep.adds(s.first);
        forGroups(sweep, s.index, s.node, [&](auto &&channels, GroupStatistics<T> &kept, const Vector<T> *mask) INLINE_LAMBDA {
            Pixel<T> A{}, B{}, dA{}, dB{};
            channels([&](int64_t c, int64_t first) INLINE_LAMBDA {
                Pixel<T> sums[4];
                imageSums<T, 4>(e, first, sums, [&](int64_t i, int64_t v, Vector<T> *t) INLINE_LAMBDA {
                    Vector<T> h = (at(x + i) - kept.mean.v[v]) * kept.inverse.v[v];
                    t[0] = at(g + i), t[1] = at(g + i) * h, t[2] = at(dg + i);
                    t[3] = at(dg + i) * h + at(g + i) * normalTangent(kept, dx, i, v, h);
                });
                for (int64_t v = 0; v < vectors<T>; v++) {
                    A.v[v] += sums[0].v[v] * scale[c], B.v[v] += sums[1].v[v] * scale[c];
                    dA.v[v] += sums[0].v[v] * dscale[c] + sums[2].v[v] * scale[c];
                    dB.v[v] += sums[1].v[v] * dscale[c] + sums[3].v[v] * scale[c];
                    gshift[c] += sumOf<T>(sums[2].v[v] * mask[v]), gscale[c] += sumOf<T>(sums[3].v[v] * mask[v]);
                }
            });
            if (!dgx) return;
            for (int64_t v = 0; v < vectors<T>; v++) A.v[v] /= N, B.v[v] /= N, dA.v[v] /= N, dB.v[v] /= N;
            channels([&](int64_t c, int64_t first) INLINE_LAMBDA {
                forPixels(e, first, [&](int64_t i, int64_t v) INLINE_LAMBDA {
                    Vector<T> r = kept.inverse.v[v], h = (at(x + i) - kept.mean.v[v]) * r, dh = normalTangent(kept, dx, i, v, h);
                    Vector<T> u = at(g + i) * scale[c] - A.v[v] - h * B.v[v];
                    Vector<T> du = at(g + i) * dscale[c] + at(dg + i) * scale[c] - dA.v[v] - dh * B.v[v] - h * dB.v[v];
                    if (gx) put<T>(gx + i, u * r * mask[v], more);
                    // ṙ = −r² q
                    put<T>(dgx + i, (du - u * r * kept.q.v[v]) * r * mask[v], more);
                });
            });
        });
    }
};
