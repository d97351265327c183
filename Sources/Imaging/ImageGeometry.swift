extension Image {
    /// A rectangle of the image.
    ///
    /// - Parameters:
    ///   - x: The leftmost column to keep.
    ///   - y: The topmost row to keep.
    ///   - width: Columns to keep, at least 1.
    ///   - height: Rows to keep, at least 1.
    /// - Returns: An image of `width × height` pixels.
    public func cropped(x: Int, y: Int, width: Int, height: Int) -> Image {
        precondition(
            x >= 0 && y >= 0 && x + width <= self.width && y + height <= self.height,
            "\(width)×\(height) at (\(x), \(y)) lies outside of \(self.width)×\(self.height)")
        if width == self.width && height == self.height { return self }
        var kept: [Float] = []
        kept.reserveCapacity(width * height * channels.count)
        for row in y..<y + height {
            let start = index(x: x, y: row)
            kept.append(contentsOf: pixels[start..<start + width * channels.count])
        }
        return Image(width: width, height: height, channels: channels, pixels: kept)
    }

    /// The image with more pixels at its right and lower edge, which mirror those inside.
    ///
    /// - Parameters:
    ///   - width: Columns wanted, at least as many as there are.
    ///   - height: Rows wanted, at least as many as there are.
    /// - Returns: An image of `width × height` pixels; the image itself when it has that size.
    public func mirrored(toWidth width: Int, height: Int) -> Image {
        precondition(
            width >= self.width && height >= self.height,
            "\(self.width)×\(self.height) pixels do not fit into \(width)×\(height)")
        if width == self.width && height == self.height { return self }
        func source(_ index: Int, _ extent: Int) -> Int {
            // The edge itself is not repeated, except in a row of one pixel.
            let folded = index % max(1, 2 * extent - 2)
            return folded < extent ? folded : 2 * extent - 2 - folded
        }
        let columns = (0..<width).map { source($0, self.width) * channels.count }
        var pixels: [Float] = []
        pixels.reserveCapacity(width * height * channels.count)
        for y in 0..<height {
            let start = index(x: 0, y: source(y, self.height))
            for column in columns {
                for channel in 0..<channels.count {
                    pixels.append(self.pixels[start + column + channel])
                }
            }
        }
        return Image(width: width, height: height, channels: channels, pixels: pixels)
    }

    /// The image turned so that what the camera held sideways stands upright.
    ///
    /// - Parameter orientation: How the samples are stored.
    /// - Returns: The image as it is meant to be seen; columns and rows swap for four of the eight.
    public func upright(from orientation: ExifOrientation) -> Image {
        guard orientation != .upright else { return self }
        let (newWidth, newHeight) = orientation.swapsAxes ? (height, width) : (width, height)
        let count = channels.count
        let turned = [Float](unsafeUninitializedCapacity: pixels.count) { target, initialized in
            pixels.withUnsafeBufferPointer { source in
                var next = 0
                for y in 0..<newHeight {
                    for x in 0..<newWidth {
                        let (sx, sy) = orientation.source(x: x, y: y, width: width, height: height)
                        let from = (sy * width + sx) * count
                        for c in 0..<count {
                            target.initializeElement(at: next + c, to: source[from + c])
                        }
                        next += count
                    }
                }
            }
            initialized = pixels.count
        }
        return Image(width: newWidth, height: newHeight, channels: channels, pixels: turned)
    }
}
