// The data of a program: nodes, the memory layout of their buffers, and the index arithmetic of windows.
#pragma once

#include "clearner.h"

#include <cstdint>
#include <vector>

namespace learner {

/// Number of adjacent images: the innermost axis of every feature map. A batch is divided into chunks of this size, the last one padded.
constexpr int64_t lanes = 32;

/// A feature map of one chunk: [channels][height · width][lanes].
struct Extent {
    int64_t channels = 0, height = 0, width = 0;
    int64_t pixels() const { return height * width; }
    /// Numbers from one channel to the next. Never a multiple of 4 KiB, which would map all channels to the same set of the cache.
    int64_t plane() const { return (pixels() % 32 == 0 ? pixels() + 1 : pixels()) * lanes; }
    int64_t size() const { return channels * plane(); }
};

/// For each position of an axis: the positions that it reads on another axis, and the window element used for each.
struct Taps {
    /// Position i reads entries first[i] ..< first[i + 1].
    std::vector<int32_t> first{0};
    std::vector<int32_t> element, source;
    /// For each position, how many consecutive positions from it read with the same elements at a constant stride.
    std::vector<int32_t> alike;

    /// Returns the inputs that outputs read.
    static Taps forward(int64_t outputs, int64_t inputs, int64_t kernel, int64_t stride, int64_t padding, int64_t dilation);
    /// Returns, for each input, the outputs whose cotangents reach it.
    static Taps backward(int64_t outputs, int64_t inputs, int64_t kernel, int64_t stride, int64_t padding, int64_t dilation);
    int32_t count(int64_t position) const { return first[position + 1] - first[position]; }

private:
    void findAlike();
};

/// The properties of a layer that the memory layout and the sweeps depend on.
struct Traits {
    /// Whether the backward sweep reads the values of the inputs and of the output.
    bool readsInputs = true, readsOutput = false;
    /// Numbers per chunk that the forward sweep stores for the backward sweep.
    int64_t kept = 0;
    /// Whether all inputs receive the output's cotangent unchanged.
    bool isAddition = false;
    /// Whether the layer reads its input through a window, and whether it has weights.
    bool isWindowed = false, hasWeights = false;
    /// Whether the layer uses batch statistics, which are given at evaluation.
    bool hasStatistics = false;
};

struct Node {
    cl_node spec;
    Traits traits;
    std::vector<int32_t> inputs;
    /// The number of reads by other nodes, and the last node that reads.
    int32_t readers = 0, lastReader = -1;
    Extent extent;
    /// The map of the first input as this node reads it. A convolution that covers the whole map reads it as one pixel of many channels.
    Extent source;
    /// Whether the output depends on parameters.
    bool varies = false;
    Taps rows, columns, backwardRows, backwardColumns;
    /// The node whose cotangent buffer this node uses: this node, or another with the same values.
    int32_t cotangent = 0;
    /// The offset of a norm's statistics; -1 for none.
    int64_t statistics = -1;

    bool isZero() const { return spec.kind == CL_ZERO; }
    bool isIdentity() const { return spec.kind == CL_IDENTITY; }
    void flattenIfDense();
};

enum class Mode { evaluation, gradient, products };

/// The offset of each buffer of a sweep, in numbers per chunk; −1 for none. Buffers with disjoint lifetimes share memory.
struct MemoryLayout {
    std::vector<int64_t> value, tangent, cotangent, cotangentTangent, kept;
    int64_t size = 0;
};

}  // namespace learner

struct cl_program_s {
    std::vector<learner::Node> nodes;
    int64_t parameterCount = 0, statisticsCount = 0, largestWeights = 0;
    bool meanOnly = false;
    double epsilon = 0, leakySlope = 0;
    learner::MemoryLayout evaluation, gradient, products;

    learner::MemoryLayout layout(learner::Mode mode) const;
};

struct cl_workspace_s {
    /// Returns at least this many bytes, aligned for vectors, or null if memory runs out. Growing discards the earlier contents.
    void *room(int64_t bytes);
    ~cl_workspace_s();
    int64_t bytes = 0;

private:
    void *mapping = nullptr, *memory = nullptr;
    void release();
};
