// libtorch behind a plain C interface: opaque handles and a status from every call. No exception crosses it.
//
// A call that creates a tensor writes a new handle to `out`. The caller owns it and frees it with ct_free.
// On any status except CT_OK, nothing is written, and ct_last_error() returns the reason (per thread, until the next failure).
#ifndef CTORCH_H
#define CTORCH_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ct_tensor_s *ct_tensor;
typedef struct ct_generator_s *ct_generator;

typedef enum { CT_OK = 0, CT_ERROR = 1, CT_OUT_OF_MEMORY = 2 } ct_status;
typedef enum { CT_FLOAT32 = 0, CT_FLOAT64 = 1, CT_INT64 = 2, CT_UINT8 = 3, CT_BOOL = 4 } ct_type;
typedef enum { CT_CPU = 0, CT_CUDA = 1, CT_MPS = 2 } ct_device_kind;
typedef struct { ct_device_kind kind; int32_t index; } ct_device;

const char *ct_last_error(void);
const char *ct_version(void);

// Process and thread
void ct_start(void);
void ct_set_threads(int32_t count);
int32_t ct_threads(void);
int64_t ct_live_handles(void);
int32_t ct_cuda_devices(void);
bool ct_mps_available(void);
bool ct_gradients_enabled(void);
void ct_set_gradients_enabled(bool enabled);

// Random generators
ct_status ct_generator_new(uint64_t seed, ct_generator *out);
void ct_generator_free(ct_generator generator);
ct_status ct_generator_state(ct_generator generator, ct_tensor *out);
ct_status ct_generator_set_state(ct_generator generator, ct_tensor state);

// Creation
ct_status ct_from_bytes(const void *bytes, const int64_t *sizes, int32_t rank, ct_type type, ct_device device, ct_tensor *out);
ct_status ct_empty(const int64_t *sizes, int32_t rank, ct_type type, ct_tensor *out);
ct_status ct_full(double value, const int64_t *sizes, int32_t rank, ct_type type, ct_device device, ct_tensor *out);
ct_status ct_arange(int64_t count, ct_device device, ct_tensor *out);
ct_status ct_normal(const int64_t *sizes, int32_t rank, ct_type type, ct_generator generator, ct_tensor *out);
ct_status ct_uniform(const int64_t *sizes, int32_t rank, ct_type type, ct_generator generator, ct_tensor *out);
ct_status ct_permutation(int64_t count, ct_generator generator, ct_tensor *out);
void ct_free(ct_tensor tensor);

// Properties and conversion
int32_t ct_rank(ct_tensor x);
void ct_sizes(ct_tensor x, int64_t *out);
ct_type ct_scalar_type(ct_tensor x);
ct_device ct_tensor_device(ct_tensor x);
bool ct_requires_grad(ct_tensor x);
// The elements of a row-major tensor on the CPU; NULL for any other tensor. Valid as long as the handle.
void *ct_data(ct_tensor x);
ct_status ct_copy_bytes(ct_tensor x, void *out, int64_t byte_count);
ct_status ct_to(ct_tensor x, ct_type type, ct_device device, ct_tensor *out);

// Differentiation
ct_status ct_detach(ct_tensor x, ct_tensor *out);
ct_status ct_leaf(ct_tensor x, ct_tensor *out);
// outs[i] is NULL if no output depends on inputs[i]. cotangents may be NULL, which means ones.
ct_status ct_gradients(const ct_tensor *outputs, const ct_tensor *cotangents, int32_t output_count,
                       const ct_tensor *inputs, int32_t input_count, bool create_graph, bool retain_graph, ct_tensor *outs);

