import Foundation

/// What NIQE measures in a block: how contrasts, freed of the local mean and deviation, are
/// distributed, alone and multiplied by their neighbours.
///
/// Source: Mittal et al. 2013, section II, and `computefeature.m` of its authors.
enum NaturalnessFeatures {
    /// The side of a block in pixels, at full size.
    static let blockSide = 96

    /// Features of each block at full and at half size.
    ///
    /// - Parameter plane: Grey levels in 0…255; what does not fill a block on the right and at
    ///   the bottom is left out.
    /// - Returns: For each block, 36 numbers; NaN where a block is flat.
    static func blocks(of plane: Plane) -> [[Double]] {
        let (columns, rows) = (plane.width / blockSide, plane.height / blockSide)
        let full = plane.cropped(width: columns * blockSide, height: rows * blockSide)
        let scales = [(full, blockSide), (full.halved(), blockSide / 2)].map { plane, side in
            (contrasts(of: plane), side)
        }
        return (0..<rows * columns).map { index in
            scales.flatMap { contrasts, side in
                features(
                    of: contrasts.samples(
                        x: index % columns * side, y: index / columns * side, side: side),
                    side: side)
            }
        }
    }

    /// (I − μ) / (σ + 1), with mean and deviation in a Gaussian window of 7×7 and 7/6 pixels.
    private static func contrasts(of plane: Plane) -> Plane {
        let variance: Double = (7.0 / 6) * (7.0 / 6)
        let heights: [Double] = (-3...3).map { (x: Int) -> Double in
            exp(-Double(x * x) / (2 * variance))
        }
        let sum = heights.reduce(0, +)
        let window = heights.map { $0 / sum }
        let means = plane.smoothed(window)
        let squares = Plane(
            width: plane.width, height: plane.height, samples: plane.samples.map { $0 * $0 }
        ).smoothed(window)
        let samples = plane.samples.indices.map { i in
            let mean = means.samples[i]
            let difference = plane.samples[i] - mean
            // In a flat area only rounding is left, and that says nothing about the picture.
            guard abs(difference) > 1e-9 else { return 0.0 }
            return difference / (abs(squares.samples[i] - mean * mean).squareRoot() + 1)
        }
        return Plane(width: plane.width, height: plane.height, samples: samples)
    }

    /// The 18 features of a block.
    ///
    /// Two are of the contrasts, and four of their products with the neighbour in each of four
    /// directions. Beyond an edge of the block lies its other edge.
    private static func features(of block: [Double], side: Int) -> [Double] {
        let alone = AsymmetricGaussian(fitting: block)
        var result = [alone.shape, (alone.left + alone.right) / 2]
        for (dx, dy) in [(1, 0), (0, 1), (1, 1), (-1, 1)] {
            var products = block
            for y in 0..<side {
                let above = (y - dy + side) % side * side
                for x in 0..<side {
                    products[y * side + x] *= block[above + (x - dx + side) % side]
                }
            }
            let pair = AsymmetricGaussian(fitting: products)
            result += [pair.shape, pair.mean, pair.left, pair.right]
        }
        return result
    }
}
