import Degradations
import Foundation
import Imaging
import RandomDraws
import TestSupport
import Testing

/// Moments of noise against those of the Python twin.
@Suite("Noise")
struct NoiseTests {
    /// A case of `noise.json`: figures for each of eight stripes and three channels.
    struct Golden: Decodable {
        let kind: String
        let strength: Double
        let grey: Bool
        let samples: Int
        let mean: [[Double]]
        let deviation: [[Double]]
        let kurtosis: [[Double]]
        let correlation: [Double]
    }

    /// Eight stripes of 8 rows, as the script makes them.
    static let stripes: Image = {
        let levels: [[Float]] = [
            [16, 16, 16], [64, 64, 64], [128, 128, 128], [192, 192, 192], [40, 90, 150],
            [150, 60, 30], [100, 180, 120], [200, 140, 90],
        ]
        var pixels: [Float] = []
        for y in 0..<64 { for _ in 0..<64 { pixels += levels[y / 8].map { $0 / 255 } } }
        return Image(width: 64, height: 64, channels: .rgb, pixels: pixels)
    }()

    static func noisy(_ golden: Golden, key: UInt64, threads: Int = 2) -> Image {
        golden.kind == "gaussian"
            ? stripes.addingGaussianNoise(
                sigma8Bit: golden.strength, isGrey: golden.grey, source: DrawSource(key: key),
                threads: threads)
            : stripes.addingPoissonNoise(
                scale: golden.strength, isGrey: golden.grey, source: DrawSource(key: key),
                threads: threads)
    }

    static func goldens() throws -> [Golden] {
        try JSONDecoder().decode([Golden].self, from: Fixture.data("noise.json"))
    }

    @Test("mean, deviation, kurtosis and correlation of channels are the twin's")
    func moments() throws {
        let repeats = 60
        for golden in try Self.goldens() {
            let images = (0..<repeats).map { Self.noisy(golden, key: UInt64($0)) }
            for stripe in 0..<8 {
                let noise = (0..<3).map { Self.noise(images, stripe: stripe, channel: $0) }
                let count = Double(noise[0].count)
                // Both sides are samples: five deviations of their difference are allowed.
                let spread = 5 * (1 / count + 1 / Double(golden.samples)).squareRoot()
                for c in 0..<3 {
                    let place = "\(golden.kind) \(golden.strength) \(golden.grey) \(stripe) \(c)"
                    let deviation = golden.deviation[stripe][c]
                    let kurtosis = golden.kurtosis[stripe][c]
                    let found = Moments(noise[c])
                    #expect(
                        abs(found.mean - golden.mean[stripe][c]) < deviation * spread, "\(place)")
                    // Var(s²) = σ⁴ (κ − 1) / n, and half of that relative spread for s.
                    #expect(
                        abs(found.deviation / deviation - 1)
                            < spread * (kurtosis - 1).squareRoot() / 2, "\(place)")
                    #expect(
                        abs(found.kurtosis - kurtosis) < spread * found.kurtosisUncertainty,
                        "\(place)")
                }
                let correlation = Self.correlation(noise[0], noise[1])
                #expect(abs(correlation - golden.correlation[stripe]) < spread)
            }
        }
    }

    @Test("the twin's cases really differ: grey noise correlates, colour noise does not")
    func fixture() throws {
        let goldens = try Self.goldens()
        #expect(goldens.count == 8)
        for golden in goldens {
            for correlation in golden.correlation {
                #expect(golden.grey ? correlation > 0.95 : abs(correlation) < 0.02)
            }
        }
    }

    @Test("noise follows from key and place, not from threads; other keys give other noise")
    func keys() throws {
        for golden in try Self.goldens() {
            let one = Self.noisy(golden, key: 1, threads: 1)
            #expect(Self.noisy(golden, key: 1, threads: 5) == one)
            #expect(Self.noisy(golden, key: 2) != one)
        }
    }

    private static func noise(_ images: [Image], stripe: Int, channel: Int) -> [Double] {
        images.flatMap { image in
            (stripe * 512..<(stripe + 1) * 512).map {
                Double(image.pixels[$0 * 3 + channel] - stripes.pixels[$0 * 3 + channel])
            }
        }
    }

    private static func correlation(_ a: [Double], _ b: [Double]) -> Double {
        let (first, second) = (Moments(a), Moments(b))
        let product = zip(a, b).reduce(0) { $0 + ($1.0 - first.mean) * ($1.1 - second.mean) }
        return product / Double(a.count) / (first.deviation * second.deviation)
    }
}

/// Mean, standard deviation and kurtosis of numbers.
struct Moments {
    let mean: Double
    let deviation: Double
    let kurtosis: Double
    /// The standard error of the kurtosis, times the root of the number of values.
    let kurtosisUncertainty: Double

    init(_ values: [Double]) {
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let deviation =
            (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
        var (third, fourth) = (0.0, 0.0)
        for value in values {
            let z = (value - mean) / deviation
            third += z * z * z / count
            fourth += z * z * z * z / count
        }
        // How much each value moves the kurtosis (its influence function); the mean square of that.
        var squares = 0.0
        for value in values {
            let z = (value - mean) / deviation
            let influence = z * z * z * z - 2 * fourth * (z * z - 1) - fourth - 4 * third * z
            squares += influence * influence / count
        }
        self.mean = mean
        self.deviation = deviation
        kurtosis = fourth
        kurtosisUncertainty = squares.squareRoot()
    }
}
