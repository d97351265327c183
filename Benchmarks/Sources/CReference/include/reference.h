// What the operators are measured against: the processor itself, and oneDNN called plainly.

#ifndef REFERENCE_H
#define REFERENCE_H

#include <stddef.h>
#include <stdint.h>

// The most that this thread's multiply-adds can do, in GFLOPS of single precision.
double reference_peak_gflops(void);

// How fast this thread reads an array of `bytes` again and again, in GB/s: 1 MB stays in the
// second-level cache of most processors.
double reference_read_gigabytes_per_second(size_t bytes);

// The functions below call oneDNN on one thread with packed weights, every layout of oneDNN's own
// choice, no bias and nothing fused. They return the seconds of the fastest run, or a negative
// number when oneDNN refuses.
double reference_matmul_seconds(int64_t batch, int64_t rows, int64_t inner, int64_t columns);
double reference_convolution_seconds(int64_t side, int64_t inputs, int64_t outputs, int64_t groups,
                                     int64_t kernel, int64_t stride);

#endif
