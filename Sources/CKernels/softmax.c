#include "include/ps_softmax.h"

#include "bfloat16.h"
#include "exponential.h"
#include "row_maximum.h"

// Writes exp(scale · (x - max)) and returns the factor that makes its sum one.
PS_INLINE float exponentials(const float *row, float scale, float *target, size_t columns) {
    PS_FAST_SUMS
    float maximum = ps_row_maximum(row, columns), sum = 0;
    PS_SHORT_ROWS
    for (size_t i = 0; i < columns; i++) {
        float e = ps_exp((row[i] - maximum) * scale);
        target[i] = e;
        sum += e;
    }
    return 1.0f / sum;
}

PS_CLONES
void ps_softmax_rows(const float *source, float scale, float *target, size_t rows,
                     size_t columns) {
    for (size_t row = 0; row < rows; row++, source += columns, target += columns) {
        float factor = exponentials(source, scale, target, columns);
        PS_SHORT_ROWS
        for (size_t i = 0; i < columns; i++) target[i] *= factor;
    }
}

PS_CLONES
void ps_softmax_rows_to_bf16(float *source, float scale, uint16_t *target, size_t rows,
                             size_t columns) {
    for (size_t row = 0; row < rows; row++, source += columns, target += columns) {
        float factor = exponentials(source, scale, source, columns);
        PS_SHORT_ROWS
        for (size_t i = 0; i < columns; i++) target[i] = ps_to_bf16(source[i] * factor);
    }
}
