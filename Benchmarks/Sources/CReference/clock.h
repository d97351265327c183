// The fastest of many runs.

#ifndef REFERENCE_CLOCK_H
#define REFERENCE_CLOCK_H

#include <time.h>

static inline double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// Runs `statement` for a fifth of a second; `best` becomes the seconds of the fastest run.
#define FASTEST(best, statement)                                          \
    do {                                                                  \
        double deadline = seconds_now() + 0.2;                            \
        (best) = 1e30;                                                    \
        do {                                                              \
            double begin = seconds_now();                                 \
            statement;                                                    \
            double seconds = seconds_now() - begin;                       \
            if (seconds < (best)) (best) = seconds;                       \
        } while (seconds_now() < deadline);                               \
    } while (0)

#endif
