// What matrix products and convolutions share once oneDNN has planned them: pack, run, free.

#include <stdlib.h>
#include <string.h>

#include "internal.h"

void ps_dnn_operation_free(ps_dnn_operation *operation) {
    if (!operation) return;
    if (operation->primitive) dnnl_primitive_destroy(operation->primitive);
    if (operation->description) dnnl_primitive_desc_destroy(operation->description);
    if (operation->has_plain) ps_descriptor_free(&operation->plain);
    free(operation);
}

int ps_operation_make(dnnl_primitive_desc_t description, const ps_dnn_common *common,
                      ps_descriptor *plain, const char *shape, ps_dnn_operation **out) {
    ps_dnn_operation *operation = calloc(1, sizeof *operation);
    if (!operation) {
        dnnl_primitive_desc_destroy(description);
        return ps_fail("out of memory");
    }
    operation->description = description;
    operation->threads = common->threads;

    const char *name = "";
    dnnl_primitive_desc_query(description, dnnl_query_impl_info_str, 0, (void *)&name);
    operation->implementation = name;
    // A silent fall to the reference code costs a factor of hundreds: better not to start.
    if (!common->allows_reference && strncmp(name, "ref", 3) == 0) {
        ps_fail("oneDNN has only reference code (%s) for %s", name, shape);
        ps_dnn_operation_free(operation);
        return 1;
    }

    operation->source = dnnl_primitive_desc_query_md(description, dnnl_query_src_md, 0);
    operation->weights = dnnl_primitive_desc_query_md(description, dnnl_query_weights_md, 0);
    operation->destination = dnnl_primitive_desc_query_md(description, dnnl_query_dst_md, 0);
    operation->scratch = dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0);
    if (common->has_bias)
        operation->bias = dnnl_primitive_desc_query_md(description, dnnl_query_weights_md, 1);
    operation->packed_bytes = dnnl_memory_desc_get_size(operation->weights);
    operation->scratch_bytes = dnnl_memory_desc_get_size(operation->scratch);

    dnnl_status_t status = dnnl_primitive_create(&operation->primitive, description);
    if (status != dnnl_success) {
        ps_dnn_operation_free(operation);
        ps_fail_status(shape, status);
        return 1;
    }
    if (plain) {
        operation->plain = *plain;
        operation->has_plain = 1;
    }
    *out = operation;
    return 0;
}

const char *ps_dnn_implementation(const ps_dnn_operation *operation) {
    return operation->implementation;
}

size_t ps_dnn_scratch_bytes(const ps_dnn_operation *operation) { return operation->scratch_bytes; }

size_t ps_dnn_packed_bytes(const ps_dnn_operation *operation) { return operation->packed_bytes; }

int ps_dnn_same_packing(const ps_dnn_operation *a, const ps_dnn_operation *b) {
    return dnnl_memory_desc_equal(a->weights, b->weights);
}

int ps_dnn_pack(const ps_dnn_operation *operation, ps_dnn_stream *stream, const float *plain,
                void *packed) {
    dnnl_engine_t engine;
    if (ps_engine(&engine)) return 1;
    if (!operation->has_plain) return ps_fail("oneDNN shim: these weights are used in place");

    dnnl_primitive_desc_t description = NULL;
    dnnl_primitive_t reorder = NULL;
    dnnl_memory_t from = NULL, to = NULL;
    // Tens of kilobytes at most: a team of threads takes longer to meet than one to copy them.
    int32_t before = ps_set_threads(1);
    dnnl_status_t status = dnnl_reorder_primitive_desc_create(
        &description, ps_descriptor_refer(&operation->plain), engine, operation->weights, engine,
        NULL);
    if (status == dnnl_success) status = dnnl_primitive_create(&reorder, description);
    if (status == dnnl_success)
        status = dnnl_memory_create(&from, ps_descriptor_refer(&operation->plain), engine,
                                    (void *)plain);
    if (status == dnnl_success)
        status = dnnl_memory_create(&to, operation->weights, engine, packed);
    if (status == dnnl_success) {
        dnnl_exec_arg_t arguments[] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
        status = dnnl_primitive_execute(reorder, stream->stream, 2, arguments);
    }
    if (status == dnnl_success) status = dnnl_stream_wait(stream->stream);
    ps_set_threads(before);
    if (to) dnnl_memory_destroy(to);
    if (from) dnnl_memory_destroy(from);
    if (reorder) dnnl_primitive_destroy(reorder);
    if (description) dnnl_primitive_desc_destroy(description);
    return status == dnnl_success ? 0 : ps_fail_status("packing weights", status);
}

int ps_dnn_run(const ps_dnn_operation *operation, ps_dnn_stream *stream, const void *source,
               const void *weights, const float *bias, void *destination, void *scratch) {
    dnnl_engine_t engine;
    if (ps_engine(&engine)) return 1;
    if ((operation->bias != NULL) != (bias != NULL))
        return ps_fail("oneDNN shim: a bias is given and not expected, or the reverse");
    if (operation->scratch_bytes && !scratch) return ps_fail("oneDNN shim: no scratch memory");

    // Memory objects are small and made anew, so that nothing in an operation ever changes.
    struct {
        int argument;
        ps_descriptor_ref descriptor;
        void *data;
    } bindings[] = {
        {DNNL_ARG_SRC, operation->source, (void *)source},
        {DNNL_ARG_WEIGHTS, operation->weights, (void *)weights},
        {DNNL_ARG_DST, operation->destination, destination},
        {DNNL_ARG_BIAS, operation->bias, (void *)bias},
        {DNNL_ARG_SCRATCHPAD, operation->scratch, scratch},
    };
    dnnl_exec_arg_t arguments[5];
    int count = 0;
    dnnl_status_t status = dnnl_success;
    for (int i = 0; status == dnnl_success && i < 5; i++) {
        if (!bindings[i].data) continue;
        if (bindings[i].argument == DNNL_ARG_SCRATCHPAD && !operation->scratch_bytes) continue;
        status = dnnl_memory_create(&arguments[count].memory, bindings[i].descriptor, engine,
                                    bindings[i].data);
        if (status == dnnl_success) arguments[count++].arg = bindings[i].argument;
    }
    // Some implementations ask OpenMP again while they run, so the plan's threads hold here too.
    int32_t before = ps_set_threads(operation->threads);
    if (status == dnnl_success)
        status = dnnl_primitive_execute(operation->primitive, stream->stream, count, arguments);
    if (status == dnnl_success) status = dnnl_stream_wait(stream->stream);
    ps_set_threads(before);
    for (int i = 0; i < count; i++) dnnl_memory_destroy(arguments[i].memory);
    return status == dnnl_success ? 0 : ps_fail_status(operation->implementation, status);
}
