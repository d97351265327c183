// Short sketches of long rows, from which lower bounds of squared distances are computed.
//
// A record is `width` coordinates followed by three numbers: the least and the largest length that
// the part outside the sketch can have, and a slack for rounding.

#ifndef PS_SKETCH_H
#define PS_SKETCH_H

#include <stddef.h>

enum { PS_SKETCH_EXTRA = 3, PS_SKETCH_LANES = 16 };

// out[i][j] = a[i] . b[j] for `rows` vectors a and `columns` vectors b, each of `width` numbers.
void ps_products_of_rows(const float *_Nonnull a, size_t rows, const float *_Nonnull b,
                         size_t columns, size_t width, float *_Nonnull out);

// out[j] = sum over i of weights[i][j] · a[i]: `columns` combinations of `rows` vectors.
void ps_combinations_of_rows(const float *_Nonnull a, size_t rows, const float *_Nonnull weights,
                             size_t columns, size_t width, float *_Nonnull out);

// Lower bounds of the squared distances of one record to blocks of PS_SKETCH_LANES records, which
// are stored number by number: [blocks][width + PS_SKETCH_EXTRA][PS_SKETCH_LANES].
void ps_sketch_bounds(const float *_Nonnull record, const float *_Nonnull blocks, size_t count,
                      size_t width, float *_Nonnull out);

#endif
