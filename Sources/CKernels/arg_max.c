#include "include/ps_arg_max.h"

#include <math.h>

#include "dispatch.h"
#include "row_maximum.h"

PS_CLONES
void ps_arg_max_rows(const float *matrix, int32_t *indices, size_t rows, size_t columns) {
    for (size_t row = 0; row < rows; row++, matrix += columns) {
        // Looking twice at a row in cache costs less than carrying indices along with values.
        float maximum = ps_row_maximum(matrix, columns);
        int32_t index = INT32_MAX;
        PS_SHORT_ROWS
        for (size_t i = 0; i < columns; i++) {
            int32_t candidate = matrix[i] == maximum ? (int32_t)i : INT32_MAX;
            index = candidate < index ? candidate : index;
        }
        indices[row] = index == INT32_MAX ? 0 : index;  // nothing but NaN
    }
}

PS_CLONES
void ps_arg_max_columns(const float *matrix, int32_t *indices, size_t rows, size_t columns) {
    enum { BLOCK = 512 };  // the running maxima of so many columns stay in the first cache
    float best[BLOCK];
    for (size_t start = 0; start < columns; start += BLOCK) {
        size_t width = columns - start < BLOCK ? columns - start : BLOCK;
        int32_t *where = indices + start;
        for (size_t j = 0; j < width; j++) {
            best[j] = -INFINITY;
            where[j] = 0;
        }
        for (size_t row = 0; row < rows; row++) {
            const float *values = matrix + row * columns + start;
            for (size_t j = 0; j < width; j++) {
                int32_t better = values[j] > best[j];
                best[j] = better ? values[j] : best[j];
                where[j] = better ? (int32_t)row : where[j];
            }
        }
    }
}
