#include "Kernels.hpp"

#include <algorithm>
#include <cstdlib>
#include <sys/mman.h>
#include <tuple>

using namespace learner;

Taps Taps::forward(int64_t outputs, int64_t inputs, int64_t kernel, int64_t stride, int64_t padding, int64_t dilation) {
    Taps taps;
    for (int64_t i = 0; i < outputs; i++) {
        for (int64_t k = 0; k < kernel; k++) {
            int64_t source = i * stride - padding + k * dilation;
            if (source < 0 || source >= inputs) continue;
            taps.element.push_back(int32_t(k));
            taps.source.push_back(int32_t(source));
        }
        taps.first.push_back(int32_t(taps.element.size()));
    }
    taps.findAlike();
    return taps;
}

Taps Taps::backward(int64_t outputs, int64_t inputs, int64_t kernel, int64_t stride, int64_t padding, int64_t dilation) {
    Taps taps;
    for (int64_t i = 0; i < inputs; i++) {
        for (int64_t k = 0; k < kernel; k++) {
            int64_t strided = i + padding - k * dilation;
            if (strided < 0 || strided % stride != 0 || strided / stride >= outputs) continue;
            taps.element.push_back(int32_t(k));
            taps.source.push_back(int32_t(strided / stride));
        }
        taps.first.push_back(int32_t(taps.element.size()));
    }
    taps.findAlike();
    return taps;
}

void Taps::findAlike() {
    int64_t positions = int64_t(first.size()) - 1;
    alike.assign(size_t(positions), 1);
    auto step = [&](int64_t i) { return source[first[i + 1]] - source[first[i]]; };
    for (int64_t i = positions - 2; i >= 0; i--) {
        bool same = count(i) == count(i + 1) && count(i) > 0;
        for (int32_t k = 0; same && k < count(i); k++) same = element[first[i] + k] == element[first[i + 1] + k];
        if (same) alike[i] = alike[i + 1] > 1 && step(i) != step(i + 1) ? 2 : alike[i + 1] + 1;
    }
}

void Node::flattenIfDense() {
    bool covers = spec.kernel_height == source.height && spec.kernel_width == source.width && extent.pixels() == 1 && spec.groups == 1
        && spec.padding_height == 0 && spec.padding_width == 0 && spec.dilation == 1;
    if (!covers || source.plane() != source.pixels() * lanes) return;
    source = {source.channels * source.pixels(), 1, 1};
    spec.kernel_height = spec.kernel_width = 1;
}

namespace {

/// A buffer and its lifetime, both ends included.
struct Buffer {
    int64_t *place;
    int64_t size;
    int64_t start, end;
};

/// Assigns each buffer the lowest offset that is free during its lifetime; returns the total size.
int64_t assignOffsets(std::vector<Buffer> &buffers) {
    std::sort(buffers.begin(), buffers.end(), [](auto &a, auto &b) { return std::tie(a.start, a.place) < std::tie(b.start, b.place); });
    std::vector<Buffer *> live;  // by offset
    int64_t top = 0;
    for (Buffer &buffer : buffers) {
        std::erase_if(live, [&](Buffer *other) { return other->end < buffer.start; });
        int64_t place = 0;
        auto next = live.begin();
        for (; next != live.end() && *(*next)->place - place < buffer.size; next++) place = *(*next)->place + (*next)->size;
        *buffer.place = place;
        live.insert(next, &buffer);
        top = std::max(top, place + buffer.size);
    }
    return top;
}

}  // namespace

/// Node i is computed at time i, the loss at time n, and the backward step of node i at time 2n − i.
MemoryLayout cl_program_s::layout(Mode mode) const {
    int64_t count = int64_t(nodes.size());
    auto backward = [&](int64_t node) { return 2 * count - node; };
    MemoryLayout layout;
    for (auto *places : {&layout.value, &layout.tangent, &layout.cotangent, &layout.cotangentTangent, &layout.kept}) places->assign(count, -1);

    std::vector<int64_t> valueEnd(count), cotangentStart(count, backward(0)), cotangentEnd(count, 0);
    for (int64_t i = 0; i < count; i++) {
        valueEnd[i] = i == count - 1 ? count : i;
        if (mode != Mode::evaluation && nodes[i].traits.readsOutput) valueEnd[i] = backward(i);
        for (int32_t input : nodes[i].inputs) {
            valueEnd[input] = std::max(valueEnd[input], mode != Mode::evaluation && nodes[i].traits.readsInputs ? backward(i) : i);
            int64_t root = nodes[input].cotangent;
            cotangentStart[root] = std::min(cotangentStart[root], backward(i));
        }
    }
    cotangentStart[nodes[count - 1].cotangent] = count;
    for (int64_t i = 0; i < count; i++) cotangentEnd[nodes[i].cotangent] = std::max(cotangentEnd[nodes[i].cotangent], backward(i));

    std::vector<Buffer> buffers;
    for (int64_t i = 0; i < count; i++) {
        const Node &node = nodes[i];
        if (node.isIdentity()) continue;
        int64_t size = node.extent.size();
        bool isProducts = mode == Mode::products;
        buffers.push_back({&layout.value[i], size, i, valueEnd[i]});
        if (isProducts && node.varies) buffers.push_back({&layout.tangent[i], size, i, valueEnd[i]});
        if (mode == Mode::evaluation) continue;
        if (node.traits.kept) buffers.push_back({&layout.kept[i], node.traits.kept, i, backward(i)});
        if (node.cotangent != i || node.isZero()) continue;
        if (node.varies) buffers.push_back({&layout.cotangent[i], size, cotangentStart[i], cotangentEnd[i]});
        if (isProducts) buffers.push_back({&layout.cotangentTangent[i], size, cotangentStart[i], cotangentEnd[i]});
    }
    layout.size = assignOffsets(buffers);
    for (int64_t i = 0; i < count; i++) {
        layout.cotangent[i] = layout.cotangent[nodes[i].cotangent];
        layout.cotangentTangent[i] = layout.cotangentTangent[nodes[i].cotangent];
    }
    return layout;
}

