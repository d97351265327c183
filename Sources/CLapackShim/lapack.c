#include "CLapackShim.h"

#include <stddef.h>
#include <stdlib.h>

// LAPACK's own name for it, as Fortran compilers write it; the last two are the lengths of the strings.
void dsyev_(const char *job, const char *triangle, const int *size, double *matrix, const int *leading,
            double *eigenvalues, double *work, const int *work_size, int *info, size_t, size_t);

int ps_symmetric_eigen(int size, double *matrix, double *eigenvalues) {
    int work_size = 34 * size, info = 0;
    double *work = malloc((size_t)work_size * sizeof *work);
    if (work == NULL) return -1;
    // Fortran's columns are our rows, so its upper triangle is our lower one.
    dsyev_("V", "U", &size, matrix, &size, eigenvalues, work, &work_size, &info, 1, 1);
    free(work);
    return info;
}
