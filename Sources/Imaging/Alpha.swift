extension Image {
    /// The image as colour and alpha apart, the colour fit to be filtered.
    ///
    /// What colour a file gives to pixels with alpha 0 is arbitrary, often black, and would shine
    /// through at the edges after filtering. Here such pixels take the colour of the nearest
    /// visible ones instead.
    ///
    /// - Returns: The colour without alpha, and alpha as a grey image; `nil` when there is none.
    public func separatingAlpha() -> (colour: Image, alpha: Image?) {
        guard channels.hasAlpha else { return (self, nil) }
        let count = channels.count
        let colourCount = channels.colourCount
        var colour = Image(
            width: width, height: height, channels: channels.withoutAlpha, filledWith: 0)
        var alpha = Image(width: width, height: height, channels: .grey, filledWith: 0)
        for pixel in 0..<width * height {
            for c in 0..<colourCount {
                colour.pixels[pixel * colourCount + c] = pixels[pixel * count + c]
            }
            alpha.pixels[pixel] = pixels[pixel * count + colourCount]
        }
        colour.fillHoles(where: alpha)
        return (colour, alpha)
    }

    /// The image with an alpha channel of its size, in place of any it has.
    ///
    /// - Parameter alpha: A grey image of the same size.
    /// - Returns: The colours of this image with that alpha.
    public func addingAlpha(_ alpha: Image) -> Image {
        precondition(
            alpha.width == width && alpha.height == height && alpha.channels == .grey,
            "alpha of \(alpha.width)×\(alpha.height) for \(width)×\(height) pixels")
        let colourCount = channels.colourCount
        var joined: [Float] = []
        joined.reserveCapacity(width * height * (colourCount + 1))
        for pixel in 0..<width * height {
            let start = pixel * channels.count
            joined.append(contentsOf: pixels[start..<start + colourCount])
            joined.append(alpha.pixels[pixel])
        }
        return Image(width: width, height: height, channels: channels.withAlpha, pixels: joined)
    }

    /// The image without alpha, laid over a plain ground.
    ///
    /// - Parameter ground: The ground's value in every channel, 1 for white.
    /// - Returns: The colours as they look on that ground.
    public func flattened(over ground: Float = 1) -> Image {
        guard channels.hasAlpha else { return self }
        let colourCount = channels.colourCount
        var flat: [Float] = []
        flat.reserveCapacity(width * height * colourCount)
        for pixel in stride(from: 0, to: pixels.count, by: channels.count) {
            let alpha = pixels[pixel + colourCount]
            for c in 0..<colourCount {
                flat.append(pixels[pixel + c] * alpha + ground * (1 - alpha))
            }
        }
        return Image(
            width: width, height: height, channels: channels.withoutAlpha, pixels: flat)
    }

    /// Colours times alpha.
    func premultiplied() -> Image {
        var result = self
        let step = channels.count
        result.pixels.withUnsafeMutableBufferPointer { samples in
            for pixel in stride(from: 0, to: samples.count, by: step) {
                let alpha = samples[pixel + step - 1]
                for c in pixel..<pixel + step - 1 { samples[c] *= alpha }
            }
        }
        return result
    }

    /// Colours divided by alpha, and limited to 0…1; where alpha is 0 they become 0.
    ///
    /// The limit matters beside sharp edges of alpha, where filters overshoot and the quotient of
    /// two small numbers can be anything.
    func unpremultiplied() -> Image {
        var result = self
        let step = channels.count
        result.pixels.withUnsafeMutableBufferPointer { samples in
            for pixel in stride(from: 0, to: samples.count, by: step) {
                let alpha = samples[pixel + step - 1]
                let factor = alpha > 0 ? 1 / alpha : 0
                for c in pixel..<pixel + step - 1 {
                    samples[c] = min(max(samples[c] * factor, 0), 1)
                }
            }
        }
        return result
    }
}
