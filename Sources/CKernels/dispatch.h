// One source, several instruction sets: the loader picks the best clone for the processor.
// PS_ONE_PROCESSOR leaves the choice to the compiler's flags (the training twin does).

#ifndef PS_DISPATCH_H
#define PS_DISPATCH_H

#if defined(__x86_64__) && defined(__linux__) && !defined(PS_ONE_PROCESSOR)
// ThreadSanitizer would count the calls of the functions that choose a clone, which run before it is ready.
#if defined(__has_feature) && __has_feature(thread_sanitizer)
#define PS_CLONES
#else
#define PS_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#endif
#else
#define PS_CLONES
#endif

// Inside a function body: sums may be taken in any order, so that they fit vectors.
#define PS_FAST_SUMS _Pragma("clang fp reassociate(on) contract(fast)")

// Before a loop over the channels of a row: one vector at a time. Rows are short (48 channels), and
// the compiler's usual four vectors at a time would leave them to the scalar rest. It also promises
// that source and target are either the same row or do not touch.
#define PS_SHORT_ROWS \
    _Pragma("clang loop vectorize(assume_safety) vectorize_width(16) interleave_count(1)")

// Must be part of every clone of its caller, or it would be compiled for the oldest processor.
#define PS_INLINE static inline __attribute__((always_inline))

#endif
