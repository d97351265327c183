#include <dlfcn.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <memory>
#include <mutex>
#include <new>

#include <faiss/Index.h>
#include <faiss/IndexFlat.h>
#include <faiss/IndexIVF.h>
#include <faiss/impl/FaissException.h>
#include <faiss/index_factory.h>
#include <faiss/index_io.h>
#include <faiss/invlists/OnDiskInvertedLists.h>

#include "include/CFaissShim.h"

// Swift's clang has no omp.h; these two are all that is needed of it.
extern "C" void omp_set_num_threads(int threads);
extern "C" int omp_get_max_threads(void);

struct ps_faiss_index {
    std::unique_ptr<faiss::Index> index;
};

namespace {

thread_local char message[512];

int fail(const char *reason) {
    std::snprintf(message, sizeof message, "%s", reason);
    return 1;
}

// Runs `work` with everything that it may throw caught.
template <typename Work>
int guarded(Work work) noexcept {
    try {
        work();
        return 0;
    } catch (const faiss::FaissException &error) {
        return fail(error.msg.c_str());
    } catch (const std::bad_alloc &) {
        return fail("out of memory");
    } catch (const std::exception &error) {
        return fail(error.what());
    } catch (...) {
        return fail("an error of unknown kind");
    }
}

// The calling thread's OpenMP threads, put back when done.
class OneThread {
  public:
    OneThread() : before(omp_get_max_threads()) { omp_set_num_threads(1); }
    ~OneThread() { omp_set_num_threads(before); }
    OneThread(const OneThread &) = delete;
    OneThread &operator=(const OneThread &) = delete;

  private:
    int before;
};

std::mutex blas_is_changed;

// OpenBLAS on one thread, if it is OpenBLAS. Its number of threads belongs to the whole process,
// which is why only building, which must give the same bytes again, does this. Made before a
// OneThread: some OpenBLAS take OpenMP's number for their own.
class OneBlasThread {
  public:
    OneBlasThread()
        : lock(blas_is_changed),
          get(reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "openblas_get_num_threads"))),
          set(reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))),
          openmp(omp_get_max_threads()) {
        if (!get || !set) return;
        before = get();
        set(1);
    }
    ~OneBlasThread() {
        if (before > 0) set(before);
        omp_set_num_threads(openmp);
    }
    OneBlasThread(const OneBlasThread &) = delete;
    OneBlasThread &operator=(const OneBlasThread &) = delete;

  private:
    std::lock_guard<std::mutex> lock;
    int (*get)();
    void (*set)(int);
    int openmp;
    int before = 0;
};

}  // namespace

const char *ps_faiss_message(void) { return message; }

void ps_faiss_version(int32_t *major, int32_t *minor, int32_t *patch) {
    *major = FAISS_VERSION_MAJOR;
    *minor = FAISS_VERSION_MINOR;
    *patch = FAISS_VERSION_PATCH;
}

int ps_faiss_build(const float *keys, int64_t count, int64_t dimension, const char *factory,
                   int64_t points_per_list, ps_faiss_index **out) {
    *out = nullptr;
    return guarded([&] {
        OneBlasThread blas;
        OneThread openmp;
        auto result = std::make_unique<ps_faiss_index>();
        result->index.reset(faiss::index_factory(
            static_cast<int>(dimension), factory, faiss::METRIC_INNER_PRODUCT));
        if (auto *lists = dynamic_cast<faiss::IndexIVF *>(result->index.get())) {
            lists->cp.seed = 1234;
            lists->cp.min_points_per_centroid = 1;
            lists->cp.max_points_per_centroid = static_cast<int>(points_per_list);
        }
        result->index->train(count, keys);
        result->index->add(count, keys);
        *out = result.release();
    });
}

int ps_faiss_write(const ps_faiss_index *index, const char *path) {
    return guarded([&] { faiss::write_index(index->index.get(), path); });
}

int ps_faiss_open(const char *path, ps_faiss_index **out) {
    *out = nullptr;
    return guarded([&] {
        auto result = std::make_unique<ps_faiss_index>();
        result->index.reset(
            faiss::read_index(path, faiss::IO_FLAG_MMAP | faiss::IO_FLAG_READ_ONLY));
        if (auto *lists = dynamic_cast<faiss::IndexIVF *>(result->index.get())) {
            // Threads that read ahead would outlive the search that started them.
            if (auto *mapped = dynamic_cast<faiss::OnDiskInvertedLists *>(lists->invlists))
                mapped->prefetch_nthread = 0;
        }
        *out = result.release();
    });
}

void ps_faiss_free(ps_faiss_index *index) { delete index; }

int64_t ps_faiss_count(const ps_faiss_index *index) { return index->index->ntotal; }

int64_t ps_faiss_dimension(const ps_faiss_index *index) { return index->index->d; }

int64_t ps_faiss_list_count(const ps_faiss_index *index) {
    if (auto *lists = dynamic_cast<const faiss::IndexIVF *>(index->index.get()))
        return static_cast<int64_t>(lists->nlist);
    return dynamic_cast<const faiss::IndexFlat *>(index->index.get()) ? 0 : -1;
}

int ps_faiss_measures_inner_product(const ps_faiss_index *index) {
    return index->index->metric_type == faiss::METRIC_INNER_PRODUCT;
}

int ps_faiss_search(const ps_faiss_index *index, const float *queries, int64_t query_count,
                    int64_t k, int64_t probes, float *similarities, int64_t *ids) {
    return guarded([&] {
        OneThread openmp;
        faiss::SearchParametersIVF parameters;
        parameters.nprobe = static_cast<size_t>(std::max<int64_t>(1, probes));
        const bool has_lists = dynamic_cast<const faiss::IndexIVF *>(index->index.get());
        index->index->search(query_count, queries, k, similarities, ids,
                             has_lists ? &parameters : nullptr);
    });
}
