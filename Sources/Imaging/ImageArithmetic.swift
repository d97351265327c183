extension Image {
    /// The image with every sample brought into 0…1; what is not a number becomes 0.
    public func clamped() -> Image {
        var result = self
        result.clamp()
        return result
    }

    /// Brings every sample into 0…1, as ``clamped()`` does.
    public mutating func clamp() {
        pixels.withUnsafeMutableBufferPointer { samples in
            for i in samples.indices {
                // `max` first: a comparison with NaN is false, so NaN ends as 0.
                samples[i] = min(samples[i] > 0 ? samples[i] : 0, 1)
            }
        }
    }

    /// One channel, as a grey image.
    func plane(_ channel: Int) -> Image {
        var plane = Image(width: width, height: height, channels: .grey, filledWith: 0)
        for pixel in plane.pixels.indices {
            plane.pixels[pixel] = pixels[pixel * channels.count + channel]
        }
        return plane
    }

    /// Adds a grey image of the same size to one channel.
    mutating func add(_ plane: Image, to channel: Int) {
        let count = channels.count
        pixels.withUnsafeMutableBufferPointer { target in
            plane.pixels.withUnsafeBufferPointer { source in
                for pixel in source.indices {
                    target[pixel * count + channel] += source[pixel]
                }
            }
        }
    }
}
