// The limits of the processor: multiply-adds in registers, and reads from a cache.

#include <stdlib.h>

#include "clock.h"
#include "include/reference.h"

typedef float vector __attribute__((vector_size(64)));

#if defined(__x86_64__)
#define EVERY_PROCESSOR \
    __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define EVERY_PROCESSOR
#endif

enum { CHAINS = 10, STEPS = 100000 };

// More independent chains than a multiply-add takes cycles times the units that do it.
EVERY_PROCESSOR static float multiply_add(float factor) {
#pragma clang fp contract(fast)
    vector sums[CHAINS], by = (vector){} + factor, more = (vector){} + 1e-9f;
    for (int i = 0; i < CHAINS; i++) sums[i] = (vector){} + (float)i;
    for (int step = 0; step < STEPS; step++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < CHAINS; i++) sums[i] = sums[i] * by + more;
    }
    for (int i = 1; i < CHAINS; i++) sums[0] += sums[i];
    return sums[0][0];
}

EVERY_PROCESSOR static float sum(const vector *values, size_t count) {
    vector sums[8] = {0};
    for (size_t i = 0; i + 8 <= count; i += 8) {
#pragma clang loop unroll(full)
        for (int j = 0; j < 8; j++) sums[j] += values[i + j];
    }
    for (int j = 1; j < 8; j++) sums[0] += sums[j];
    return sums[0][0];
}

static volatile float sink;

double reference_peak_gflops(void) {
    double best;
    FASTEST(best, sink = multiply_add(0.999f));
    return 2.0 * 16 * CHAINS * STEPS / best / 1e9;
}

double reference_read_gigabytes_per_second(size_t bytes) {
    vector *values = aligned_alloc(64, bytes);
    if (!values) return 0;
    size_t count = bytes / sizeof(vector);
    for (size_t i = 0; i < count; i++) values[i] = (vector){} + 1.0f;
    double best;
    FASTEST(best, {
        for (int turn = 0; turn < 16; turn++) sink = sum(values, count);
    });
    free(values);
    return 16.0 * (double)bytes / best / 1e9;
}
