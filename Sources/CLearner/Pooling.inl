// Pooling. Padded pixels never count: means average the pixels inside the map, and among equal maxima the first pixel wins.

/// The vectors of one pixel.
template <typename T> struct Pixel {
    Vector<T> v[vectors<T>];

    INLINE static Pixel from(const T *p) {
        Pixel pixel;
        for (int64_t i = 0; i < vectors<T>; i++) pixel.v[i] = at(p + i * width<T>);
        return pixel;
    }
    INLINE static Pixel of(T x) {
        Pixel pixel;
        for (int64_t i = 0; i < vectors<T>; i++) pixel.v[i] = splat<T>(x);
        return pixel;
    }
    INLINE void put(T *p, bool adds) const {
        for (int64_t i = 0; i < vectors<T>; i++) at(p + i * width<T>) = adds ? at(p + i * width<T>) + v[i] : v[i];
    }
};

/// Calls `body(output pixel, its row, its column, taps)` for every pixel of every plane. `taps(visit)` calls
/// `visit(input pixel, its row, its column, element of the window)`. Pixels are indices into the two maps.
template <typename T, typename Body>
INLINE void forWindows(const Extent &to, const Extent &from, const Taps &rows, const Taps &columns, int64_t kernelWidth, int64_t chunks,
                       Body &&body) {
    for (int64_t plane = 0; plane < chunks * to.channels; plane++) {
        int64_t source = plane * from.plane();
        for (int64_t y = 0; y < to.height; y++) {
            for (int64_t x = 0; x < to.width; x++) {
                int32_t r0 = rows.first[y], c0 = columns.first[x], rowCount = rows.first[y + 1] - r0, columnCount = columns.first[x + 1] - c0;
                auto tap = [&](int32_t r, int32_t c, auto &&visit) INLINE_LAMBDA {
                    int64_t row = rows.source[r0 + r], column = columns.source[c0 + c];
                    visit(source + (row * from.width + column) * lanes, row, column,
                          rows.element[r0 + r] * kernelWidth + columns.element[c0 + c]);
                };
                auto taps = [&](auto &&visit) INLINE_LAMBDA {
                    if (rowCount == 3 && columnCount == 3) {
                        // The common 3×3 window, unrolled.
                        for (int32_t r = 0; r < 3; r++) tap(r, 0, visit), tap(r, 1, visit), tap(r, 2, visit);
                    } else {
                        for (int32_t r = 0; r < rowCount; r++)
                            for (int32_t c = 0; c < columnCount; c++) tap(r, c, visit);
                    }
                };
                body(plane * to.plane() + (y * to.width + x) * lanes, y, x, taps);
            }
        }
    }
}

/// Returns the weight of each output position: 1 / (the number of positions it reads).
inline std::vector<double> shares(const Taps &taps) {
    std::vector<double> shares;
    for (size_t i = 0; i + 1 < taps.first.size(); i++) shares.push_back(1.0 / std::max(1, taps.count(int64_t(i))));
    return shares;
}

template <typename T> void averagePool(const T *in, const Extent &from, T *out, const Extent &to, const Node &node, int64_t chunks) {
    std::vector<double> rowShares = shares(node.rows), columnShares = shares(node.columns);
    forWindows<T>(to, from, node.rows, node.columns, node.spec.kernel_width, chunks, [&](int64_t place, int64_t y, int64_t x, auto &&taps) INLINE_LAMBDA {
        Pixel<T> sum{};
        taps([&](int64_t source, int64_t, int64_t, int64_t) INLINE_LAMBDA {
            for (int64_t i = 0; i < vectors<T>; i++) sum.v[i] += at(in + source + i * width<T>);
        });
        T share = T(rowShares[y] * columnShares[x]);
        for (int64_t i = 0; i < vectors<T>; i++) at(out + place + i * width<T>) = sum.v[i] * share;
    });
}

template <typename T>
void averagePoolBackward(const T *g, const Extent &to, T *gx, const Extent &from, const Node &node, int64_t chunks, bool adds) {
    std::vector<double> rowShares = shares(node.rows), columnShares = shares(node.columns);
    forWindows<T>(from, to, node.backwardRows, node.backwardColumns, node.spec.kernel_width, chunks,
                  [&](int64_t place, int64_t, int64_t, auto &&taps) INLINE_LAMBDA {
        Pixel<T> sum{};
        taps([&](int64_t source, int64_t y, int64_t x, int64_t) INLINE_LAMBDA {
            T share = T(rowShares[y] * columnShares[x]);
            for (int64_t i = 0; i < vectors<T>; i++) sum.v[i] += at(g + source + i * width<T>) * share;
        });
        sum.put(gx + place, adds);
    });
}

/// Stores in `choice`, unless it is null, which element of each window was the largest.
template <typename T> void maxPool(const T *in, const Extent &from, T *out, T *choice, const Extent &to, const Node &node, int64_t chunks) {
    forWindows<T>(to, from, node.rows, node.columns, node.spec.kernel_width, chunks, [&](int64_t place, int64_t, int64_t, auto &&taps) INLINE_LAMBDA {
        Pixel<T> best = Pixel<T>::of(-std::numeric_limits<T>::infinity()), chosen = Pixel<T>::of(-1);
        taps([&](int64_t source, int64_t, int64_t, int64_t element) INLINE_LAMBDA {
            Vector<T> which = splat<T>(T(element));
            for (int64_t i = 0; i < vectors<T>; i++) {
                Vector<T> value = at(in + source + i * width<T>);
                // NaN wins, so that it reaches the loss, where divergence is detected.
                auto isLarger = (value > best.v[i]) | (value != value);
                best.v[i] = isLarger ? value : best.v[i];
                chosen.v[i] = isLarger ? which : chosen.v[i];
            }
        });
        best.put(out + place, false);
        if (choice) chosen.put(choice + place, false);
    });
}

