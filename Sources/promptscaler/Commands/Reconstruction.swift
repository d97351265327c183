internal import Autoencoding
internal import Imaging
internal import Tensors

/// A picture through an autoencoder and back, with figures.
struct Reconstruction {
    /// What was lost.
    struct Figures {
        let psnrRGB: Double
        let psnrY: Double
        /// The result's gradient energy over the original's; nil when the original is flat.
        let gradientEnergyRatio: Double?
        /// The largest difference of a sample between tiles and one piece, in 8-bit levels.
        let seamLevels: Double?
    }

    struct Result {
        let image: Image
        let latent: Latent
        let figures: Figures
    }

    let network: any LatentAutoencoder
    let tiles: TileOptions?
    let policy: ComputePolicy
    let noise: Float
    let seed: UInt64
    let measuresSeams: Bool

    /// Encodes and decodes.
    ///
    /// - Parameters:
    ///   - picture: Any channels; the result has the same.
    ///   - progress: Called with the tiles that are done and their number in all.
    /// - Returns: The result with the latent before noise.
    /// - Throws: What the network or `progress` throws.
    func run(_ picture: Image, progress: (Int, Int) throws -> Void) throws -> Result {
        let (colour, alpha) = picture.separatingAlpha()
        let original = colour.convertedToColour()
        let passes = measuresSeams ? 4 : 2
        var latent = try network.encode(original, tiles: tiles, policy: policy) {
            try progress($0.done, passes * $0.total)
        }
        let clean = latent
        if noise > 0 { latent = latent.addingNoise(deviation: noise, seed: seed) }
        let back = try network.decode(
            latent, width: original.width, height: original.height, tiles: tiles, policy: policy
        ) {
            try progress($0.total + $0.done, passes * $0.total)
        }
        let seamLevels = measuresSeams ? try largestDifference(back, original) : nil
        let energy = original.gradientEnergy()
        let figures = Figures(
            psnrRGB: try QualityIndices.psnr(
                reference: original, restored: back, options: QualityOptions(channel: .rgb)),
            psnrY: try QualityIndices.psnr(
                reference: original, restored: back, options: QualityOptions(channel: .y)),
            gradientEnergyRatio: energy > 0
                ? back.clamped().gradientEnergy() / energy : nil,
            seamLevels: seamLevels)
        var image = picture.channels.colourCount == 1 ? Self.grey(back) : back
        if let alpha { image = image.addingAlpha(alpha) }
        return Result(image: image, latent: clean, figures: figures)
    }

    /// Codes the picture in one piece, with the same noise, and compares.
    private func largestDifference(_ tiled: Image, _ original: Image) throws -> Double {
        var latent = try network.encode(original, tiles: .whole, policy: policy)
        if noise > 0 { latent = latent.addingNoise(deviation: noise, seed: seed) }
        let whole = try network.decode(
            latent, width: original.width, height: original.height, tiles: .whole, policy: policy)
        var largest: Float = 0
        for (a, b) in zip(tiled.pixels, whole.pixels) { largest = max(largest, abs(a - b)) }
        return Double(largest) * 255
    }

    /// The mean of red, green and blue.
    private static func grey(_ image: Image) -> Image {
        var pixels: [Float] = []
        pixels.reserveCapacity(image.width * image.height)
        for start in stride(from: 0, to: image.pixels.count, by: 3) {
            let sum: Float = image.pixels[start] + image.pixels[start + 1] + image.pixels[start + 2]
            pixels.append(sum / 3)
        }
        return Image(width: image.width, height: image.height, channels: .grey, pixels: pixels)
    }
}
