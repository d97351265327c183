import Autoencoding
import Testing

@Suite("Latents")
struct LatentTests {
    @Test("a part of a latent keeps its rows and channels")
    func cropping() {
        let latent = Latent(width: 3, height: 2, channels: 2, values: (0..<12).map(Float.init))
        let part = latent.cropped(to: LatentRectangle(x: 1, y: 0, width: 2, height: 2))
        #expect(part.values == [2, 3, 4, 5, 8, 9, 10, 11])
        #expect(latent.cropped(to: latent.bounds) == latent)
    }

    @Test("noise has the deviation asked for, no mean, and follows from the seed alone")
    func noise() {
        let zero = Latent(
            width: 100, height: 100, channels: 4, values: [Float](repeating: 0, count: 40_000))
        let noisy = zero.addingNoise(deviation: 0.1, seed: 7)
        var statistics = LatentStatistics(channels: 4)
        statistics.add(noisy)
        for c in 0..<4 {
            #expect(abs(statistics.mean[c]) < 0.004)  // four standard errors
            #expect(abs(statistics.deviation[c] - 0.1) < 0.004)
        }
        #expect(noisy == zero.addingNoise(deviation: 0.1, seed: 7))
        #expect(noisy != zero.addingNoise(deviation: 0.1, seed: 8))
        #expect(zero.addingNoise(deviation: 0, seed: 7) == zero)
        // Neighbours are not alike: the correlation at one step is near 0.
        let products = zip(noisy.values, noisy.values.dropFirst()).map { $0 * $1 }
        #expect(abs(products.reduce(0, +) / 40_000 / 0.01) < 0.02)
    }

    @Test("statistics over several latents are those of all their pixels")
    func statistics() {
        var statistics = LatentStatistics(channels: 2)
        #expect(statistics.deviation == [0, 0])
        statistics.add(Latent(width: 1, height: 1, channels: 2, values: [1, 10]))
        statistics.add(Latent(width: 1, height: 2, channels: 2, values: [2, 10, 6, 10]))
        #expect(abs(statistics.mean[0] - 3) < 1e-12 && statistics.mean[1] == 10)
        #expect(abs(statistics.deviation[0] - (14.0 / 3).squareRoot()) < 1e-12)
        #expect(statistics.deviation[1] == 0)
    }
}
