extension Image {
    /// Colours times alpha; an image without alpha as it is.
    func premultiplied() -> Image {
        guard channels.hasAlpha else { return self }
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
        guard channels.hasAlpha else { return self }
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
