// Where the largest number of each row or column of a matrix is; ties go to the lower index.

#ifndef PS_ARG_MAX_H
#define PS_ARG_MAX_H

#include <stddef.h>
#include <stdint.h>

// indices[row]: the column of the row's largest number.
void ps_arg_max_rows(const float *_Nonnull matrix, int32_t *_Nonnull indices, size_t rows,
                     size_t columns);

// indices[column]: the row of the column's largest number.
void ps_arg_max_columns(const float *_Nonnull matrix, int32_t *_Nonnull indices, size_t rows,
                        size_t columns);

#endif
