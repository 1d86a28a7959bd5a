// Convolutions, their transposes and their weight gradients, over maps with the images as the innermost axis.
//
// Images fill the vectors, so no channel count, map size, stride or border leaves lanes unused. Each step of the innermost loop multiplies
// one pixel of 32 images by one weight for each of several output channels. The sums stay in registers.

/// Splits `total` into as few parts of at most `most` as possible, of nearly equal sizes, and calls `body(first, size)`.
template <typename Body> INLINE void forBlocks(int64_t total, int64_t most, Body &&body) {
    int64_t parts = (total + most - 1) / most, first = 0;
    for (int64_t part = 0; part < parts; part++) {
        int64_t size = total / parts + (part < total % parts ? 1 : 0);
        body(first, size);
        first += size;
    }
}

/// `C` output channels of `X` adjacent pixels, starting at x.
template <typename T, int C, int X>
INLINE void convolvePixels(const T *in, const Extent &from, T *out, const Extent &to, int64_t inputs, const T *packed, int64_t elements,
                           int64_t kernelWidth, const Taps &rows, const Taps &columns, int64_t y, int64_t x, bool adds) {
    constexpr int64_t held = heldVectors;
    const int32_t *rowElement = rows.element.data(), *rowSource = rows.source.data();
    const int32_t *columnElement = columns.element.data(), *columnSource = columns.source.data();
    int64_t step = X > 1 ? int64_t(columnSource[columns.first[x + 1]] - columnSource[columns.first[x]]) * lanes : 0;
    for (int64_t v0 = 0; v0 < vectors<T>; v0 += held) {
        Vector<T> sums[X][C][held];
        T *place = out + (y * to.width + x) * lanes + v0 * width<T>;
        for (int p = 0; p < X; p++)
            for (int c = 0; c < C; c++)
                for (int64_t v = 0; v < held; v++)
                    sums[p][c][v] = adds ? at(place + c * to.plane() + p * lanes + v * width<T>) : Vector<T>{};
        const T *channel = in + v0 * width<T>, *weights = packed;
        for (int64_t i = 0; i < inputs; i++, channel += from.plane(), weights += elements * C) {
            for (int32_t r = rows.first[y]; r < rows.first[y + 1]; r++) {
                const T *row = channel + int64_t(rowSource[r]) * from.width * lanes, *rowWeights = weights + rowElement[r] * kernelWidth * C;
                for (int32_t k = columns.first[x]; k < columns.first[x + 1]; k++) {
                    const T *pixel = row + int64_t(columnSource[k]) * lanes, *w = rowWeights + columnElement[k] * C;
                    for (int p = 0; p < X; p++) {
                        Vector<T> values[held];
                        for (int64_t v = 0; v < held; v++) values[v] = at(pixel + p * step + v * width<T>);
                        for (int c = 0; c < C; c++)
                            for (int64_t v = 0; v < held; v++) sums[p][c][v] += values[v] * w[c];
                    }
                }
            }
        }
        for (int p = 0; p < X; p++)
            for (int c = 0; c < C; c++)
                for (int64_t v = 0; v < held; v++) at(place + c * to.plane() + p * lanes + v * width<T>) = sums[p][c][v];
    }
}

/// One row of `C` output channels. With few channels, several pixels are computed at once, because each addition must wait for the
/// previous one of its sum.
template <typename T, int C>
void convolveRow(const T *in, const Extent &from, T *out, const Extent &to, int64_t inputs, const T *packed, int64_t elements,
                 int64_t kernelWidth, const Taps &rows, const Taps &columns, int64_t y, bool adds) {
    constexpr int X = C == 1 ? 4 : C <= 3 ? 2 : 1;
    for (int64_t x = 0; x < to.width;) {
        if (X > 1 && columns.alike[x] >= X) {
            convolvePixels<T, C, X>(in, from, out, to, inputs, packed, elements, kernelWidth, rows, columns, y, x, adds);
            x += X;
        } else {
            convolvePixels<T, C, 1>(in, from, out, to, inputs, packed, elements, kernelWidth, rows, columns, y, x, adds);
            x += 1;
        }
    }
}

