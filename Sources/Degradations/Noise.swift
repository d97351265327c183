internal import Foundation
public import Imaging
public import RandomDraws
internal import Regions

extension Image {
    /// The image with normal noise, limited to 0…1.
    ///
    /// - Parameters:
    ///   - sigma8Bit: The noise's standard deviation, in levels of 255.
    ///   - isGrey: Whether all channels of a pixel get the same noise.
    ///   - source: Decides the noise; that of a sample depends on its place alone.
    ///   - threads: Threads to use, at least 1.
    /// - Returns: The noisy image.
    public func addingGaussianNoise(
        sigma8Bit: Double, isGrey: Bool, source: DrawSource, threads: Int
    ) -> Image {
        let deviation = sigma8Bit / 255
        return adding(isGrey: isGrey, threads: threads) { place in
            deviation * source.normal(at: UInt64(place))
        }
    }

    /// The image with the noise of counted light, limited to 0…1.
    ///
    /// Source: Real-ESRGAN ([arXiv:2107.10833](https://arxiv.org/abs/2107.10833)) and its published
    /// code: a sensor that tells apart as many levels as the image has, rounded up to a power of
    /// two; the counts' deviation from their mean is added `scale` times. The image itself is not
    /// rounded.
    ///
    /// - Parameters:
    ///   - scale: How many times the noise is added.
    ///   - isGrey: Whether all channels of a pixel get the same noise, that of their luminance.
    ///   - source: Decides the noise; that of a sample depends on its place and level alone.
    ///   - threads: Threads to use, at least 1.
    /// - Returns: The noisy image.
    public func addingPoissonNoise(
        scale: Double, isGrey: Bool, source: DrawSource, threads: Int
    ) -> Image {
        let levels = isGrey ? luminanceLevels() : pixels.map(Self.level)
        let counts = Self.counts(telling: levels)
        return adding(isGrey: isGrey, threads: threads) { place in
            let count = PoissonDistribution(mean: levels[place] * counts)
                .quantile(source.uniform(at: UInt64(place)))
            return scale * (Double(count) / counts - levels[place])
        }
    }

    /// Adds noise and limits the result to 0…1.
    ///
    /// `noise` is called with the number of the sample, or of the pixel when it is grey.
    private func adding(isGrey: Bool, threads: Int, noise: (Int) -> Double) -> Image {
        let step = channels.count
        var result = self
        withoutActuallyEscaping(noise) { noise in
            nonisolated(unsafe) let noise = noise
            result.pixels.withUnsafeMutableBufferPointer { samples in
                nonisolated(unsafe) let samples = samples
                ParallelLoop.run(height, threads: threads) { _, y in
                    for pixel in y * width..<(y + 1) * width {
                        let shared = isGrey ? noise(pixel) : 0
                        for index in pixel * step..<(pixel + 1) * step {
                            let sum = Double(samples[index]) + (isGrey ? shared : noise(index))
                            samples[index] = Float(min(max(sum, 0), 1))
                        }
                    }
                }
            }
        }
        return result
    }

    /// A sample rounded to a level of 255.
    private static func level(_ sample: Float) -> Double {
        Double(min(max((sample * 255).rounded(.toNearestOrEven), 0), 255)) / 255
    }

    /// One level a pixel: ITU-R BT.601's weights of red, green and blue, on rounded levels.
    private func luminanceLevels() -> [Double] {
        guard channels.colourCount == 3 else { return pixels.map(Self.level) }
        return stride(from: 0, to: pixels.count, by: channels.count).map { start in
            0.2989 * Self.level(pixels[start]) + 0.5870 * Self.level(pixels[start + 1])
                + 0.1140 * Self.level(pixels[start + 2])
        }
    }

    /// The number of different levels, rounded up to a power of two; 2 at least.
    private static func counts(telling levels: [Double]) -> Double {
        var seen = [Bool](repeating: false, count: 256)
        for level in levels { seen[Int((level * 255).rounded(.toNearestOrEven))] = true }
        let distinct = seen.count { $0 }
        var counts = 2
        while counts < distinct { counts *= 2 }
        return Double(counts)
    }
}
