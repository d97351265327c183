/// A small symmetric matrix by its eigenvalues and eigenvectors.
///
/// Source: the cyclic method of Jacobi, as in Golub and Van Loan, "Matrix Computations", section
/// 8.5. Each rotation clears one element off the diagonal; a handful of rounds clears all of them.
struct SymmetricMatrix {
    /// The eigenvalues, in no order.
    let eigenvalues: [Double]

    /// For each eigenvalue, the vector of length 1 that belongs to it.
    private let eigenvectors: [[Double]]

    /// Diagonalises a matrix; nil when it is not symmetric.
    ///
    /// - Parameters:
    ///   - size: Rows and columns.
    ///   - values: The elements, row by row; all finite.
    init?(size: Int, values: [Double]) {
        precondition(values.count == size * size, "\(values.count) elements for \(size) rows")
        var rows = (0..<size).map { Array(values[$0 * size..<($0 + 1) * size]) }
        let largest = values.reduce(0) { max($0, abs($1)) }
        for i in 0..<size {
            for j in 0..<i where abs(rows[i][j] - rows[j][i]) > 1e-9 * largest { return nil }
        }
        // vectors[i] is the i-th row of the transposed matrix of eigenvectors.
        var vectors = (0..<size).map { i in (0..<size).map { $0 == i ? 1.0 : 0.0 } }
        for _ in 0..<Self.rounds {
            var rest = 0.0
            for p in 0..<size {
                for q in p + 1..<size {
                    rest = max(rest, abs(rows[p][q]))
                    Self.rotate(&rows, &vectors, p, q)
                }
            }
            if rest <= 1e-18 * largest { break }
        }
        eigenvalues = (0..<size).map { rows[$0][$0] }
        eigenvectors = vectors
    }

    /// More than ever needed: convergence is quadratic.
    private static let rounds = 60

    private static func rotate(
        _ rows: inout [[Double]], _ vectors: inout [[Double]], _ p: Int, _ q: Int
    ) {
        let element = rows[p][q]
        guard element != 0 else { return }
        let ratio = (rows[q][q] - rows[p][p]) / (2 * element)
        let tangent = (ratio < 0 ? -1 : 1) / (abs(ratio) + (ratio * ratio + 1).squareRoot())
        let cosine = 1 / (tangent * tangent + 1).squareRoot()
        let sine = tangent * cosine
        for k in rows.indices {
            let (a, b) = (rows[k][p], rows[k][q])
            rows[k][p] = cosine * a - sine * b
            rows[k][q] = sine * a + cosine * b
        }
        for k in rows.indices {
            let (a, b) = (rows[p][k], rows[q][k])
            rows[p][k] = cosine * a - sine * b
            rows[q][k] = sine * a + cosine * b
            (vectors[p][k], vectors[q][k]) = (
                cosine * vectors[p][k] - sine * vectors[q][k],
                sine * vectors[p][k] + cosine * vectors[q][k]
            )
        }
        (rows[p][q], rows[q][p]) = (0, 0)
    }

    /// `x` times the pseudo-inverse times `x`.
    ///
    /// Eigenvalues that are zero up to rounding are left out, as NumPy's `pinv` does.
    func inverseForm(of x: [Double]) -> Double {
        let smallest = 1e-15 * eigenvalues.reduce(0) { max($0, abs($1)) }
        var sum = 0.0
        for (value, vector) in zip(eigenvalues, eigenvectors) where abs(value) > smallest {
            let share = zip(x, vector).reduce(0) { $0 + $1.0 * $1.1 }
            sum += share * share / value
        }
        return sum
    }
}