/// out[o] (+)= Σ over taps of Σ over i of weight(o, i, tap) · in[i]: a convolution or its transpose, for each group.
template <typename T>
void convolve(const T *in, const Extent &from, T *out, const Extent &to, const T *packed, int64_t groups, int64_t kernelHeight,
              int64_t kernelWidth, const Taps &rows, const Taps &columns, int64_t chunks, bool adds) {
    int64_t inputs = from.channels / groups, outputs = to.channels / groups, elements = kernelHeight * kernelWidth;
    auto forGroups = [&](auto &&body) INLINE_LAMBDA {
        const T *weights = packed;
        for (int64_t group = 0; group < groups; group++) {
            forBlocks(outputs, mostOutputs, [&](int64_t first, int64_t size) INLINE_LAMBDA {
                body(in + group * inputs * from.plane(), out + (group * outputs + first) * to.plane(), weights, size);
                weights += size * inputs * elements;
            });
        }
    };
    auto row = [&](const T *source, T *target, const T *weights, int64_t size, int64_t chunk, int64_t y) INLINE_LAMBDA {
        onSize<mostOutputs>(size, [&]<int C>(std::integral_constant<int, C>) {
            convolveRow<T, C>(source + chunk * from.size(), from, target + chunk * to.size(), to, inputs, weights, elements, kernelWidth, rows,
                              columns, y, adds);
        });
    };
    // The loop order ensures that the larger of weights and maps passes through the cache only once.
    if (outputs * inputs * elements > from.size()) {
        forGroups([&](const T *source, T *target, const T *weights, int64_t size) INLINE_LAMBDA {
            for (int64_t chunk = 0; chunk < chunks; chunk++)
                for (int64_t y = 0; y < to.height; y++) row(source, target, weights, size, chunk, y);
        });
        return;
    }
    for (int64_t chunk = 0; chunk < chunks; chunk++) {
        for (int64_t y = 0; y < to.height; y++) {
            forGroups([&](const T *source, T *target, const T *weights, int64_t size) INLINE_LAMBDA {
                row(source, target, weights, size, chunk, y);
            });
        }
    }
}

/// Packs weights in the order in which `convolve` reads them: block of outputs, input, element of the window, output.
template <typename T>
void pack(const T *weights, T *packed, int64_t groups, int64_t outputs, int64_t inputs, int64_t elements, bool transposed) {
    // A transposed convolution swaps the inputs and outputs of the convolution.
    int64_t to = transposed ? inputs : outputs, from = transposed ? outputs : inputs;
    for (int64_t group = 0; group < groups; group++, weights += outputs * inputs * elements) {
        forBlocks(to, mostOutputs, [&](int64_t first, int64_t size) {
            for (int64_t i = 0; i < from; i++)
                for (int64_t k = 0; k < elements; k++)
                    for (int64_t o = first; o < first + size; o++)
                        *packed++ = transposed ? weights[(i * inputs + o) * elements + k] : weights[(o * inputs + i) * elements + k];
        });
    }
}

/// The sums over several chunks for `O` outputs, `I` inputs and `K` adjacent elements of one row of the window.
template <typename T, int O, int I, int K>
void weightSums(const T *in, const Extent &from, const T *g, const Extent &to, const cl_node &s, const Taps &rows, int64_t ky, int64_t kx,
                T *gradient, int64_t inputs, int64_t chunks) {
    Vector<T> sums[O][I][K] = {};
    // Output columns for which all K elements are inside the map.
    int64_t start = kx * s.dilation - s.padding_width, end = (kx + K - 1) * s.dilation - s.padding_width;
    int64_t low = start >= 0 ? 0 : (-start + s.stride - 1) / s.stride;
    int64_t high = from.width - 1 - end < 0 ? 0 : std::min(to.width, (from.width - 1 - end) / s.stride + 1);
    int64_t step = s.dilation * lanes;
    for (int64_t position = 0; position < chunks * to.height; position++) {
        int64_t y = position % to.height, sourceRow = -1;
        if (y == 0 && position > 0) in += from.size(), g += to.size();
        for (int32_t r = rows.first[y]; r < rows.first[y + 1]; r++)
            if (rows.element[r] == ky) sourceRow = rows.source[r];
        if (sourceRow < 0) continue;
        const T *gRow = g + y * to.width * lanes, *inRow = in + sourceRow * from.width * lanes;
        auto edge = [&](int64_t x) __attribute__((always_inline)) {
            for (int k = 0; k < K; k++) {
                int64_t source = x * s.stride + start + k * s.dilation;
                if (source < 0 || source >= from.width) continue;
                for (int64_t v = 0; v < lanes; v += width<T>)
                    for (int i = 0; i < I; i++)
                        for (int o = 0; o < O; o++)
                            sums[o][i][k] += at(gRow + o * to.plane() + x * lanes + v) * at(inRow + i * from.plane() + source * lanes + v);
            }
        };
        for (int64_t x = 0; x < std::min(low, to.width); x++) edge(x);
        for (int64_t x = low; x < high; x++) {
            const T *gPixel = gRow + x * lanes, *inPixel = inRow + (x * s.stride + start) * lanes;
            for (int64_t v = 0; v < lanes; v += width<T>) {
                Vector<T> cotangents[O];
                for (int o = 0; o < O; o++) cotangents[o] = at(gPixel + o * to.plane() + v);
                for (int i = 0; i < I; i++) {
                    for (int k = 0; k < K; k++) {
                        Vector<T> value = at(inPixel + i * from.plane() + k * step + v);
                        for (int o = 0; o < O; o++) sums[o][i][k] += cotangents[o] * value;
                    }
                }
            }
        }
        for (int64_t x = std::max(low, high); x < to.width; x++) edge(x);
    }
    int64_t elements = s.kernel_height * s.kernel_width;
    for (int o = 0; o < O; o++)
        for (int i = 0; i < I; i++)
            for (int k = 0; k < K; k++) gradient[(o * inputs + i) * elements + ky * s.kernel_width + kx + k] += sumOf<T>(sums[o][i][k]);
}

