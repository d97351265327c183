#include "include/ps_row_statistics.h"

#include "dispatch.h"

PS_CLONES
void ps_add_row_to_sums(const float *restrict row, double *restrict sums, size_t count) {
    for (size_t i = 0; i < count; i++) sums[i] += (double)row[i];
}

// Thirty-two sums whose order is the same in every clone, and nothing fused: these numbers decide
// the scale of all distances, so they must not depend on the processor.
PS_CLONES
double ps_squared_distance_to_point(
    const float *restrict row, const double *restrict point, size_t count) {
#pragma clang fp contract(off)
    enum { SUMS = 32 };
    double sums[SUMS] = {0};
    size_t i = 0;
    for (; i + SUMS <= count; i += SUMS) {
        for (int lane = 0; lane < SUMS; lane++) {
            const double difference = (double)row[i + lane] - point[i + lane];
            sums[lane] += difference * difference;
        }
    }
    for (int lane = 0; i < count; i++, lane++) {
        const double difference = (double)row[i] - point[i];
        sums[lane] += difference * difference;
    }
    for (int half = SUMS / 2; half > 0; half /= 2)
        for (int lane = 0; lane < half; lane++) sums[lane] += sums[lane + half];
    return sums[0];
}

PS_CLONES
void ps_centre_and_scale(const float *restrict row, const float *restrict centre, float scale,
                         float *restrict target, size_t count) {
    for (size_t i = 0; i < count; i++) target[i] = (row[i] - centre[i]) * scale;
}
