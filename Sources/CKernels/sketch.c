#include "include/ps_sketch.h"

#include "vector16.h"

// Four vectors of each side at a time: sixteen sums for eight loads.
enum { TILE = 4 };

PS_INLINE void product_tile(const float *const *a, const float *const *b, size_t width,
                            float *out, size_t stride, size_t rows, size_t columns) {
    PS_FAST_SUMS
    v16 sums[TILE][TILE] = {};
    size_t k = 0;
    for (; k + 16 <= width; k += 16) {
        v16 x[TILE], y[TILE];
        for (int i = 0; i < TILE; i++) v16_load(&x[i], a[i] + k);
        for (int j = 0; j < TILE; j++) v16_load(&y[j], b[j] + k);
        for (int i = 0; i < TILE; i++)
            for (int j = 0; j < TILE; j++) sums[i][j] += x[i] * y[j];
    }
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < columns; j++) {
            float sum = v16_sum(&sums[i][j]);
            for (size_t l = k; l < width; l++) sum += a[i][l] * b[j][l];
            out[i * stride + j] = sum;
        }
    }
}

PS_CLONES
void ps_products_of_rows(const float *a, size_t rows, const float *b, size_t columns, size_t width,
                         float *out) {
    for (size_t i = 0; i < rows; i += TILE) {
        const size_t m = rows - i < TILE ? rows - i : TILE;
        const float *x[TILE];
        for (size_t l = 0; l < TILE; l++) x[l] = a + (i + (l < m ? l : 0)) * width;
        for (size_t j = 0; j < columns; j += TILE) {
            const size_t n = columns - j < TILE ? columns - j : TILE;
            const float *y[TILE];
            for (size_t l = 0; l < TILE; l++) y[l] = b + (j + (l < n ? l : 0)) * width;
            product_tile(x, y, width, out + i * columns + j, columns, m, n);
        }
    }
}

PS_INLINE void combine_tile(const float *a, size_t rows, const float *weights, size_t columns,
                            size_t width, const size_t *of, float *out, size_t n) {
    PS_FAST_SUMS
    v16 sums[TILE][TILE] = {};
    for (size_t i = 0; i < rows; i++) {
        v16 x[TILE];
        for (int l = 0; l < TILE; l++) v16_load(&x[l], a + i * width + l * 16);
        for (int j = 0; j < TILE; j++)
            for (int l = 0; l < TILE; l++) sums[j][l] += x[l] * weights[i * columns + of[j]];
    }
    for (size_t j = 0; j < n; j++)
        for (int l = 0; l < TILE; l++) v16_store(out + of[j] * width + l * 16, &sums[j][l]);
}

PS_CLONES
void ps_combinations_of_rows(const float *a, size_t rows, const float *weights, size_t columns,
                             size_t width, float *out) {
    PS_FAST_SUMS
    for (size_t j = 0; j < columns; j += TILE) {
        const size_t n = columns - j < TILE ? columns - j : TILE;
        size_t of[TILE], k = 0;
        for (size_t l = 0; l < TILE; l++) of[l] = j + (l < n ? l : 0);
        for (; k + TILE * 16 <= width; k += TILE * 16)
            combine_tile(a + k, rows, weights, columns, width, of, out + k, n);
        for (; k < width; k++) {
            for (size_t l = 0; l < n; l++) {
                float sum = 0;
                for (size_t i = 0; i < rows; i++)
                    sum += a[i * width + k] * weights[i * columns + of[l]];
                out[of[l] * width + k] = sum;
            }
        }
    }
}

PS_CLONES
void ps_sketch_bounds(
    const float *record, const float *blocks, size_t count, size_t width, float *out) {
    PS_FAST_SUMS
    const size_t stride = (width + PS_SKETCH_EXTRA) * PS_SKETCH_LANES;
    const float low = record[width], high = record[width + 1], slack = record[width + 2];
    for (size_t block = 0; block < count; block++, blocks += stride, out += PS_SKETCH_LANES) {
        v16 sums[4] = {}, x, lows, highs;
        size_t k = 0;
        for (; k + 4 <= width; k += 4) {
            for (int l = 0; l < 4; l++) {
                v16_load(&x, blocks + (k + l) * PS_SKETCH_LANES);
                x -= record[k + l];
                sums[l] += x * x;
            }
        }
        for (; k < width; k++) {
            v16_load(&x, blocks + k * PS_SKETCH_LANES);
            x -= record[k];
            sums[0] += x * x;
        }
        // How far apart the lengths outside the sketch are at the least.
        v16 gap = (v16)(0.0f);
        v16_load(&lows, blocks + width * PS_SKETCH_LANES);
        v16_load(&highs, blocks + (width + 1) * PS_SKETCH_LANES);
        lows -= high;
        highs = low - highs;
        v16_maximum(&gap, &lows);
        v16_maximum(&gap, &highs);
        v16_load(&x, blocks + (width + 2) * PS_SKETCH_LANES);
        x = (sums[0] + sums[1]) + (sums[2] + sums[3]) + gap * gap - x - slack;
        v16_store(out, &x);
    }
}
