import Foundation

extension QualityIndices {
    /// The Haar wavelet-based perceptual similarity index (HaarPSI).
    ///
    /// Source: Reisenhofer et al. 2018, "A Haar Wavelet-Based Perceptual Similarity Index for Image
    /// Quality Assessment", equations (7) to (15), and `HaarPSI.m` of its authors: at half size,
    /// in YIQ; grey pictures by their one sample. It looks at all colours, whatever channel the
    /// options ask for.
    ///
    /// - Parameters:
    ///   - reference: The original.
    ///   - restored: The image to judge, of the same size.
    ///   - options: The border, and whether samples are rounded.
    /// - Returns: In 0…1, and 1 for equal images; higher is better.
    /// - Throws: A ``QualityError`` when the images do not fit together.
    public static func haarPSI(
        reference: Image, restored: Image, options: QualityOptions = QualityOptions()
    ) throws(QualityError) -> Double {
        var colours = options
        colours.channel = .rgb
        let pairs = try planes(reference, restored, options: colours, minimumSize: 1)
        let original = HaarWavelets(pairs.map(\.reference))
        let other = HaarWavelets(pairs.map(\.restored))

        var sum = 0.0
        var weights = 0.0
        for i in 0..<original.count {
            var weightOfBoth = 0.0
            for direction in 0..<2 {
                let (a, b) = (original.details[direction], other.details[direction])
                let similarity = (0..<2).reduce(0) { $0 + alike(a[$1][i], b[$1][i]) } / 2
                let weight = max(abs(a[2][i]), abs(b[2][i]))
                sum += weight * logistic(similarity)
                weightOfBoth += weight
            }
            weights += weightOfBoth
            guard !original.chroma.isEmpty else { continue }
            let similarity = zip(original.chroma, other.chroma).reduce(0) {
                $0 + alike(abs($1.0[i]), abs($1.1[i])) / 2
            }
            sum += weightOfBoth / 2 * logistic(similarity)
            weights += weightOfBoth / 2
        }
        // Two black pictures: nothing to see in either.
        guard weights > 0 else { return 1 }
        let value = sum / weights
        let inverse = log(value / (1 - value)) / α
        return min(inverse * inverse, 1)
    }

    private static let α = 4.2
    private static let c = 30.0

    /// How alike the sizes of two coefficients are, at most 1.
    private static func alike(_ a: Double, _ b: Double) -> Double {
        (2 * abs(a * b) + c) / (a * a + b * b + c)
    }

    private static func logistic(_ x: Double) -> Double { 1 / (1 + exp(-α * x)) }
}

/// The coefficients of an image at half size, on the scale 0…255; beyond the edges lies black.
private struct HaarWavelets {
    /// The number of places.
    let count: Int

    /// For top against bottom and for left against right: windows of 2, 4 and 8 pixels.
    let details: [[[Double]]]

    /// Means of I and Q over 2×2 pixels; empty for grey images.
    let chroma: [[Double]]

    init(_ planes: [Plane]) {
        let parts = Self.yiq(planes).map { BoxSums($0).halved() }
        let luma = BoxSums(parts[0])
        count = luma.width * luma.height
        details = [false, true].map { isSideways in
            [2, 4, 8].map { luma.differences(window: $0, isSideways: isSideways) }
        }
        chroma = parts.dropFirst().map { BoxSums($0).means() }
    }

    /// Y, I and Q of red, green and blue; a grey plane as it is.
    private static func yiq(_ planes: [Plane]) -> [Plane] {
        guard planes.count == 3 else { return planes }
        let factors = [[0.299, 0.587, 0.114], [0.596, -0.274, -0.322], [0.211, -0.523, 0.312]]
        let (red, green, blue) = (planes[0].samples, planes[1].samples, planes[2].samples)
        return factors.map { f in
            Plane(
                width: planes[0].width, height: planes[0].height,
                samples: red.indices.map { f[0] * red[$0] + f[1] * green[$0] + f[2] * blue[$0] })
        }
    }
}

/// Sums over rectangles of a plane, each from four numbers.
private struct BoxSums {
    let width: Int
    let height: Int

    /// The sums over everything above and to the left: one more row and column than the plane.
    private let sums: [Double]

    init(_ plane: Plane) {
        (width, height) = (plane.width, plane.height)
        let stride = width + 1
        var sums = [Double](repeating: 0, count: stride * (height + 1))
        for y in 0..<height {
            var line = 0.0
            for x in 0..<width {
                line += plane.samples[y * width + x]
                sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1] + line
            }
        }
        self.sums = sums
    }

    /// The sum over columns `x0..<x1` and rows `y0..<y1`, as far as they are in the plane.
    private func sum(_ x0: Int, _ x1: Int, _ y0: Int, _ y1: Int) -> Double {
        let (left, right) = (min(max(x0, 0), width), min(max(x1, 0), width))
        let (top, bottom) = (
            min(max(y0, 0), height) * (width + 1), min(max(y1, 0), height) * (width + 1)
        )
        return sums[bottom + right] - sums[bottom + left] - sums[top + right] + sums[top + left]
    }

    /// The means of 2×2 pixels, each pixel in one of them.
    func halved() -> Plane {
        let (halfWidth, halfHeight) = ((width + 1) / 2, (height + 1) / 2)
        let samples = (0..<halfWidth * halfHeight).map { i in
            let (x, y) = (i % halfWidth * 2, i / halfWidth * 2)
            return sum(x, x + 2, y, y + 2) / 4
        }
        return Plane(width: halfWidth, height: halfHeight, samples: samples)
    }

    /// The mean of each pixel with its right and lower neighbours.
    func means() -> [Double] {
        (0..<width * height).map { i in
            let (x, y) = (i % width, i / width)
            return sum(x, x + 2, y, y + 2) / 4
        }
    }

    /// One half of a window around each pixel minus the other, over the window's side.
    func differences(window: Int, isSideways: Bool) -> [Double] {
        let half = window / 2
        return (0..<width * height).map { i in
            let (x, y) = (i % width - half + 1, i / width - half + 1)
            let whole = sum(x, x + window, y, y + window)
            let first =
                isSideways
                ? sum(x, x + half, y, y + window) : sum(x, x + window, y, y + half)
            return (whole - 2 * first) / Double(window)
        }
    }
}
