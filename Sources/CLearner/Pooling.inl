// Pools. Padding never counts: the mean is over the pixels inside, the maximum the first of the largest.

/// Shares of each output position: 1 / (how many positions it reads).
inline std::vector<double> shares(const Taps &taps) {
    std::vector<double> shares;
    for (size_t i = 0; i + 1 < taps.first.size(); i++) shares.push_back(1.0 / std::max(1, taps.count(int64_t(i))));
    return shares;
}

/// Calls `body(place of the output, taps)` … for every pixel: `taps(visit)` calls `visit(source pixel, element)` for what it reads.
template <typename T, typename Body>
INLINE void forWindows(const Extent &to, const Extent &from, const Taps &rows, const Taps &columns, int64_t kernelWidth, int64_t chunks,
                       Body &&body) {
    for (int64_t plane = 0; plane < chunks * to.channels; plane++) {
        for (int64_t y = 0; y < to.height; y++) {
            for (int64_t x = 0; x < to.width; x++) {
                auto taps = [&](auto &&visit) __attribute__((always_inline)) {
                    for (int32_t r = rows.first[y]; r < rows.first[y + 1]; r++)
                        for (int32_t c = columns.first[x]; c < columns.first[x + 1]; c++)
                            visit((int64_t(rows.source[r]) * from.width + columns.source[c]) * lanes,
                                  int64_t(rows.element[r]) * kernelWidth + columns.element[c], rows.source[r], columns.source[c]);
                };
                for (int64_t v = 0; v < lanes; v += width<T>)
                    body(plane * from.plane() + v, plane * to.plane() + (y * to.width + x) * lanes + v, y, x, taps);
            }
        }
    }
}

template <typename T> void averagePool(const T *in, const Extent &from, T *out, const Extent &to, const Node &node, int64_t chunks) {
    std::vector<double> rowShares = shares(node.rows), columnShares = shares(node.columns);
    forWindows<T>(to, from, node.rows, node.columns, node.spec.kernel_width, chunks,
                  [&](int64_t source, int64_t place, int64_t y, int64_t x, auto &&taps) __attribute__((always_inline)) {
        Vector<T> sum{};
        taps([&](int64_t pixel, int64_t, int64_t, int64_t) __attribute__((always_inline)) { sum += at(in + source + pixel); });
        at(out + place) = sum * T(rowShares[y] * columnShares[x]);
    });
}

template <typename T>
void averagePoolBackward(const T *g, const Extent &to, T *gx, const Extent &from, const Node &node, int64_t chunks, bool adds) {
    std::vector<double> rowShares = shares(node.rows), columnShares = shares(node.columns);
    forWindows<T>(from, to, node.backwardRows, node.backwardColumns, node.spec.kernel_width, chunks,
                  [&](int64_t source, int64_t place, int64_t, int64_t, auto &&taps) __attribute__((always_inline)) {
        Vector<T> sum{};
        taps([&](int64_t pixel, int64_t, int64_t y, int64_t x) __attribute__((always_inline)) {
            sum += at(g + source + pixel) * T(rowShares[y] * columnShares[x]);
        });
        put(gx + place, sum, adds);
    });
}

/// `choice` keeps which element of the window was the largest.
template <typename T> void maxPool(const T *in, const Extent &from, T *out, T *choice, const Extent &to, const Node &node, int64_t chunks) {
    forWindows<T>(to, from, node.rows, node.columns, node.spec.kernel_width, chunks,
                  [&](int64_t source, int64_t place, int64_t, int64_t, auto &&taps) __attribute__((always_inline)) {
        Vector<T> best = splat<T>(-std::numeric_limits<T>::infinity()), chosen = splat<T>(-1);
        taps([&](int64_t pixel, int64_t element, int64_t, int64_t) __attribute__((always_inline)) {
            Vector<T> value = at(in + source + pixel);
            // A NaN stays, for it must reach the loss, where it is counted.
            auto isLarger = (value > best) | (value != value);
            best = isLarger ? value : best;
            chosen = isLarger ? splat<T>(T(element)) : chosen;
        });
        at(out + place) = best;
        if (choice) at(choice + place) = chosen;
    });
}

/// The chosen pixels of another map.
template <typename T> void choose(const T *in, const Extent &from, T *out, const T *choice, const Extent &to, const Node &node, int64_t chunks) {
    forWindows<T>(to, from, node.rows, node.columns, node.spec.kernel_width, chunks,
                  [&](int64_t source, int64_t place, int64_t, int64_t, auto &&taps) __attribute__((always_inline)) {
        Vector<T> chosen = at(choice + place), sum{};
        taps([&](int64_t pixel, int64_t element, int64_t, int64_t) __attribute__((always_inline)) {
            sum = chosen == splat<T>(T(element)) ? at(in + source + pixel) : sum;
        });
        at(out + place) = sum;
    });
}

template <typename T>
void chooseBackward(const T *g, const T *choice, const Extent &to, T *gx, const Extent &from, const Node &node, int64_t chunks, bool adds) {
    forWindows<T>(from, to, node.backwardRows, node.backwardColumns, node.spec.kernel_width, chunks,
                  [&](int64_t source, int64_t place, int64_t, int64_t, auto &&taps) __attribute__((always_inline)) {
        Vector<T> sum{};
        taps([&](int64_t pixel, int64_t element, int64_t, int64_t) __attribute__((always_inline)) {
            Vector<T> value = at(g + source + pixel);
            sum += at(choice + source + pixel) == splat<T>(T(element)) ? value : Vector<T>{};
        });
        put(gx + place, sum, adds);
    });
}
