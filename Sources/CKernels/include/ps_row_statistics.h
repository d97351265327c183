// Sums over the numbers of rows, in double precision and in a fixed order.

#ifndef PS_ROW_STATISTICS_H
#define PS_ROW_STATISTICS_H

#include <stddef.h>

// sums[i] += row[i].
void ps_add_row_to_sums(const float *_Nonnull row, double *_Nonnull sums, size_t count);

// The sum of (row[i] - point[i])².
double ps_squared_distance_to_point(const float *_Nonnull row, const double *_Nonnull point,
                                    size_t count);

// target[i] = (row[i] - centre[i]) · scale.
void ps_centre_and_scale(const float *_Nonnull row, const float *_Nonnull centre, float scale,
                         float *_Nonnull target, size_t count);

#endif
