internal import CLapackShim

/// A small symmetric matrix by its eigenvalues and eigenvectors.
struct SymmetricMatrix {
    /// The eigenvalues, rising.
    let eigenvalues: [Double]

    /// For each eigenvalue, the vector of length 1 that belongs to it, one after the other.
    private let eigenvectors: [Double]

    /// Diagonalises a matrix; nil when it is not symmetric, or has no eigenvalues that can be found.
    ///
    /// - Parameters:
    ///   - size: Rows and columns.
    ///   - values: The elements, row by row; all finite.
    init?(size: Int, values: [Double]) {
        precondition(values.count == size * size, "\(values.count) elements for \(size) rows")
        let largest = values.reduce(0) { max($0, abs($1)) }
        for i in 0..<size {
            for j in 0..<i where abs(values[i * size + j] - values[j * size + i]) > 1e-9 * largest {
                return nil
            }
        }
        var (found, vectors) = ([Double](repeating: 0, count: size), values)
        guard ps_symmetric_eigen(Int32(size), &vectors, &found) == 0 else { return nil }
        (eigenvalues, eigenvectors) = (found, vectors)
    }

    /// `x` times the pseudo-inverse times `x`.
    ///
    /// Eigenvalues that are zero up to rounding are left out, as NumPy's `pinv` does.
    func inverseForm(of x: [Double]) -> Double {
        let smallest = 1e-15 * eigenvalues.reduce(0) { max($0, abs($1)) }
        var sum = 0.0
        for (index, value) in eigenvalues.enumerated() where abs(value) > smallest {
            let vector = eigenvectors[index * x.count..<(index + 1) * x.count]
            let share = zip(x, vector).reduce(0) { $0 + $1.0 * $1.1 }
            sum += share * share / value
        }
        return sum
    }
}
