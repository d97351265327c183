// What this package uses of FAISS, behind functions of C.
//
// FAISS reports errors by C++ exceptions, which must not reach Swift. Every function catches them
// and returns 0, or a number other than 0 after which `ps_faiss_message` says what went wrong on
// this thread. What `build` and `open` return belongs to the caller and goes back through `free`.
//
// Every call runs on the calling thread alone, except for what the BLAS behind FAISS starts.

#ifndef PS_FAISS_SHIM_H
#define PS_FAISS_SHIM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ps_faiss_index ps_faiss_index;

const char *_Nonnull ps_faiss_message(void);
void ps_faiss_version(int32_t *_Nonnull major, int32_t *_Nonnull minor, int32_t *_Nonnull patch);

// An index of inner products over `count` keys of `dimension` numbers, ids in their order. BLAS
// works on one thread meanwhile, so that the same keys give the same index.
int ps_faiss_build(const float *_Nonnull keys, int64_t count, int64_t dimension,
                   const char *_Nonnull factory, int64_t points_per_list,
                   ps_faiss_index *_Nullable *_Nonnull out);

int ps_faiss_write(const ps_faiss_index *_Nonnull index, const char *_Nonnull path);

// Opens a file whose structure the caller has checked. Lists are mapped and not read.
int ps_faiss_open(const char *_Nonnull path, ps_faiss_index *_Nullable *_Nonnull out);

void ps_faiss_free(ps_faiss_index *_Nullable index);

int64_t ps_faiss_count(const ps_faiss_index *_Nonnull index);
int64_t ps_faiss_dimension(const ps_faiss_index *_Nonnull index);
// The inverted lists, 0 when the index is flat; -1 when it is of another kind.
int64_t ps_faiss_list_count(const ps_faiss_index *_Nonnull index);
int ps_faiss_measures_inner_product(const ps_faiss_index *_Nonnull index);

// The `k` best keys of each query: [query_count][k], an id of -1 where there are fewer. `probes` is
// the number of lists that are looked through.
int ps_faiss_search(const ps_faiss_index *_Nonnull index, const float *_Nonnull queries,
                    int64_t query_count, int64_t k, int64_t probes,
                    float *_Nonnull similarities, int64_t *_Nonnull ids);

#ifdef __cplusplus
}
#endif

#endif
