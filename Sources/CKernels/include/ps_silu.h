// The sigmoid linear unit: x / (1 + exp(-x)), also called swish.

#ifndef PS_SILU_H
#define PS_SILU_H

#include <stddef.h>
#include <stdint.h>

void ps_silu(const float *_Nonnull source, float *_Nonnull target, size_t count);

// The same with a bf16 result.
void ps_silu_to_bf16(const float *_Nonnull source, uint16_t *_Nonnull target, size_t count);

#endif
