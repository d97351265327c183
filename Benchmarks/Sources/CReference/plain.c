// oneDNN called as its own examples do, for the versions 2.6 and 3.x.

#include <dnnl.h>
#include <stdlib.h>

#include "clock.h"
#include "include/reference.h"

extern void omp_set_num_threads(int threads);  // Swift's clang has no omp.h

#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t descriptor;
typedef const_dnnl_memory_desc_t descriptor_view;
static void describe(descriptor *out, int rank, const dnnl_dims_t size, dnnl_format_tag_t tag) {
    dnnl_memory_desc_create_with_tag(out, rank, size, dnnl_f32, tag);
}
#define VIEW(made) (made)
#else
typedef dnnl_memory_desc_t descriptor;
typedef const dnnl_memory_desc_t *descriptor_view;
static void describe(descriptor *out, int rank, const dnnl_dims_t size, dnnl_format_tag_t tag) {
    dnnl_memory_desc_init_by_tag(out, rank, size, dnnl_f32, tag);
}
#define VIEW(made) (&(made))
#endif

// Runs a primitive on memory of its own; the description is destroyed.
static double time_primitive(dnnl_engine_t engine, dnnl_primitive_desc_t description) {
    static const struct {
        int argument;
        dnnl_query_t query;
    } operands[] = {{DNNL_ARG_SRC, dnnl_query_src_md},
                    {DNNL_ARG_WEIGHTS, dnnl_query_weights_md},
                    {DNNL_ARG_DST, dnnl_query_dst_md}};
    dnnl_exec_arg_t arguments[3];
    void *blocks[3];
    for (int i = 0; i < 3; i++) {
        descriptor_view view = dnnl_primitive_desc_query_md(description, operands[i].query, 0);
        size_t bytes = (dnnl_memory_desc_get_size(view) + 63) / 64 * 64;
        blocks[i] = aligned_alloc(64, bytes);
        for (size_t j = 0; j < bytes / sizeof(float); j++) ((float *)blocks[i])[j] = 0.5f;
        arguments[i].arg = operands[i].argument;
        dnnl_memory_create(&arguments[i].memory, view, engine, blocks[i]);
    }
    dnnl_primitive_t primitive = NULL;
    dnnl_stream_t stream = NULL;
    double best = -1;
    if (dnnl_primitive_create(&primitive, description) == dnnl_success &&
        dnnl_stream_create(&stream, engine, dnnl_stream_default_flags) == dnnl_success)
        FASTEST(best, {
            dnnl_primitive_execute(primitive, stream, 3, arguments);
            dnnl_stream_wait(stream);
        });
    if (stream) dnnl_stream_destroy(stream);
    if (primitive) dnnl_primitive_destroy(primitive);
    for (int i = 0; i < 3; i++) {
        dnnl_memory_destroy(arguments[i].memory);
        free(blocks[i]);
    }
    dnnl_primitive_desc_destroy(description);
    return best;
}

static dnnl_engine_t open_engine(void) {
    omp_set_num_threads(1);
    dnnl_engine_t engine = NULL;
    dnnl_engine_create(&engine, dnnl_cpu, 0);
    return engine;
}

double reference_matmul_seconds(int64_t batch, int64_t rows, int64_t inner, int64_t columns) {
    dnnl_engine_t engine = open_engine();
    int skip = batch == 1;
    int64_t a[] = {batch, rows, inner}, b[] = {batch, inner, columns}, c[] = {batch, rows, columns};
    dnnl_dims_t size[3] = {0};
    for (int i = skip; i < 3; i++) size[0][i - skip] = a[i];
    for (int i = skip; i < 3; i++) size[1][i - skip] = b[i];
    for (int i = skip; i < 3; i++) size[2][i - skip] = c[i];
    descriptor source, weights, result;
    describe(&source, 3 - skip, size[0], skip ? dnnl_ab : dnnl_abc);
    describe(&weights, 3 - skip, size[1], skip ? dnnl_format_tag_any : dnnl_abc);
    describe(&result, 3 - skip, size[2], skip ? dnnl_ab : dnnl_abc);
    dnnl_primitive_desc_t description = NULL;
#if DNNL_VERSION_MAJOR >= 3
    dnnl_status_t status = dnnl_matmul_primitive_desc_create(
        &description, engine, source, weights, NULL, result, NULL);
#else
    dnnl_matmul_desc_t operation;
    dnnl_matmul_desc_init(&operation, VIEW(source), VIEW(weights), NULL, VIEW(result));
    dnnl_status_t status = dnnl_primitive_desc_create(&description, &operation, NULL, engine, NULL);
#endif
    double seconds = status == dnnl_success ? time_primitive(engine, description) : -1;
    dnnl_engine_destroy(engine);
    return seconds;
}

double reference_convolution_seconds(int64_t side, int64_t inputs, int64_t outputs, int64_t groups,
                                     int64_t kernel, int64_t stride) {
    dnnl_engine_t engine = open_engine();
    int64_t padding = kernel / 2, result_side = (side + 2 * padding - kernel) / stride + 1;
    dnnl_dims_t a = {1, inputs, side, side}, c = {1, outputs, result_side, result_side};
    dnnl_dims_t plain = {outputs, inputs, kernel, kernel};
    dnnl_dims_t grouped = {groups, outputs / groups, inputs / groups, kernel, kernel};
    dnnl_dims_t strides = {stride, stride}, dilates = {0, 0}, pads = {padding, padding};
    descriptor source, weights, result;
    describe(&source, 4, a, dnnl_format_tag_any);
    describe(&weights, groups > 1 ? 5 : 4, groups > 1 ? grouped : plain, dnnl_format_tag_any);
    describe(&result, 4, c, dnnl_format_tag_any);
    dnnl_primitive_desc_t description = NULL;
#if DNNL_VERSION_MAJOR >= 3
    dnnl_status_t status = dnnl_convolution_forward_primitive_desc_create(
        &description, engine, dnnl_forward_inference, dnnl_convolution_direct, source, weights, NULL,
        result, strides, dilates, pads, pads, NULL);
#else
    dnnl_convolution_desc_t operation;
    dnnl_dilated_convolution_forward_desc_init(
        &operation, dnnl_forward_inference, dnnl_convolution_direct, VIEW(source), VIEW(weights),
        NULL, VIEW(result), strides, dilates, pads, pads);
    dnnl_status_t status = dnnl_primitive_desc_create(&description, &operation, NULL, engine, NULL);
#endif
    double seconds = status == dnnl_success ? time_primitive(engine, description) : -1;
    dnnl_engine_destroy(engine);
    return seconds;
}
