#include "include/ps_inner_products.h"

#include "vector16.h"

enum { STEP = 64, PARTS = 4, QUERIES = 4 };

PS_INLINE void add_products(const char *const *queries, const char *key, v16 (*sums)[PARTS]) {
#pragma clang fp contract(off)
    for (int part = 0; part < PARTS; part++) {
        v16 y;
        memcpy(&y, key + part * 64, sizeof y);
        for (int q = 0; q < QUERIES; q++) {
            v16 x;
            memcpy(&x, queries[q] + part * 64, sizeof x);
            x *= y;
            sums[q][part] += x;
        }
    }
}

PS_INLINE void products_with_key(
    const char *const *queries, const char *key, size_t width, size_t count, float *out,
    size_t stride) {
#pragma clang fp contract(off)
    v16 sums[QUERIES][PARTS] = {};
    size_t k = 0;
    for (; k + STEP <= width; k += STEP) {
        const char *at[QUERIES];
        for (int q = 0; q < QUERIES; q++) at[q] = queries[q] + k * 4;
        add_products(at, key + k * 4, sums);
    }
    if (k < width) {
        char rest[QUERIES + 1][STEP * 4] = {{0}};
        const char *at[QUERIES];
        for (int q = 0; q < QUERIES; q++) {
            memcpy(rest[q], queries[q] + k * 4, (width - k) * 4);
            at[q] = rest[q];
        }
        memcpy(rest[QUERIES], key + k * 4, (width - k) * 4);
        add_products(at, rest[QUERIES], sums);
    }
    for (size_t q = 0; q < count; q++) {
        const v16 sum = (sums[q][0] + sums[q][1]) + (sums[q][2] + sums[q][3]);
        out[q * stride] = v16_sum(&sum);
    }
}

PS_CLONES
void ps_inner_products(const void *queries, size_t query_count, const void *keys, size_t key_count,
                       size_t width, float *out) {
    for (size_t q = 0; q < query_count; q += QUERIES) {
        const size_t count = query_count - q < QUERIES ? query_count - q : QUERIES;
        const char *at[QUERIES];
        for (size_t l = 0; l < QUERIES; l++)
            at[l] = (const char *)queries + (q + (l < count ? l : 0)) * width * 4;
        for (size_t k = 0; k < key_count; k++)
            products_with_key(at, (const char *)keys + k * width * 4, width, count,
                              out + q * key_count + k, key_count);
    }
}