// Elementwise
typedef enum {
    CT_NEGATE, CT_EXP, CT_LOG, CT_SQRT, CT_TANH, CT_SIGMOID, CT_RELU, CT_RELU6, CT_SWISH, CT_HARD_SWISH, CT_GELU, CT_ABS, CT_ROUND,
    CT_IS_FINITE
} ct_unary_op;
typedef enum { CT_ADD, CT_SUBTRACT, CT_MULTIPLY, CT_DIVIDE, CT_MAXIMUM, CT_EQUAL, CT_LESS } ct_binary_op;
ct_status ct_unary(ct_unary_op op, ct_tensor x, ct_tensor *out);
ct_status ct_binary(ct_binary_op op, ct_tensor a, ct_tensor b, ct_tensor *out);
ct_status ct_binary_scalar(ct_binary_op op, ct_tensor a, double b, ct_tensor *out);
ct_status ct_power(ct_tensor x, double exponent, ct_tensor *out);
ct_status ct_leaky_relu(ct_tensor x, double slope, ct_tensor *out);
ct_status ct_clamp(ct_tensor x, double low, double high, ct_tensor *out);
ct_status ct_where(ct_tensor condition, ct_tensor a, ct_tensor b, ct_tensor *out);

// Reductions. An axis_count of 0 reduces over all axes.
typedef enum { CT_SUM, CT_MEAN, CT_MAX } ct_reduction;
ct_status ct_reduce(ct_reduction op, ct_tensor x, const int64_t *axes, int32_t axis_count, bool keep_axes, ct_tensor *out);
ct_status ct_argmax(ct_tensor x, int64_t axis, ct_tensor *out);

// Shape
ct_status ct_reshape(ct_tensor x, const int64_t *sizes, int32_t rank, ct_tensor *out);
ct_status ct_permute(ct_tensor x, const int64_t *order, int32_t rank, ct_tensor *out);
ct_status ct_expand(ct_tensor x, const int64_t *sizes, int32_t rank, ct_tensor *out);
ct_status ct_slice(ct_tensor x, int64_t axis, int64_t start, int64_t end, ct_tensor *out);
ct_status ct_index_select(ct_tensor x, int64_t axis, ct_tensor indices, ct_tensor *out);
ct_status ct_concatenate(const ct_tensor *xs, int32_t count, int64_t axis, ct_tensor *out);
ct_status ct_stack(const ct_tensor *xs, int32_t count, ct_tensor *out);
// Writes one row of the first axis in place.
ct_status ct_set_row(ct_tensor x, int64_t row, ct_tensor value);
ct_status ct_split(ct_tensor x, const int64_t *lengths, int32_t count, ct_tensor *outs);
ct_status ct_flip(ct_tensor x, int64_t axis, ct_tensor *out);
ct_status ct_contiguous(ct_tensor x, ct_tensor *out);
ct_status ct_sum_of(const ct_tensor *xs, int32_t count, ct_tensor *out);

// Layers
ct_status ct_matmul(ct_tensor a, ct_tensor b, ct_tensor *out);
ct_status ct_linear(ct_tensor x, ct_tensor weight, ct_tensor bias, ct_tensor *out);
ct_status ct_convolution(ct_tensor x, ct_tensor weight, int64_t stride, int64_t padding_height, int64_t padding_width,
                         int64_t dilation, int64_t groups, ct_tensor *out);
ct_status ct_average_pool(ct_tensor x, int64_t kernel_height, int64_t kernel_width, int64_t stride, int64_t padding_height,
                          int64_t padding_width, ct_tensor *out);
ct_status ct_max_pool(ct_tensor x, int64_t kernel_height, int64_t kernel_width, int64_t stride, int64_t padding_height,
                      int64_t padding_width, ct_tensor *out);
// Batch norm with the statistics of x.
ct_status ct_batch_norm(ct_tensor x, ct_tensor scale, ct_tensor shift, double epsilon, ct_tensor *out);
// Batch norm with given statistics.
ct_status ct_batch_norm_by(ct_tensor x, ct_tensor scale, ct_tensor shift, ct_tensor mean, ct_tensor variance, double epsilon,
                           ct_tensor *out);
ct_status ct_log_softmax(ct_tensor x, int64_t axis, ct_tensor *out);
ct_status ct_resize(ct_tensor x, int64_t height, int64_t width, ct_tensor *out);
ct_status ct_upsample_nearest(ct_tensor x, int64_t factor, ct_tensor *out);
ct_status ct_one_hot(ct_tensor labels, int64_t classes, ct_type type, ct_tensor *out);
ct_status ct_eigenvectors(ct_tensor symmetric, ct_tensor *values, ct_tensor *vectors);

#ifdef __cplusplus
}
#endif
#endif
