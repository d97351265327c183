#include "include/ps_order.h"

#include <string.h>

int ps_order_by_category(const int32_t *categories, size_t count, size_t category_count,
                         int32_t *starts, int32_t *order) {
    memset(starts, 0, (category_count + 1) * sizeof *starts);
    for (size_t i = 0; i < count; i++) {
        if (categories[i] < 0 || (size_t)categories[i] >= category_count) return 1;
        starts[categories[i] + 1]++;
    }
    for (size_t c = 0; c < category_count; c++) starts[c + 1] += starts[c];
    // Handing out the places moves each start to the next one; moving back is cheaper than a copy.
    for (size_t i = 0; i < count; i++) order[starts[categories[i]]++] = (int32_t)i;
    for (size_t c = category_count; c > 0; c--) starts[c] = starts[c - 1];
    starts[0] = 0;
    return 0;
}

void ps_gather_rows(const void *source, const int32_t *order, void *target, size_t count,
                    size_t row_bytes) {
    for (size_t i = 0; i < count; i++)
        memcpy((char *)target + i * row_bytes,
               (const char *)source + (size_t)order[i] * row_bytes, row_bytes);
}

void ps_scatter_rows(const void *source, const int32_t *order, void *target, size_t count,
                     size_t row_bytes) {
    for (size_t i = 0; i < count; i++)
        memcpy((char *)target + (size_t)order[i] * row_bytes,
               (const char *)source + i * row_bytes, row_bytes);
}
