extension Image {
    /// The image in red, green and blue: grey is repeated three times, alpha is kept.
    public func convertedToColour() -> Image {
        guard channels.colourCount == 1 else { return self }
        let target = channels.hasAlpha ? Channels.rgba : .rgb
        var samples: [Float] = []
        samples.reserveCapacity(width * height * target.count)
        for pixel in stride(from: 0, to: pixels.count, by: channels.count) {
            let grey = pixels[pixel]
            samples.append(contentsOf: repeatElement(grey, count: 3))
            if channels.hasAlpha { samples.append(pixels[pixel + 1]) }
        }
        return Image(width: width, height: height, channels: target, pixels: samples)
    }

    /// Y of ITU-R BT.601 in its studio range, as one channel; see ``BT601``.
    ///
    /// For a grey image, red, green and blue are equal. Alpha is ignored.
    ///
    /// - Returns: A grey image between 16/255 for black and 235/255 for white.
    public func luma() -> Image {
        let step = channels.count
        let (green, blue) = channels.colourCount == 3 ? (1, 2) : (0, 0)
        let luma = [Float](unsafeUninitializedCapacity: width * height) { target, count in
            pixels.withUnsafeBufferPointer { source in
                for pixel in 0..<width * height {
                    let red = pixel * step
                    let y = BT601.luma(
                        red: Double(source[red]), green: Double(source[red + green]),
                        blue: Double(source[red + blue]))
                    target.initializeElement(at: pixel, to: Float(y))
                }
            }
            count = width * height
        }
        return Image(width: width, height: height, channels: .grey, pixels: luma)
    }
}

/// The conversion on which the figures of super-resolution papers rest.
///
/// Source: ITU-R BT.601 as in MATLAB's `rgb2ycbcr`: Y = 16 + 65.481 R + 128.553 G + 24.966 B in
/// 255ths, for R, G and B in 0…1. It is not rounded to a whole number, as in today's evaluations;
/// MATLAB rounds it for `uint8` images, which takes about 0.01 dB off.
enum BT601 {
    static func luma(red: Double, green: Double, blue: Double) -> Double {
        (16 + 65.481 * red + 128.553 * green + 24.966 * blue) / 255
    }
}
