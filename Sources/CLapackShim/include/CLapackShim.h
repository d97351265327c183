#ifndef CLAPACKSHIM_H
#define CLAPACKSHIM_H

/// Eigenvalues and eigenvectors of a real symmetric matrix, by LAPACK's dsyev.
///
/// `matrix` holds size × size elements, of which the lower triangle row by row is read; afterwards it holds the
/// eigenvectors of length 1, one after the other. `eigenvalues` receives size numbers, rising.
///
/// Returns 0, or what dsyev says in its `info`; -1 too when there is no memory for its work.
int ps_symmetric_eigen(int size, double *matrix, double *eigenvalues);

#endif
