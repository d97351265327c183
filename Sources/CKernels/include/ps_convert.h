// Arrays between single precision and bf16 (the upper half of single precision).

#ifndef PS_CONVERT_H
#define PS_CONVERT_H

#include <stddef.h>
#include <stdint.h>

// Rounds to nearest, ties to even.
void ps_convert_to_bf16(const float *_Nonnull source, uint16_t *_Nonnull target, size_t count);
void ps_convert_from_bf16(const uint16_t *_Nonnull source, float *_Nonnull target, size_t count);

#endif
