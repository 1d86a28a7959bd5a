// The program of a learner's network. It computes the loss, its gradient and the second-order product of the adjoint, on one CPU thread.
//
// Programs are immutable and may be shared by threads. A workspace belongs to one thread at a time. `scalar` is the type behind every
// pointer: float or double. Images are [batch, channels, height, width], labels [batch, classes].
#ifndef CLEARNER_H
#define CLEARNER_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cl_program_s *cl_program;
typedef struct cl_workspace_s *cl_workspace;

typedef enum { CL_FLOAT32 = 0, CL_FLOAT64 = 1 } cl_scalar;
// The kinds of layers. A new kind needs an entry here and a `Layer` in the .inl file of its family. Without the latter, kernels do not
// compile.
#define CL_KINDS(KIND) \
    KIND(INPUT) KIND(ZERO) KIND(IDENTITY) KIND(CONVOLUTION) KIND(NORM) KIND(GROUP_NORM) KIND(ACTIVATION) KIND(AVERAGE_POOL) KIND(MAX_POOL) \
    KIND(GLOBAL_AVERAGE_POOL) KIND(LINEAR) KIND(SUM) KIND(CONCATENATION) KIND(SCALE) KIND(BIAS) KIND(FLATTEN)
typedef enum {
#define CL_KIND(name) CL_##name,
    CL_KINDS(CL_KIND)
#undef CL_KIND
} cl_kind;
typedef enum {
    CL_RELU, CL_RELU6, CL_LEAKY_RELU, CL_SWISH, CL_HARD_SWISH, CL_SIGMOID, CL_TANH, CL_GELU
} cl_activation;
// Instruction sets that the kernels are compiled for. Programs use the best set of the processor.
typedef enum { CL_PORTABLE = 0, CL_AVX2 = 1, CL_AVX512 = 2 } cl_instructions;

typedef struct {
    cl_kind kind;
    // Number of entries in the program's list of inputs that belong to this node, in order.
    int32_t input_count;
    int64_t channels, height, width;
    // Offset of the node's first parameter in the flat vector. The parameters are, by layer:
    // convolution: weights [outputs, inputs / groups, height, width], then gains with mean-only norms;
    // norm: scale (not with mean-only norms), then shift; group norm: scale, then shift;
    // bias: its numbers; linear layer: weights [outputs, inputs], then bias.
    int64_t parameters;
    // Number of parameters.
    int64_t parameter_count;
    int64_t kernel_height, kernel_width, stride, padding_height, padding_width, dilation, groups;
    cl_activation activation;
} cl_node;

// Creates a program. Nodes are in topological order: node 0 is the image, the last one the logits [classes, 1, 1].
cl_program cl_program_new(const cl_node *nodes, int32_t count, const int32_t *inputs, int64_t parameter_count, bool mean_only,
                          double epsilon, double leaky_slope);
void cl_program_free(cl_program program);

cl_workspace cl_workspace_new(void);
void cl_workspace_free(cl_workspace workspace);

// The functions below return false if memory runs out; then nothing is written.

// Computes the mean cross-entropy and its gradient [parameters].
bool cl_gradient(cl_program program, cl_workspace workspace, cl_scalar scalar, const void *parameters, const void *images,
                 const void *labels, int64_t batch, double *loss, void *gradient);

// Computes the derivatives of <g, direction> + loss_weight * loss by parameters, images and labels, where g is the gradient.
bool cl_products(cl_program program, cl_workspace workspace, cl_scalar scalar, const void *parameters, const void *direction,
                 const void *images, const void *labels, int64_t batch, double loss_weight, void *parameter_product,
                 void *image_product, void *label_product);

// Returns the length of the statistics of all norms: mean and biased variance of each channel, for one norm after another.
int64_t cl_statistics_count(cl_program program);
bool cl_statistics(cl_program program, cl_workspace workspace, cl_scalar scalar, const void *parameters, const void *images,
                   int64_t batch, void *statistics);
// Computes logits [batch, classes], with norms using the given statistics.
bool cl_logits(cl_program program, cl_workspace workspace, cl_scalar scalar, const void *parameters, const void *statistics,
               const void *images, int64_t batch, void *logits);

// The best instruction set of this processor, and the one in use. Tests can select a lower set for the whole process.
cl_instructions cl_best_instructions(void);
cl_instructions cl_current_instructions(void);
void cl_use_instructions(cl_instructions instructions);

#ifdef __cplusplus
}
#endif
#endif
