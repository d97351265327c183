public import Foundation

/// What undistorted photos look like to NIQE: mean and covariance of the features of their blocks.
///
/// Source: Mittal et al. 2013, "Making a 'Completely Blind' Image Quality Analyzer". The authors
/// published one such model, fitted to the sharp blocks of 125 photos; figures are comparable only
/// when they use it. It is not part of this project: the terms of its authors speak only of their
/// source files.
public struct PristineModel: Sendable, Equatable {
    /// Features of a block: 18 at each of two scales.
    static let featureCount = 36

    /// The features' means.
    let mean: [Double]

    /// The features' covariance, row by row.
    let covariance: [Double]

    /// Reads a model from a file of NumPy's `savez` with the arrays `mu_pris_param` and
    /// `cov_pris_param`, which is how BasicSR distributes the published one.
    ///
    /// - Parameter file: The file, of at most 1 MiB.
    /// - Throws: An ``ImageError`` when the file cannot be read, and ``PristineModelError`` when
    ///   it holds no such model.
    public init(contentsOf file: URL) throws {
        let data = try FileAccess.contents(of: file, limit: 1 << 20)
        do {
            let archive = try NumPyArchive(Array(data))
            let count = Self.featureCount
            try self.init(
                mean: archive.doubles("mu_pris_param", count: count),
                covariance: archive.doubles("cov_pris_param", count: count * count))
        } catch {
            throw PristineModelError(file: file.lastPathComponent, reason: error.reason)
        }
    }

    /// Checks that the numbers can be a mean and a covariance.
    private init(mean: [Double], covariance: [Double]) throws(NumPyArchive.Fault) {
        guard (mean + covariance).allSatisfy({ abs($0) < 1e6 }) else {  // refuses NaN as well
            throw .init("a number is not finite or far too large")
        }
        let matrix = SymmetricMatrix(size: mean.count, values: covariance)
        guard let matrix, matrix.eigenvalues.allSatisfy({ $0 > -1e-9 }) else {
            throw .init("'cov_pris_param' is not a covariance")
        }
        self.mean = mean
        self.covariance = covariance
    }
}

/// A file from which no model of NIQE can be read.
public struct PristineModelError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file's name.
    public let file: String

    /// What is wrong with it.
    public let reason: String

    /// What went wrong, where, and what can be done.
    public var description: String {
        "\(file): this is not a model of NIQE (\(reason)). "
            + "Take niqe_pris_params.npz as BasicSR distributes it."
    }
}
