// Included once for each kind of processor, with PS_NAME, PS_TARGET and PS_FROM_HALF defined.
//
// Number k of a part goes to sum k % 64; each square and each addition is rounded on its own, never
// fused. The 64 sums are added by halves. All of it grows with every further square, whatever the
// rounding, so a partial distance is never above the whole one.

#include <string.h>

// a[count] and b[count] with zeros behind them, for the end of a part.
PS_TARGET static inline __attribute__((always_inline)) void PS_NAME(pad_rest)(
    const char *a, const char *b, size_t bytes, char *padded_a, char *padded_b, size_t whole) {
    memset(padded_a, 0, whole);
    memset(padded_b, 0, whole);
    memcpy(padded_a, a, bytes);
    memcpy(padded_b, b, bytes);
}

PS_TARGET static inline __attribute__((always_inline)) void PS_NAME(add_values)(
    const char *a, const char *b, v16 *sums) {
#pragma clang fp contract(off)
    for (int part = 0; part < 4; part++) {
        v16 x, y;
        PS_FROM_HALF(&x, a + part * 32);
        PS_FROM_HALF(&y, b + part * 32);
        x -= y;
        x *= x;
        sums[part] += x;
    }
}

PS_TARGET static inline __attribute__((always_inline)) void PS_NAME(add_keys)(
    const char *a, const char *b, v16 *sums) {
#pragma clang fp contract(off)
    for (int part = 0; part < 4; part++) {
        v16 x, y;
        memcpy(&x, a + part * 64, sizeof x);
        memcpy(&y, b + part * 64, sizeof y);
        x -= y;
        x *= x;
        sums[part] += x;
    }
}

PS_TARGET static inline __attribute__((always_inline)) double PS_NAME(total)(const v16 *sums) {
#pragma clang fp contract(off)
    const v16 sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    return (double)v16_sum(&sum);
}

PS_TARGET static double PS_NAME(joint_distance)(
    const ps_joint_rows *rows, size_t a, size_t b, double limit, uint64_t *bytes) {
#pragma clang fp contract(off)
    enum { STEP = 64, CHECK = 8 };  // numbers for each addition; additions between two looks
    double distance = 0;
    if (rows->key_width > 0 && rows->key_factor > 0) {
        const size_t width = rows->key_width;
        const char *x = (const char *)rows->keys + a * width * 4;
        const char *y = (const char *)rows->keys + b * width * 4;
        v16 sums[4] = {};
        size_t k = 0;
        for (; k + STEP <= width; k += STEP) PS_NAME(add_keys)(x + k * 4, y + k * 4, sums);
        if (k < width) {
            char rest_x[STEP * 4], rest_y[STEP * 4];
            PS_NAME(pad_rest)(x + k * 4, y + k * 4, (width - k) * 4, rest_x, rest_y, STEP * 4);
            PS_NAME(add_keys)(rest_x, rest_y, sums);
        }
        *bytes += width * 4;
        distance = rows->key_factor * PS_NAME(total)(sums);
        if (distance >= limit) return distance;
    }
    if (rows->value_width > 0 && rows->value_factor > 0) {
        const size_t width = rows->value_width;
        const char *x = (const char *)rows->values + a * width * 2;
        const char *y = (const char *)rows->values + b * width * 2;
        v16 sums[4] = {};
        size_t k = 0;
        while (k + STEP <= width) {
            for (int i = 0; i < CHECK && k + STEP <= width; i++, k += STEP)
                PS_NAME(add_values)(x + k * 2, y + k * 2, sums);
            const double partial = distance + rows->value_factor * PS_NAME(total)(sums);
            if (partial >= limit) {
                *bytes += k * 2;
                return partial;
            }
        }
        if (k < width) {
            char rest_x[STEP * 2], rest_y[STEP * 2];
            PS_NAME(pad_rest)(x + k * 2, y + k * 2, (width - k) * 2, rest_x, rest_y, STEP * 2);
            PS_NAME(add_values)(rest_x, rest_y, sums);
        }
        *bytes += width * 2;
        distance += rows->value_factor * PS_NAME(total)(sums);
    }
    return distance;
}

PS_TARGET static void PS_NAME(from_half)(const void *source, float *target, size_t count) {
    const char *from = source;
    size_t k = 0;
    v16 x;
    for (; k + 16 <= count; k += 16) {
        PS_FROM_HALF(&x, from + k * 2);
        memcpy(target + k, &x, sizeof x);
    }
    if (k < count) {
        char rest[32] = {0};
        memcpy(rest, from + k * 2, (count - k) * 2);
        PS_FROM_HALF(&x, rest);
        memcpy(target + k, &x, (count - k) * 4);
    }
}

#undef PS_NAME
#undef PS_TARGET
#undef PS_FROM_HALF
