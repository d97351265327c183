// Matrix products, with weights that are packed once or used in place.

#include <stdio.h>

#include "internal.h"

static dnnl_status_t describe(dnnl_primitive_desc_t *out, const ps_descriptor *source,
                              const ps_descriptor *weights, const ps_descriptor *bias,
                              const ps_descriptor *destination, dnnl_primitive_attr_t attributes,
                              dnnl_engine_t engine) {
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_matmul_primitive_desc_create(out, engine, *source, *weights, bias ? *bias : NULL,
                                             *destination, attributes);
#else
    dnnl_matmul_desc_t operation;
    dnnl_status_t status = dnnl_matmul_desc_init(&operation, source, weights, bias, destination);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(out, &operation, attributes, engine, NULL);
#endif
}

int ps_dnn_matmul_make(const ps_dnn_matmul *spec, ps_dnn_operation **out) {
    *out = NULL;
    const ps_dnn_common *common = &spec->common;
    char shape[160];
    snprintf(shape, sizeof shape, "the matrix product of [%lld, %lld, %lld] and [%lld, %lld]",
             (long long)spec->batch, (long long)spec->rows, (long long)spec->inner,
             (long long)spec->inner, (long long)spec->columns);
    dnnl_engine_t engine;
    if (ps_engine(&engine)) return 1;

    // Plain products have two dimensions, batched ones three: `skip` leaves out the first.
    int skip = spec->batch == 1, n = 3 - skip;
    int packs = spec->weights_row_stride == 0 && spec->weights_column_stride == 0;
    int64_t rows = spec->rows, inner = spec->inner, columns = spec->columns;
    int64_t weights_batch = spec->weights_column_stride == 1
                                ? inner * spec->weights_row_stride
                                : columns * spec->weights_column_stride;
    int64_t source_size[] = {spec->batch, rows, inner};
    int64_t source_step[] = {rows * spec->source_row_stride, spec->source_row_stride, 1};
    int64_t weights_size[] = {spec->batch, inner, columns};
    int64_t weights_step[] = {weights_batch, spec->weights_row_stride, spec->weights_column_stride};
    int64_t plain_step[] = {columns * inner, 1, inner};
    int64_t bias_size[] = {1, 1, columns}, bias_step[] = {columns, columns, 1};
    int64_t target_size[] = {spec->batch, rows, columns};
    int64_t target_step[] = {rows * spec->destination_row_stride, spec->destination_row_stride, 1};

    ps_descriptor made[5];
    ps_descriptor *source = &made[0], *weights = &made[1], *target = &made[2], *bias = &made[3],
                  *plain = &made[4];
    int count = 0, failed = 0;
#define MAKE(slot, size, type, step) \
    (failed = failed || ps_descriptor_make(slot, n, (size) + skip, type, step), count += !failed)
    MAKE(source, source_size, ps_data_type(common->source), source_step + skip);
    MAKE(weights, weights_size, ps_data_type(common->weights), packs ? NULL : weights_step + skip);
    MAKE(target, target_size, ps_data_type(common->destination), target_step + skip);
    MAKE(bias, bias_size, dnnl_f32, bias_step + skip);
    MAKE(plain, weights_size, dnnl_f32, plain_step + skip);
#undef MAKE

    dnnl_primitive_attr_t attributes = NULL;
    failed = failed || ps_attributes_make(&attributes, common);
    int kept = 0;
    if (!failed) {
        int32_t before = ps_set_threads(common->threads);
        dnnl_primitive_desc_t description = NULL;
        ps_planning_lock();
        dnnl_status_t status = describe(&description, source, weights,
                                        common->has_bias ? bias : NULL, target, attributes, engine);
        ps_planning_unlock();
        if (status != dnnl_success)
            failed = ps_fail_status(shape, status);
        else
            failed = ps_operation_make(description, common, packs ? plain : NULL, shape, out);
        kept = !failed && packs;
        ps_set_threads(before);
        dnnl_primitive_attr_destroy(attributes);
    }
    for (int i = 0; i < count - kept; i++) ps_descriptor_free(&made[i]);
    return failed;
}
