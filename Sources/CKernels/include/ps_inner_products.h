// Inner products of queries and keys, defined number by number: number k goes to sum k % 64, every
// product and addition is rounded on its own, and the sums are added by halves. So a product does
// not depend on the processor or on what else is computed beside it.

#ifndef PS_INNER_PRODUCTS_H
#define PS_INNER_PRODUCTS_H

#include <stddef.h>

// out[q][k] = queries[q] . keys[k]; neither need be aligned. `out` has `key_count` columns.
void ps_inner_products(const void *_Nonnull queries, size_t query_count,
                       const void *_Nonnull keys, size_t key_count, size_t width,
                       float *_Nonnull out);

#endif
