#include "include/ps_joint_distance.h"

#include "half.h"

// The processor is asked by hand here: PS_CLONES would compile the same source for each, and the
// oldest need another source for half precision.
#if defined(__x86_64__) && !defined(PS_ONE_PROCESSOR)

#define PS_NAME(name) name##_v4
#define PS_TARGET __attribute__((target("arch=x86-64-v4")))
#define PS_FROM_HALF v16_from_half_by_instruction
#include "joint_distance_body.h"

#define PS_NAME(name) name##_v3
#define PS_TARGET __attribute__((target("arch=x86-64-v3")))
#define PS_FROM_HALF v16_from_half_by_instruction
#include "joint_distance_body.h"

#define PS_NAME(name) name##_plain
#define PS_TARGET
#define PS_FROM_HALF v16_from_half_by_bits
#include "joint_distance_body.h"

static int level(void) {
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512cd"))
        return 4;
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("f16c") &&
                   __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2")
               ? 3
               : 1;
}

double ps_joint_distance(const ps_joint_rows *rows, size_t a, size_t b, double limit,
                         uint64_t *bytes) {
    switch (level()) {
    case 4: return joint_distance_v4(rows, a, b, limit, bytes);
    case 3: return joint_distance_v3(rows, a, b, limit, bytes);
    default: return joint_distance_plain(rows, a, b, limit, bytes);
    }
}

void ps_from_half(const void *source, float *target, size_t count) {
    switch (level()) {
    case 4: from_half_v4(source, target, count); break;
    case 3: from_half_v3(source, target, count); break;
    default: from_half_plain(source, target, count);
    }
}

#else

#define PS_NAME(name) name##_plain
#define PS_TARGET
#if defined(__aarch64__)
#define PS_FROM_HALF v16_from_half_by_instruction
#else
#define PS_FROM_HALF v16_from_half_by_bits
#endif
#include "joint_distance_body.h"

double ps_joint_distance(const ps_joint_rows *rows, size_t a, size_t b, double limit,
                         uint64_t *bytes) {
    return joint_distance_plain(rows, a, b, limit, bytes);
}

void ps_from_half(const void *source, float *target, size_t count) {
    from_half_plain(source, target, count);
}

#endif
