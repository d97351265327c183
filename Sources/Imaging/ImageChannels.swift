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

    /// Y of ITU-R BT.601 in its studio range, as one channel.
    ///
    /// Source: MATLAB's `rgb2ycbcr`, on which the figures of super-resolution papers rest:
    /// `16 + 65.481 R + 128.553 G + 24.966 B`, here divided by 255. Black is 16/255, white 235/255.
    /// For a grey image, R = G = B. Alpha is ignored.
    public func luma() -> Image {
        let step = channels.count
        let isColour = channels.colourCount == 3
        var luma: [Float] = []
        luma.reserveCapacity(width * height)
        for pixel in stride(from: 0, to: pixels.count, by: step) {
            let red = Double(pixels[pixel])
            let green = isColour ? Double(pixels[pixel + 1]) : red
            let blue = isColour ? Double(pixels[pixel + 2]) : red
            luma.append(Float((16 + 65.481 * red + 128.553 * green + 24.966 * blue) / 255))
        }
        return Image(width: width, height: height, channels: .grey, pixels: luma)
    }
}