/// Reads the pixels of another map that a max-pool chose.
template <typename T> void choose(const T *in, const Extent &from, T *out, const T *choice, const Extent &to, const Node &node, int64_t chunks) {
    forWindows<T>(to, from, node.rows, node.columns, node.spec.kernel_width, chunks, [&](int64_t place, int64_t, int64_t, auto &&taps) INLINE_LAMBDA {
        Pixel<T> chosen = Pixel<T>::from(choice + place), taken{};
        taps([&](int64_t source, int64_t, int64_t, int64_t element) INLINE_LAMBDA {
            Vector<T> which = splat<T>(T(element));
            for (int64_t i = 0; i < vectors<T>; i++) {
                Vector<T> value = at(in + source + i * width<T>);
                taken.v[i] = chosen.v[i] == which ? value : taken.v[i];
            }
        });
        taken.put(out + place, false);
    });
}

template <typename T>
void chooseBackward(const T *g, const T *choice, const Extent &to, T *gx, const Extent &from, const Node &node, int64_t chunks, bool adds) {
    forWindows<T>(from, to, node.backwardRows, node.backwardColumns, node.spec.kernel_width, chunks,
                  [&](int64_t place, int64_t, int64_t, auto &&taps) INLINE_LAMBDA {
        Pixel<T> sum{};
        taps([&](int64_t source, int64_t, int64_t, int64_t element) INLINE_LAMBDA {
            Vector<T> which = splat<T>(T(element));
            for (int64_t i = 0; i < vectors<T>; i++) {
                Vector<T> value = at(g + source + i * width<T>);
                sum.v[i] += at(choice + source + i * width<T>) == which ? value : Vector<T>{};
            }
        });
        sum.put(gx + place, adds);
    });
}

template <typename T> struct Layer<T, CL_AVERAGE_POOL> : LinearLayer<T, Layer<T, CL_AVERAGE_POOL>> {
    static Traits traits(const Node &) { return {.readsInputs = false, .isWindowed = true}; }

    static void forward(Sweep<T> &sweep, const ForwardStep<T> &s) {
        averagePool<T>(s.x, s.from, s.y, s.to, s.node, sweep.batch.chunks);
        if (s.dy) averagePool<T>(s.dx, s.from, s.dy, s.to, s.node, sweep.batch.chunks);
    }
    static void transpose(Sweep<T> &sweep, const BackwardStep<T> &s, const T *g, const Extent &from, T *gx, int64_t, bool adds) {
        averagePoolBackward<T>(g, s.to, gx, from, s.node, sweep.batch.chunks, adds);
    }
};

/// Max pooling. It is linear as long as the choices are fixed. They are stored as numbers of the map's type.
template <typename T> struct Layer<T, CL_MAX_POOL> : LinearLayer<T, Layer<T, CL_MAX_POOL>> {
    static Traits traits(const Node &node) { return {.readsInputs = false, .kept = node.extent.size(), .isWindowed = true}; }

    static void forward(Sweep<T> &sweep, const ForwardStep<T> &s) {
        T *choice = sweep.kept(s.index);
        maxPool<T>(s.x, s.from, s.y, choice, s.to, s.node, sweep.batch.chunks);
        if (s.dy) choose<T>(s.dx, s.from, s.dy, choice, s.to, s.node, sweep.batch.chunks);
    }
    static void transpose(Sweep<T> &sweep, const BackwardStep<T> &s, const T *g, const Extent &from, T *gx, int64_t, bool adds) {
        chooseBackward<T>(g, sweep.kept(s.index), s.to, gx, from, s.node, sweep.batch.chunks, adds);
    }
};

template <typename T> struct Layer<T, CL_GLOBAL_AVERAGE_POOL> : LinearLayer<T, Layer<T, CL_GLOBAL_AVERAGE_POOL>> {
    static Traits traits(const Node &) { return {.readsInputs = false}; }

    static void forward(Sweep<T> &sweep, const ForwardStep<T> &s) {
        mean(sweep, s.x, s.from, s.y, s.to);
        if (s.dy) mean(sweep, s.dx, s.from, s.dy, s.to);
    }
    static void mean(Sweep<T> &sweep, const T *x, const Extent &from, T *y, const Extent &e) {
        T share = T(1) / T(from.pixels());
        for (int64_t plane = 0; plane < sweep.batch.chunks * e.channels; plane++) {
            Vector<T> sums[vectors<T>] = {};
            for (int64_t p = 0; p < from.pixels(); p++)
                for (int64_t v = 0; v < vectors<T>; v++) sums[v] += at(x + plane * from.plane() + p * lanes + v * width<T>);
            for (int64_t v = 0; v < vectors<T>; v++) at(y + plane * e.plane() + v * width<T>) = sums[v] * share;
        }
    }

    static void transpose(Sweep<T> &sweep, const BackwardStep<T> &s, const T *g, const Extent &from, T *gx, int64_t, bool adds) {
        const Extent &e = s.to;
        T share = T(1) / T(from.pixels());
        for (int64_t plane = 0; plane < sweep.batch.chunks * e.channels; plane++)
            for (int64_t p = 0; p < from.pixels(); p++)
                for (int64_t v = 0; v < lanes; v += width<T>)
                    put<T>(gx + plane * from.plane() + p * lanes + v, at(g + plane * e.plane() + v) * share, adds);
    }
};
