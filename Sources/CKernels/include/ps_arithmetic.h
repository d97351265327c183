// Sums of arrays.

#ifndef PS_ARITHMETIC_H
#define PS_ARITHMETIC_H

#include <stddef.h>

// target = a · source + b · target
void ps_blend(float a, const float *_Nonnull source, float b, float *_Nonnull target, size_t count);

// target = target + source
void ps_add(const float *_Nonnull source, float *_Nonnull target, size_t count);

#endif