cl_program cl_program_new(const cl_node *specs, int32_t count, const int32_t *inputs, int64_t parameterCount, bool meanOnly,
                          double epsilon, double leakySlope) {
    auto program = new cl_program_s;
    program->parameterCount = parameterCount;
    program->meanOnly = meanOnly;
    program->epsilon = epsilon;
    program->leakySlope = leakySlope;
    auto &nodes = program->nodes;
    for (int32_t i = 0; i < count; i++) {
        Node node;
        node.spec = specs[i];
        node.extent = {specs[i].channels, specs[i].height, specs[i].width};
        node.cotangent = i;
        node.varies = specs[i].parameter_count > 0;
        for (int32_t k = 0; k < specs[i].input_count; k++) {
            // An identity is replaced by its input.
            int32_t input = *inputs++;
            // Zeros do not read their inputs.
            if (node.isZero()) continue;
            while (nodes[input].isIdentity()) input = nodes[input].inputs[0];
            node.inputs.push_back(input);
            if (nodes[input].varies) node.varies = true;
            if (node.isIdentity()) continue;
            nodes[input].readers++;
            nodes[input].lastReader = i;
        }
        if (!node.inputs.empty()) node.source = nodes[node.inputs[0]].extent;
        // All instruction sets have the same traits.
        node.traits = portable::traits(node);
        if (node.traits.hasWeights) node.flattenIfDense();
        if (node.traits.isWindowed) {
            const Extent &from = node.source;
            const cl_node &s = node.spec;
            node.rows = Taps::forward(s.height, from.height, s.kernel_height, s.stride, s.padding_height, s.dilation);
            node.columns = Taps::forward(s.width, from.width, s.kernel_width, s.stride, s.padding_width, s.dilation);
            node.backwardRows = Taps::backward(s.height, from.height, s.kernel_height, s.stride, s.padding_height, s.dilation);
            node.backwardColumns = Taps::backward(s.width, from.width, s.kernel_width, s.stride, s.padding_width, s.dilation);
        }
        if (node.traits.hasStatistics) {
            node.statistics = program->statisticsCount;
            program->statisticsCount += 2 * node.extent.channels;
        }
        if (node.traits.hasWeights) {
            int64_t from = node.source.channels / node.spec.groups;
            int64_t weights = node.extent.channels * from * node.spec.kernel_height * node.spec.kernel_width;
            program->largestWeights = std::max(program->largestWeights, weights);
        }
        nodes.push_back(std::move(node));
    }
    // A value that only one sum or bias reads shares the reader's cotangent.
    for (int32_t i = count - 1; i >= 0; i--) {
        const Node &node = nodes[i];
        if (node.readers != 1 || i == count - 1 || node.isIdentity()) continue;
        if (nodes[node.lastReader].traits.isAddition) nodes[i].cotangent = nodes[node.lastReader].cotangent;
    }
    program->evaluation = program->layout(Mode::evaluation);
    program->gradient = program->layout(Mode::gradient);
    program->products = program->layout(Mode::products);
    return program;
}

void cl_program_free(cl_program program) { delete program; }
int64_t cl_statistics_count(cl_program program) { return program->statisticsCount; }

cl_workspace cl_workspace_new(void) { return new cl_workspace_s; }
void cl_workspace_free(cl_workspace workspace) { delete workspace; }

/// Bytes of a huge page.
static constexpr int64_t page = 2 << 20;

void *cl_workspace_s::room(int64_t wanted) {
    if (wanted <= bytes) return memory;
    release();
    int64_t size = (wanted + page - 1) / page * page;
    // Mapped directly, so that the system gets all of it back. The extra page allows alignment to a huge page.
    void *found = mmap(nullptr, size_t(size + page), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (found == MAP_FAILED) return nullptr;
    mapping = found, bytes = size;
    memory = reinterpret_cast<void *>((reinterpret_cast<uintptr_t>(found) + page - 1) / page * page);
#if defined(MADV_HUGEPAGE)
    // Huge pages, because a convolution reads many maps that are megabytes apart.
    madvise(memory, size_t(size), MADV_HUGEPAGE);
#endif
    return memory;
}

void cl_workspace_s::release() {
    if (mapping) munmap(mapping, size_t(bytes + page));
    mapping = memory = nullptr;
    bytes = 0;
}

cl_workspace_s::~cl_workspace_s() { release(); }
