// The library as a whole: version, processor, messages, threads and streams.

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "internal.h"

// Swift's clang has no omp.h; these two are all that is needed of it.
extern void omp_set_num_threads(int threads);
extern int omp_get_max_threads(void);

static _Thread_local char message[512];

const char *ps_dnn_message(void) { return message; }

int ps_fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return 1;
}

int ps_fail_status(const char *what, dnnl_status_t status) {
    const char *reason = status == dnnl_out_of_memory        ? "out of memory"
                         : status == dnnl_invalid_arguments ? "invalid arguments"
                         : status == dnnl_unimplemented     ? "no implementation"
                                                            : "it failed while running";
    return ps_fail("oneDNN, %s: %s", what, reason);
}

void ps_dnn_version(int32_t *major, int32_t *minor, int32_t *patch) {
    const dnnl_version_t *version = dnnl_version();
    *major = version->major;
    *minor = version->minor;
    *patch = version->patch;
}

const char *ps_dnn_instruction_set(void) {
#if defined(__x86_64__)
    // The values of dnnl_cpu_isa_t are masks that grew between versions, so names are looked up
    // for those that both generations have, the best first.
    dnnl_cpu_isa_t set = dnnl_get_effective_cpu_isa();
    static const struct {
        dnnl_cpu_isa_t set;
        const char *name;
    } names[] = {
        {dnnl_cpu_isa_avx512_core_amx, "AVX-512 with AMX"},
        {dnnl_cpu_isa_avx512_core_bf16, "AVX-512 with bfloat16"},
        {dnnl_cpu_isa_avx512_core_vnni, "AVX-512 with VNNI"},
        {dnnl_cpu_isa_avx512_core, "AVX-512"},
        {dnnl_cpu_isa_avx2_vnni, "AVX2 with VNNI"},
        {dnnl_cpu_isa_avx2, "AVX2"},
        {dnnl_cpu_isa_avx, "AVX"},
        {dnnl_cpu_isa_sse41, "SSE4.1"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (((unsigned)set & (unsigned)names[i].set) == (unsigned)names[i].set)
            return names[i].name;
    return "baseline x86-64";
#else
    return "not x86-64";
#endif
}

static int has(dnnl_cpu_isa_t wanted) {
#if defined(__x86_64__)
    unsigned set = (unsigned)dnnl_get_effective_cpu_isa();
    return (set & (unsigned)wanted) == (unsigned)wanted;
#else
    return 0;
#endif
}

int ps_dnn_has_amx(void) { return has(dnnl_cpu_isa_avx512_core_amx); }

// Processors with AMX have this too.
int ps_dnn_has_native_bf16(void) { return has(dnnl_cpu_isa_avx512_core_bf16); }

// Without bf16 instructions oneDNN computes the same through those of AVX-512, more slowly.
int ps_dnn_runs_bf16(void) { return has(dnnl_cpu_isa_avx512_core); }

int32_t ps_set_threads(int32_t threads) {
    int32_t before = omp_get_max_threads();
    if (threads != before) omp_set_num_threads(threads);
    return before;
}

// oneDNN plans a convolution in variables that all threads share (seen in 2.6.3). Of plans in f32
// and bf16 made at the same time one in a hundred computed nonsense, from memory nobody had written.
// Making the primitive, which takes ten times as long, needs no lock.
static pthread_mutex_t planning = PTHREAD_MUTEX_INITIALIZER;

void ps_planning_lock(void) { pthread_mutex_lock(&planning); }

void ps_planning_unlock(void) { pthread_mutex_unlock(&planning); }

static pthread_once_t engine_once = PTHREAD_ONCE_INIT;
static dnnl_engine_t engine;
static dnnl_status_t engine_status;

static void make_engine(void) { engine_status = dnnl_engine_create(&engine, dnnl_cpu, 0); }

int ps_engine(dnnl_engine_t *out) {
    pthread_once(&engine_once, make_engine);
    if (engine_status != dnnl_success)
        return ps_fail_status("opening the processor", engine_status);
    *out = engine;
    return 0;
}

int ps_dnn_stream_make(ps_dnn_stream **out) {
    *out = NULL;
    dnnl_engine_t processor;
    if (ps_engine(&processor)) return 1;
    ps_dnn_stream *stream = calloc(1, sizeof *stream);
    if (!stream) return ps_fail("out of memory");
    dnnl_status_t status =
        dnnl_stream_create(&stream->stream, processor, dnnl_stream_default_flags);
    if (status != dnnl_success) {
        free(stream);
        return ps_fail_status("making a stream", status);
    }
    *out = stream;
    return 0;
}

void ps_dnn_stream_free(ps_dnn_stream *stream) {
    if (!stream) return;
    dnnl_stream_destroy(stream->stream);
    free(stream);
}
