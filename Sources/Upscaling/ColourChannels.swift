internal import Imaging

extension Image {
    /// The mean of the three channels.
    ///
    /// Only for pictures that were grey before the network, which keeps them so but for rounding.
    func inGrey() -> Image {
        precondition(channels == .rgb, "the picture has \(channels.rawValue) channels, not 3")
        var grey: [Float] = []
        grey.reserveCapacity(width * height)
        for start in stride(from: 0, to: pixels.count, by: 3) {
            grey.append((pixels[start] + pixels[start + 1] + pixels[start + 2]) / 3)
        }
        return Image(width: width, height: height, channels: .grey, pixels: grey)
    }

    /// Bicubic, or the picture itself when it already has the size.
    func resized(to size: PixelSize) -> Image {
        if width == size.width && height == size.height { return self }
        return resized(width: size.width, height: size.height, filter: .bicubic)
    }
}