/// Like `addWeightGradient`, for maps of one pixel: gradient[o][i] += Σ over images of g[o] · in[i]. Vectors hold inputs instead of images
/// here, because sums over lanes would dominate the cost.
template <typename T>
void addDenseGradient(const T *in, int64_t inputs, int64_t inChunk, const T *g, int64_t outputs, int64_t outChunk, int64_t chunks, T *gradient) {
    constexpr int64_t held = heldVectors, block = held * width<T>;
    std::vector<T> turned(size_t(chunks * lanes * block + width<T>));
    T *columns = turned.data() + (64 - reinterpret_cast<uintptr_t>(turned.data()) % 64) % 64 / sizeof(T);
    for (int64_t first = 0; first < inputs; first += block) {
        int64_t present = std::min(block, inputs - first);
        for (int64_t chunk = 0; chunk < chunks; chunk++) {
            T *to = columns + chunk * lanes * block;
            for (int64_t i = 0; i < block; i++)
                for (int64_t n = 0; n < lanes; n++) to[n * block + i] = i < present ? in[chunk * inChunk + (first + i) * lanes + n] : T(0);
        }
        forBlocks(outputs, mostOutputs, [&](int64_t o, int64_t size) {
            onSize<mostOutputs>(size, [&]<int C>(std::integral_constant<int, C>) {
                Vector<T> sums[C][held] = {};
                for (int64_t chunk = 0; chunk < chunks; chunk++) {
                    const T *cotangents = g + chunk * outChunk + o * lanes, *values = columns + chunk * lanes * block;
                    for (int64_t n = 0; n < lanes; n++)
                        for (int c = 0; c < C; c++)
                            for (int64_t v = 0; v < held; v++) sums[c][v] += at(values + n * block + v * width<T>) * cotangents[c * lanes + n];
                }
                for (int c = 0; c < C; c++)
                    for (int64_t i = 0; i < present; i++) gradient[(o + c) * inputs + first + i] += sums[c][i / width<T>][i % width<T>];
            });
        });
    }
}

/// Adds the weight gradient for the cotangents g of the outputs.
template <typename T>
void addWeightGradient(const T *in, const Extent &from, const T *g, const Extent &to, const Node &node, int64_t chunks, T *gradient) {
    const cl_node &s = node.spec;
    int64_t inputs = from.channels / s.groups, outputs = to.channels / s.groups, elements = s.kernel_height * s.kernel_width;
    if (from.pixels() == 1 && to.pixels() == 1 && s.groups == 1)
        return addDenseGradient(in, inputs, from.size(), g, outputs, to.size(), chunks, gradient);
    // Small maps are summed over all chunks before the lanes are summed. Large maps are processed one chunk at a time, to fit into the
    // cache.
    int64_t together = to.pixels() <= 64 ? chunks : 1;
    for (int64_t chunk = 0; chunk < chunks; chunk += together, in += together * from.size(), g += together * to.size()) {
        for (int64_t group = 0; group < s.groups; group++) {
            forBlocks(outputs, mostGradientOutputs, [&](int64_t o0, int64_t os) {
                forBlocks(inputs, mostGradientInputs, [&](int64_t i0, int64_t is) {
                    const T *source = in + (group * inputs + i0) * from.plane(), *cotangents = g + (group * outputs + o0) * to.plane();
                    T *place = gradient + ((group * outputs + o0) * inputs + i0) * elements;
                    for (int64_t ky = 0; ky < s.kernel_height; ky++) {
                        forBlocks(s.kernel_width, 3, [&](int64_t kx, int64_t ks) {
                            onSize<mostGradientOutputs>(os, [&]<int O>(std::integral_constant<int, O>) {
                                onSize<mostGradientInputs>(is, [&]<int I>(std::integral_constant<int, I>) {
                                    onSize<3>(ks, [&]<int K>(std::integral_constant<int, K>) {
                                        weightSums<T, O, I, K>(source, from, cotangents, to, s, node.rows, ky, kx, place, inputs, together);
                                    });
                                });
                            });
                        });
                    }
                });
            });
        }
    }
}
