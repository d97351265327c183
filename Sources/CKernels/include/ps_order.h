// Sorting tokens by category, and moving rows to and from that order.

#ifndef PS_ORDER_H
#define PS_ORDER_H

#include <stddef.h>
#include <stdint.h>

// order[i] is the token at place i when tokens are sorted by category; tokens of one category keep
// their order. Categories are 0 to category_count - 1; `starts` holds category_count + 1 numbers
// and receives the first place of each category. Returns 1 when a category is out of range.
int ps_order_by_category(const int32_t *_Nonnull categories, size_t count, size_t category_count,
                         int32_t *_Nonnull starts, int32_t *_Nonnull order);

// target[i] = source[order[i]], rows of row_bytes.
void ps_gather_rows(const void *_Nonnull source, const int32_t *_Nonnull order,
                    void *_Nonnull target, size_t count, size_t row_bytes);

// target[order[i]] = source[i], rows of row_bytes.
void ps_scatter_rows(const void *_Nonnull source, const int32_t *_Nonnull order,
                     void *_Nonnull target, size_t count, size_t row_bytes);

#endif
