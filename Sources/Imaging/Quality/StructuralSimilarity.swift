import Foundation

extension QualityIndices {
    /// Structural similarity: the mean over all places where an 11×11 window fits entirely.
    ///
    /// Source: Wang et al. 2004, "Image Quality Assessment: From Error Visibility to Structural
    /// Similarity", and its `ssim_index.m`: a Gaussian window of 1.5 pixels, K₁ = 0.01, K₂ = 0.03,
    /// range 255, no downsampling. For RGB, the mean of the three channels.
    ///
    /// - Parameters:
    ///   - reference: The original.
    ///   - restored: The image to judge, of the same size.
    ///   - options: What is compared.
    /// - Returns: At most 1, which only equal images reach.
    /// - Throws: A ``QualityError`` when the images do not fit together.
    public static func ssim(
        reference: Image, restored: Image, options: QualityOptions = QualityOptions()
    ) throws(QualityError) -> Double {
        let pairs = try planes(
            reference, restored, options: options, minimumSize: GaussianWindow.ssim.size)
        let sum = pairs.reduce(0.0) { $0 + similarity(of: $1.reference, and: $1.restored) }
        return sum / Double(pairs.count)
    }

    private static func similarity(of x: Plane, and y: Plane) -> Double {
        let c1 = 0.01 * 255 * 0.01 * 255
        let c2 = 0.03 * 255 * 0.03 * 255
        let window = GaussianWindow.ssim
        let meanX = window.means(of: x)
        let meanY = window.means(of: y)
        let squareX = window.means(of: x.times(x))
        let squareY = window.means(of: y.times(y))
        let product = window.means(of: x.times(y))
        var sum = 0.0
        for i in meanX.samples.indices {
            let (μx, μy) = (meanX.samples[i], meanY.samples[i])
            let varianceX = squareX.samples[i] - μx * μx
            let varianceY = squareY.samples[i] - μy * μy
            let covariance = product.samples[i] - μx * μy
            sum +=
                (2 * μx * μy + c1) * (2 * covariance + c2)
                / ((μx * μx + μy * μy + c1) * (varianceX + varianceY + c2))
        }
        return sum / Double(meanX.samples.count)
    }
}

/// A square Gaussian window whose weights sum to one.
private struct GaussianWindow {
    let weights: [Double]

    var size: Int { weights.count }

    /// The window of the SSIM paper.
    static let ssim = GaussianWindow(size: 11, sigmaPixels: 1.5)

    init(size: Int, sigmaPixels: Double) {
        let centre = Double(size - 1) / 2
        let heights = (0..<size).map { i in
            let distance = Double(i) - centre
            return exp(-distance * distance / (2 * sigmaPixels * sigmaPixels))
        }
        let sum = heights.reduce(0, +)
        weights = heights.map { $0 / sum }
    }

    /// Weighted means over every window that lies within the plane.
    func means(of plane: Plane) -> Plane {
        let (width, height) = (plane.width - size + 1, plane.height - size + 1)
        var result = [Double](repeating: 0, count: width * height)
        var combined = [Double](repeating: 0, count: plane.width)
        plane.samples.withUnsafeBufferPointer { source in
            combined.withUnsafeMutableBufferPointer { combined in
                result.withUnsafeMutableBufferPointer { result in
                    for y in 0..<height {
                        combined.update(repeating: 0)
                        for (tap, weight) in weights.enumerated() {
                            let start = (y + tap) * plane.width
                            for x in 0..<plane.width { combined[x] += weight * source[start + x] }
                        }
                        for (tap, weight) in weights.enumerated() {
                            for x in 0..<width {
                                result[y * width + x] += weight * combined[x + tap]
                            }
                        }
                    }
                }
            }
        }
        return Plane(width: width, height: height, samples: result)
    }
}

extension Plane {
    /// The product of two planes, sample by sample.
    fileprivate func times(_ other: Plane) -> Plane {
        Plane(width: width, height: height, samples: zip(samples, other.samples).map { $0 * $1 })
    }
}
