// Memory descriptors and attributes: where oneDNN 2 and 3 differ most.

#include "internal.h"

dnnl_data_type_t ps_data_type(ps_dnn_type type) {
    return type == PS_DNN_BF16 ? dnnl_bf16 : dnnl_f32;
}

int ps_descriptor_make(ps_descriptor *out, int dimensions, const int64_t *sizes,
                       dnnl_data_type_t type, const int64_t *strides) {
    dnnl_dims_t dims = {0}, steps = {0};
    for (int i = 0; i < dimensions; i++) {
        dims[i] = sizes[i];
        if (strides) steps[i] = strides[i];
    }
    dnnl_status_t status;
#if DNNL_VERSION_MAJOR >= 3
    status = strides ? dnnl_memory_desc_create_with_strides(out, dimensions, dims, type, steps)
                     : dnnl_memory_desc_create_with_tag(out, dimensions, dims, type,
                                                        dnnl_format_tag_any);
#else
    status = strides
                 ? dnnl_memory_desc_init_by_strides(out, dimensions, dims, type, steps)
                 : dnnl_memory_desc_init_by_tag(out, dimensions, dims, type, dnnl_format_tag_any);
#endif
    return status == dnnl_success ? 0 : ps_fail_status("describing a shape", status);
}

int ps_descriptor_make_blocked(ps_descriptor *out, const int64_t *sizes) {
    dnnl_dims_t dims = {sizes[0], sizes[1], sizes[2], sizes[3]};
#if DNNL_VERSION_MAJOR >= 3
    dnnl_status_t status =
        dnnl_memory_desc_create_with_tag(out, 4, dims, dnnl_f32, dnnl_nChw16c);
#else
    dnnl_status_t status = dnnl_memory_desc_init_by_tag(out, 4, dims, dnnl_f32, dnnl_nChw16c);
#endif
    return status == dnnl_success ? 0 : ps_fail_status("describing a shape", status);
}

void ps_descriptor_free(ps_descriptor *descriptor) {
#if DNNL_VERSION_MAJOR >= 3
    dnnl_memory_desc_destroy(*descriptor);
#else
    (void)descriptor;
#endif
}

ps_descriptor_ref ps_descriptor_refer(const ps_descriptor *descriptor) {
#if DNNL_VERSION_MAJOR >= 3
    return *descriptor;
#else
    return descriptor;
#endif
}

static dnnl_status_t append_sum(dnnl_post_ops_t chain) {
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_post_ops_append_sum(chain, 1.0f, 0, dnnl_data_type_undef);
#else
    return dnnl_post_ops_append_sum(chain, 1.0f);
#endif
}

static dnnl_status_t append_eltwise(dnnl_post_ops_t chain, dnnl_alg_kind_t kind, float alpha) {
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_post_ops_append_eltwise(chain, kind, alpha, 0.0f);
#else
    return dnnl_post_ops_append_eltwise(chain, 1.0f, kind, alpha, 0.0f);
#endif
}

static dnnl_status_t append(dnnl_post_ops_t chain, ps_dnn_post_operation operation) {
    switch (operation) {
        case PS_DNN_SUM: return append_sum(chain);
        case PS_DNN_RELU: return append_eltwise(chain, dnnl_eltwise_relu, 0.0f);
        case PS_DNN_GELU_TANH: return append_eltwise(chain, dnnl_eltwise_gelu_tanh, 0.0f);
        case PS_DNN_GELU_ERF: return append_eltwise(chain, dnnl_eltwise_gelu_erf, 0.0f);
        case PS_DNN_SWISH: return append_eltwise(chain, dnnl_eltwise_swish, 1.0f);
    }
    return dnnl_invalid_arguments;
}

int ps_attributes_make(dnnl_primitive_attr_t *out, const ps_dnn_common *common) {
    if (common->post_operation_count < 0 ||
        common->post_operation_count > PS_DNN_MAXIMUM_POST_OPERATIONS)
        return ps_fail("oneDNN shim: %d post operations", (int)common->post_operation_count);
    dnnl_status_t status = dnnl_primitive_attr_create(out);
    if (status != dnnl_success) return ps_fail_status("making attributes", status);

    // The caller brings the scratch memory, so that threads can share an operation.
    status = dnnl_primitive_attr_set_scratchpad_mode(*out, dnnl_scratchpad_mode_user);
    dnnl_post_ops_t chain = NULL;
    if (status == dnnl_success) status = dnnl_post_ops_create(&chain);
    for (int i = 0; status == dnnl_success && i < common->post_operation_count; i++)
        status = append(chain, common->post_operations[i]);
    if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(*out, chain);
    if (chain) dnnl_post_ops_destroy(chain);
    if (status == dnnl_success) return 0;
    dnnl_primitive_attr_destroy(*out);
    return ps_fail_status("chaining post operations", status);
}
