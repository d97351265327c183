internal import Autoencoding
internal import Imaging

/// Where the coarse result stays: 1 keeps it wholly, and between 0 and 1 the two are mixed.
struct KeepMask {
    private let mask: Image

    /// Brings a mask to the size of the result.
    init(_ mask: Image, size: PixelSize) {
        // The mean of the colours, so that white is exactly 1; luma has a smaller range.
        self.mask = mask.separatingAlpha().colour.convertedToColour().inGrey()
            .resized(to: size).clamped()
    }

    /// Whether a patch is of no use, because the coarse result stays in all of it.
    ///
    /// - Parameters:
    ///   - place: Latent positions; what lies beyond the picture does not count.
    ///   - scale: Pixels along a side of a position.
    /// - Returns: Whether the mask is 1 everywhere.
    func covers(_ place: LatentRectangle, times scale: Int) -> Bool {
        let rows = place.y * scale..<min((place.y + place.height) * scale, mask.height)
        let columns = place.x * scale..<min((place.x + place.width) * scale, mask.width)
        return rows.allSatisfy { y in
            columns.allSatisfy { x in mask.pixels[y * mask.width + x] >= 1 }
        }
    }

    /// The coarse result where the mask is 1, the other one where it is 0.
    func mixed(coarse: Image, _ sampled: Image) -> Image {
        var result = sampled
        for (pixel, weight) in mask.pixels.enumerated() where weight > 0 {
            for index in pixel * 3..<pixel * 3 + 3 {
                let kept = coarse.pixels[index]
                // Exactly, where the mask is white.
                result.pixels[index] =
                    weight >= 1 ? kept : weight * kept + (1 - weight) * result.pixels[index]
            }
        }
        return result
    }
}
