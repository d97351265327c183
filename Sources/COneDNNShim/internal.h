// Shared by the files of the shim. Here, and in descriptors.c, the two generations of oneDNN meet.

#ifndef PS_ONEDNN_INTERNAL_H
#define PS_ONEDNN_INTERNAL_H

#include <oneapi/dnnl/dnnl.h>

#include "include/COneDNNShim.h"

// Version 2 has memory descriptors as values, version 3 behind handles.
typedef dnnl_memory_desc_t ps_descriptor;
#if DNNL_VERSION_MAJOR >= 3
typedef const_dnnl_memory_desc_t ps_descriptor_ref;
#else
typedef const dnnl_memory_desc_t *ps_descriptor_ref;
#endif

struct ps_dnn_stream {
    dnnl_stream_t stream;
};

struct ps_dnn_operation {
    dnnl_primitive_t primitive;
    dnnl_primitive_desc_t description;
    ps_descriptor_ref source, weights, bias, destination, scratch;  // inside `description`
    ps_descriptor plain;  // the weights as they come from a file
    int has_plain;
    size_t scratch_bytes, packed_bytes;
    int32_t threads;
    const char *implementation;
};

// Message of the calling thread; returns 1 so that it can end a function.
int ps_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
int ps_fail_status(const char *what, dnnl_status_t status);

// The OpenMP threads of what the calling thread starts from now on; returns the number before.
int32_t ps_set_threads(int32_t threads);

// Held while a primitive descriptor is made: only one thread at a time may do that.
void ps_planning_lock(void);
void ps_planning_unlock(void);

int ps_engine(dnnl_engine_t *out);
dnnl_data_type_t ps_data_type(ps_dnn_type type);

// Without strides the layout is left to the implementation.
int ps_descriptor_make(ps_descriptor *out, int dimensions, const int64_t *sizes,
                       dnnl_data_type_t type, const int64_t *strides);
// f32 images `sizes` in the order n, c, h, w; channels in blocks of 16.
int ps_descriptor_make_blocked(ps_descriptor *out, const int64_t *sizes);
void ps_descriptor_free(ps_descriptor *descriptor);
ps_descriptor_ref ps_descriptor_refer(const ps_descriptor *descriptor);

int ps_attributes_make(dnnl_primitive_attr_t *out, const ps_dnn_common *common);

// Takes ownership of `description`; `plain` is moved into the operation when it is not null.
int ps_operation_make(dnnl_primitive_desc_t description, const ps_dnn_common *common,
                      ps_descriptor *plain, const char *shape, ps_dnn_operation **out);

#endif
