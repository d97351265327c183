// What this package uses of oneDNN, the same for its versions 2.6 and 3.x.
//
// An *operation* is a oneDNN primitive for one shape. It holds no buffers, so one operation may be
// run from several threads at once, each with its own stream and scratch memory. Everything that
// `make` returns belongs to the caller and goes back through `free`. Functions return 0, or a
// number other than 0 after which `ps_dnn_message` says what went wrong on this thread.

#ifndef PS_ONEDNN_SHIM_H
#define PS_ONEDNN_SHIM_H

#include <stddef.h>
#include <stdint.h>

typedef struct ps_dnn_operation ps_dnn_operation;
typedef struct ps_dnn_stream ps_dnn_stream;

typedef enum { PS_DNN_F32, PS_DNN_BF16 } ps_dnn_type;

// What happens to a result before it is written, in the order given.
typedef enum {
    PS_DNN_SUM,  // add what the destination held before
    PS_DNN_RELU,
    PS_DNN_GELU_TANH,
    PS_DNN_GELU_ERF,
    PS_DNN_SWISH,
} ps_dnn_post_operation;

enum { PS_DNN_MAXIMUM_POST_OPERATIONS = 4 };

// What matrix products and convolutions have in common.
typedef struct {
    ps_dnn_type source;
    ps_dnn_type weights;
    ps_dnn_type destination;
    int32_t has_bias;  // biases are always f32
    int32_t threads;   // OpenMP threads the operation is planned for, and will use
    int32_t allows_reference;  // accept oneDNN's slow reference code
    int32_t post_operation_count;
    ps_dnn_post_operation post_operations[PS_DNN_MAXIMUM_POST_OPERATIONS];
} ps_dnn_common;

// destination[batch, rows, columns] = source[batch, rows, inner] x weights[inner, columns].
// Strides count elements. With a batch count above 1 the weights are [batch, inner, columns].
typedef struct {
    int64_t batch, rows, inner, columns;
    int64_t source_row_stride, destination_row_stride;
    // 0 and 0: the operation chooses a layout, and `ps_dnn_pack` brings weights into it.
    int64_t weights_row_stride, weights_column_stride;
    ps_dnn_common common;
} ps_dnn_matmul;

// A convolution of images in nhwc order by weights in (g)oihw order.
//
// As Winograd's, of f32 and 3x3 with stride 1, the images are in nChw16c order instead: blocks of 16
// channels, each of them an image.
typedef struct {
    int64_t batch, height, width;
    int64_t input_channels, output_channels, groups;
    int64_t kernel_height, kernel_width;
    int64_t stride, dilation;  // dilation 1: neighbouring pixels
    int64_t padding_top, padding_left, padding_bottom, padding_right;
    int32_t is_winograd;
    ps_dnn_common common;
} ps_dnn_convolution;

// The library.
const char *_Nonnull ps_dnn_message(void);
void ps_dnn_version(int32_t *_Nonnull major, int32_t *_Nonnull minor, int32_t *_Nonnull patch);
const char *_Nonnull ps_dnn_instruction_set(void);
// Whether bf16 is multiplied by hardware, and whether it can be used at all.
int ps_dnn_has_native_bf16(void);
int ps_dnn_runs_bf16(void);
int ps_dnn_has_amx(void);

// Streams: one for each thread that runs operations.
int ps_dnn_stream_make(ps_dnn_stream *_Nullable *_Nonnull out);
void ps_dnn_stream_free(ps_dnn_stream *_Nullable stream);

// Operations.
int ps_dnn_matmul_make(const ps_dnn_matmul *_Nonnull spec,
                       ps_dnn_operation *_Nullable *_Nonnull out);
int ps_dnn_convolution_make(const ps_dnn_convolution *_Nonnull spec,
                            ps_dnn_operation *_Nullable *_Nonnull out);
void ps_dnn_operation_free(ps_dnn_operation *_Nullable operation);

// The name of oneDNN's implementation, such as "brgconv:avx512_core".
const char *_Nonnull ps_dnn_implementation(const ps_dnn_operation *_Nonnull operation);
size_t ps_dnn_scratch_bytes(const ps_dnn_operation *_Nonnull operation);
size_t ps_dnn_packed_bytes(const ps_dnn_operation *_Nonnull operation);
// Whether weights packed for one operation serve the other as well.
int ps_dnn_same_packing(const ps_dnn_operation *_Nonnull a, const ps_dnn_operation *_Nonnull b);

// Brings f32 weights from PyTorch's order (matmul: [columns, inner]; convolution: [out, in/groups,
// height, width]) into the layout and element type of `operation`. Not for strided weights.
int ps_dnn_pack(const ps_dnn_operation *_Nonnull operation, ps_dnn_stream *_Nonnull stream,
                const float *_Nonnull plain, void *_Nonnull packed);

int ps_dnn_run(const ps_dnn_operation *_Nonnull operation, ps_dnn_stream *_Nonnull stream,
               const void *_Nonnull source, const void *_Nonnull weights,
               const float *_Nullable bias, void *_Nonnull destination, void *_Nullable scratch);

#endif
