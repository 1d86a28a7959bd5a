// Vectors, and loops over feature maps. Included once for each instruction set.

/// 64 bytes of numbers: one register of AVX-512, several of narrower sets.
template <typename T> struct VectorOf { typedef T type __attribute__((vector_size(64))); };
template <typename T> using Vector = typename VectorOf<T>::type;
template <typename T> constexpr int64_t width = 64 / int64_t(sizeof(T));
/// Number of vectors per pixel.
template <typename T> constexpr int64_t vectors = lanes / width<T>;

template <typename T> INLINE Vector<T> &at(T *p) { return *reinterpret_cast<Vector<T> *>(p); }
template <typename T> INLINE const Vector<T> &at(const T *p) { return *reinterpret_cast<const Vector<T> *>(p); }
template <typename T> INLINE Vector<T> splat(T x) { return Vector<T>{} + x; }

/// Pairwise sums keep the chain of dependent additions short.
template <typename T> INLINE T sumOf(const Vector<T> &v) {
    T parts[width<T>];
    for (int64_t i = 0; i < width<T>; i++) parts[i] = v[i];
    for (int64_t half = width<T> / 2; half > 0; half /= 2)
        for (int64_t i = 0; i < half; i++) parts[i] += parts[i + half];
    return parts[0];
}

/// Calls `body(i)` for the first index of every vector of `count` numbers.
template <typename T, typename Body> INLINE void forVectors(int64_t count, Body &&body) {
    for (int64_t i = 0; i < count; i += width<T>) body(i);
}

/// The chunks of a batch, and the lanes of the last chunk that hold images.
template <typename T> struct Batch {
    int64_t images, chunks;
    Vector<T> full[vectors<T>], last[vectors<T>];

    explicit Batch(int64_t images) : images(images), chunks((images + lanes - 1) / lanes) {
        for (int64_t i = 0; i < lanes; i++) {
            full[i / width<T>][i % width<T>] = T(1);
            last[i / width<T>][i % width<T>] = T(i < images - (chunks - 1) * lanes ? 1 : 0);
        }
    }
    /// Ones in lanes that hold images, zeros elsewhere.
    INLINE const Vector<T> *mask(int64_t chunk) const { return chunk == chunks - 1 ? last : full; }
};

/// Writes `value`, or adds it to the stored value.
template <typename T> INLINE void put(T *place, const Vector<T> &value, bool adds) { at(place) = adds ? at(place) + value : value; }

/// Sums the `N` terms of `terms(i, vectors)` over all images and pixels of one channel, where i is the first index of a vector.
template <typename T, int N, typename Terms>
INLINE void channelSums(const Batch<T> &batch, const Extent &e, int64_t channel, T (&sums)[N], Terms &&terms) {
    double totals[N] = {};
    for (int64_t chunk = 0; chunk < batch.chunks; chunk++) {
        const Vector<T> *mask = batch.mask(chunk);
        Vector<T> partial[vectors<T>][N] = {};
        int64_t first = chunk * e.size() + channel * e.plane();
        for (int64_t p = 0; p < e.pixels(); p++, first += lanes) {
            for (int64_t v = 0; v < vectors<T>; v++) {
                Vector<T> made[N];
                terms(first + v * width<T>, made);
                for (int n = 0; n < N; n++) partial[v][n] += made[n] * mask[v];
            }
        }
        for (int64_t v = 0; v < vectors<T>; v++)
            for (int n = 0; n < N; n++) totals[n] += sumOf<T>(partial[v][n]);
    }
    for (int n = 0; n < N; n++) sums[n] = T(totals[n]);
}

/// Calls `body(i, mask)` for every vector of a channel.
template <typename T, typename Body>
INLINE void forChannel(const Batch<T> &batch, const Extent &e, int64_t channel, Body &&body) {
    for (int64_t chunk = 0; chunk < batch.chunks; chunk++) {
        const Vector<T> *mask = batch.mask(chunk);
        int64_t first = chunk * e.size() + channel * e.plane();
        for (int64_t p = 0; p < e.pixels(); p++, first += lanes)
            for (int64_t v = 0; v < vectors<T>; v++) body(first + v * width<T>, mask[v]);
    }
}

/// [batch][rows] (rows are channels × pixels) → chunks of [channels][pixels][lanes], with zeros in empty lanes.
template <typename T> void gather(const T *from, T *to, const Extent &e, const Batch<T> &batch) {
    int64_t pixels = e.pixels(), rows = e.channels * pixels;
    for (int64_t chunk = 0; chunk < batch.chunks; chunk++, to += e.size()) {
        int64_t present = std::min(lanes, batch.images - chunk * lanes);
        const T *images = from + chunk * lanes * rows;
        for (int64_t c = 0; c < e.channels; c++) {
            for (int64_t p = 0; p < pixels; p++) {
                T *place = to + c * e.plane() + p * lanes;
                for (int64_t i = 0; i < present; i++) place[i] = images[i * rows + c * pixels + p];
                for (int64_t i = present; i < lanes; i++) place[i] = 0;
            }
        }
    }
}

/// The inverse of `gather`.
template <typename T> void scatter(const T *from, T *to, const Extent &e, const Batch<T> &batch) {
    int64_t pixels = e.pixels(), rows = e.channels * pixels;
    for (int64_t chunk = 0; chunk < batch.chunks; chunk++, from += e.size()) {
        int64_t present = std::min(lanes, batch.images - chunk * lanes);
        T *images = to + chunk * lanes * rows;
        for (int64_t c = 0; c < e.channels; c++)
            for (int64_t p = 0; p < pixels; p++)
                for (int64_t i = 0; i < present; i++) images[i * rows + c * pixels + p] = from[c * e.plane() + p * lanes + i];
    }
}
