// What a program is: nodes, the places of their buffers, and the arithmetic of windows.
#pragma once

#include "clearner.h"

#include <cstdint>
#include <vector>

namespace learner {

/// Images that lie side by side: the innermost axis of every feature map. A batch is cut into chunks of as many, the last one filled up.
constexpr int64_t lanes = 32;

/// A feature map of one chunk: [channels][height · width][lanes].
struct Extent {
    int64_t channels = 0, height = 0, width = 0;
    int64_t pixels() const { return height * width; }
    /// Numbers from one channel to the next. Never a multiple of 4 KiB, which would put all channels into one set of the cache.
    int64_t plane() const { return (pixels() % 32 == 0 ? pixels() + 1 : pixels()) * lanes; }
    int64_t size() const { return channels * plane(); }
};

/// For each position of an axis, the places it reads on another axis, and by which element of the window.
struct Taps {
    /// Those of position i are first[i] ..< first[i + 1].
    std::vector<int32_t> first{0};
    std::vector<int32_t> element, source;
    /// How many positions from this one on read by the same elements, each as many places further than the one before it.
    std::vector<int32_t> alike;

    /// What outputs read of inputs.
    static Taps forward(int64_t outputs, int64_t inputs, int64_t kernel, int64_t stride, int64_t padding, int64_t dilation);
    /// What the cotangents of inputs read of those of outputs.
    static Taps backward(int64_t outputs, int64_t inputs, int64_t kernel, int64_t stride, int64_t padding, int64_t dilation);
    int32_t count(int64_t position) const { return first[position + 1] - first[position]; }

private:
    void findAlike();
};

/// What the planner must know of a layer.
struct Traits {
    /// Whether the backward sweep reads the inputs' values, and whether it reads the output's.
    bool readsInputs = true, readsOutput = false;
    /// Numbers of one chunk that the forward sweep keeps for the backward one.
    int64_t kept = 0;
    /// Whether all inputs take the output's cotangent as it is.
    bool isAddition = false;
    /// Whether it reads its input through a window, and whether it multiplies what it reads by weights.
    bool isWindowed = false, hasWeights = false;
    /// Whether it normalizes by statistics of the batch, which are given at evaluation.
    bool hasStatistics = false;
};

struct Node {
    cl_node spec;
    Traits traits;
    std::vector<int32_t> inputs;
    /// How many times other nodes read this one, and the last that does.
    int32_t readers = 0, lastReader = -1;
    Extent extent;
    /// The first input's map as this node reads it: a convolution that covers all of it at once reads one pixel of many channels.
    Extent source;
    /// Whether the output depends on parameters.
    bool varies = false;
    Taps rows, columns, backwardRows, backwardColumns;
    /// Where the node's cotangent lies: with another's, when it is the same.
    int32_t cotangent = 0;
    /// A norm's first place among the statistics.
    int64_t statistics = -1;

    bool isZero() const { return spec.kind == CL_ZERO; }
    bool isIdentity() const { return spec.kind == CL_IDENTITY; }
    void flattenIfDense();
};

enum class Mode { evaluation, gradient, products };

/// Where each buffer of a sweep begins, in numbers of one chunk; −1 for none. Buffers that are never needed at once share a place.
struct Plan {
    std::vector<int64_t> value, tangent, cotangent, cotangentTangent, kept;
    int64_t size = 0;
};

}  // namespace learner

struct cl_program_s {
    std::vector<learner::Node> nodes;
    int64_t parameterCount = 0, statisticsCount = 0, largestWeights = 0;
    bool meanOnly = false;
    double epsilon = 0, leakySlope = 0;
    learner::Plan evaluation, gradient, products;

    learner::Plan plan(learner::Mode mode) const;
};

struct cl_workspace_s {
    /// Memory of at least this many bytes, for any vectors; null when there is not enough. What it held before is lost when it grows.
    void *room(int64_t bytes);
    ~cl_workspace_s();
    int64_t bytes = 0;

private:
    void *mapping = nullptr, *memory = nullptr;
    void release();
};
