// Squared distances between rows of two parts: a value in half precision and a key in single
// precision. The result is defined number by number (see Documentation/FarthestPointSampling.md):
// the same bits come out on every processor.

#ifndef PS_JOINT_DISTANCE_H
#define PS_JOINT_DISTANCE_H

#include <stddef.h>
#include <stdint.h>

// Rows that lie behind each other; neither part need be aligned.
typedef struct {
    const void *_Nullable values;  // half precision, [rows][value_width]
    const void *_Nullable keys;    // single precision, [rows][key_width]
    size_t value_width, key_width;
    double value_factor, key_factor;  // what the parts' squared distances are multiplied by
} ps_joint_rows;

// The squared distance of rows `a` and `b`, or, as soon as it is certain not to be below `limit`,
// some number that is not below `limit` either. Adds the bytes read of each row to `bytes`.
double ps_joint_distance(const ps_joint_rows *_Nonnull rows, size_t a, size_t b, double limit,
                         uint64_t *_Nonnull bytes);

// Half precision to single, exactly; infinities and NaNs included.
void ps_from_half(const void *_Nonnull source, float *_Nonnull target, size_t count);

#endif
