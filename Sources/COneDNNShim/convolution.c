// Convolutions of nhwc images: the one layout in which oneDNN's fast kernels take every chain of
// post operations. Only Winograd's algorithm wants the channels in blocks.

#include <stdio.h>

#include "internal.h"

static dnnl_status_t describe(dnnl_primitive_desc_t *out, const ps_dnn_convolution *spec,
                              const ps_descriptor *source, const ps_descriptor *weights,
                              const ps_descriptor *bias, const ps_descriptor *destination,
                              dnnl_primitive_attr_t attributes, dnnl_engine_t engine) {
    dnnl_dims_t strides = {spec->stride, spec->stride};
    dnnl_dims_t dilations = {spec->dilation - 1, spec->dilation - 1};  // oneDNN counts the gaps
    dnnl_dims_t before = {spec->padding_top, spec->padding_left};
    dnnl_dims_t after = {spec->padding_bottom, spec->padding_right};
    dnnl_alg_kind_t algorithm =
        spec->is_winograd ? dnnl_convolution_winograd : dnnl_convolution_direct;
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_convolution_forward_primitive_desc_create(
        out, engine, dnnl_forward_inference, algorithm, *source, *weights,
        bias ? *bias : NULL, *destination, strides, dilations, before, after, attributes);
#else
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = dnnl_dilated_convolution_forward_desc_init(
        &operation, dnnl_forward_inference, algorithm, source, weights, bias, destination,
        strides, dilations, before, after);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(out, &operation, attributes, engine, NULL);
#endif
}

static int64_t output_size(int64_t input, int64_t kernel, const ps_dnn_convolution *spec,
                           int64_t padding) {
    return (input + padding - (spec->dilation * (kernel - 1) + 1)) / spec->stride + 1;
}

int ps_dnn_convolution_make(const ps_dnn_convolution *spec, ps_dnn_operation **out) {
    *out = NULL;
    const ps_dnn_common *common = &spec->common;
    char shape[200];
    snprintf(shape, sizeof shape,
             "the %lldx%lld convolution of [%lld, %lld, %lld, %lld] to %lld channels in %lld "
             "groups",
             (long long)spec->kernel_height, (long long)spec->kernel_width, (long long)spec->batch,
             (long long)spec->height, (long long)spec->width, (long long)spec->input_channels,
             (long long)spec->output_channels, (long long)spec->groups);
    dnnl_engine_t engine;
    if (ps_engine(&engine)) return 1;

    int64_t b = spec->batch, h = spec->height, w = spec->width, g = spec->groups;
    int64_t ci = spec->input_channels, co = spec->output_channels;
    int64_t kh = spec->kernel_height, kw = spec->kernel_width;
    int64_t oh = output_size(h, kh, spec, spec->padding_top + spec->padding_bottom);
    int64_t ow = output_size(w, kw, spec, spec->padding_left + spec->padding_right);
    // Sizes are in the order n, c, h, w; the strides say that channels lie together.
    int64_t source_size[] = {b, ci, h, w}, source_step[] = {h * w * ci, 1, w * ci, ci};
    int64_t target_size[] = {b, co, oh, ow}, target_step[] = {oh * ow * co, 1, ow * co, co};
    int64_t weights_size[] = {g, co / g, ci / g, kh, kw};
    int64_t plain_step[] = {co / g * (ci / g) * kh * kw, ci / g * kh * kw, kh * kw, kw, 1};
    int64_t bias_size[] = {co}, bias_step[] = {1};
    int skip = g == 1, n = 5 - skip;  // weights without groups have four dimensions

    ps_descriptor made[5];
    ps_descriptor *source = &made[0], *target = &made[1], *weights = &made[2], *bias = &made[3],
                  *plain = &made[4];
    int count = 0, failed = 0;
#define MAKE(slot, n, size, type, step) \
    (failed = failed || ps_descriptor_make(slot, n, size, type, step), count += !failed)
#define MAKE_BLOCKED(slot, size) \
    (failed = failed || ps_descriptor_make_blocked(slot, size), count += !failed)
    if (spec->is_winograd) {
        MAKE_BLOCKED(source, source_size);
        MAKE_BLOCKED(target, target_size);
    } else {
        MAKE(source, 4, source_size, ps_data_type(common->source), source_step);
        MAKE(target, 4, target_size, ps_data_type(common->destination), target_step);
    }
    MAKE(weights, n, weights_size + skip, ps_data_type(common->weights), NULL);
    MAKE(bias, 1, bias_size, dnnl_f32, bias_step);
    MAKE(plain, n, weights_size + skip, dnnl_f32, plain_step + skip);
#undef MAKE_BLOCKED
#undef MAKE

    dnnl_primitive_attr_t attributes = NULL;
    failed = failed || ps_attributes_make(&attributes, common);
    int kept = 0;
    if (!failed) {
        int32_t before = ps_set_threads(common->threads);
        dnnl_primitive_desc_t description = NULL;
        ps_planning_lock();
        dnnl_status_t status = describe(&description, spec, source, weights,
                                        common->has_bias ? bias : NULL, target, attributes, engine);
        ps_planning_unlock();
        if (status != dnnl_success)
            failed = ps_fail_status(shape, status);
        else
            failed = ps_operation_make(description, common, plain, shape, out);
        kept = !failed;
        ps_set_threads(before);
        dnnl_primitive_attr_destroy(attributes);
    }
    for (int i = 0; i < count - kept; i++) ps_descriptor_free(&made[i]);
    return failed;
}
