extension Image {
    /// The mean square of the differences between neighbours: how much detail there is.
    ///
    /// Each pixel is compared with its right and its lower neighbour, in every channel but alpha.
    /// A restoration that has less of it than the original is softer.
    ///
    /// - Returns: The mean over all such differences, samples being in 0…1; 0 for a single pixel.
    public func gradientEnergy() -> Double {
        let (step, colours) = (channels.count, channels.colourCount)
        var sum = 0.0
        pixels.withUnsafeBufferPointer { samples in
            for y in 0..<height {
                var line = 0.0
                for x in 0..<width {
                    let here = (y * width + x) * step
                    for c in 0..<colours {
                        if x + 1 < width {
                            let d = Double(samples[here + step + c] - samples[here + c])
                            line += d * d
                        }
                        if y + 1 < height {
                            let d = Double(samples[here + width * step + c] - samples[here + c])
                            line += d * d
                        }
                    }
                }
                sum += line
            }
        }
        let count = colours * ((width - 1) * height + width * (height - 1))
        return count == 0 ? 0 : sum / Double(count)
    }
}

extension QualityIndices {
    /// How much detail a restored image has, relative to its reference: the ratio of
    /// ``Image/gradientEnergy()``.
    ///
    /// All colours count, whatever channel the options ask for. Below 1 the restored image is
    /// softer; above 1 it is sharper or noisier.
    ///
    /// - Parameters:
    ///   - reference: The original.
    ///   - restored: The image to judge, of the same size.
    ///   - options: The border, and whether samples are rounded.
    /// - Returns: `nil` when the reference is flat.
    /// - Throws: A ``QualityError`` when the images do not fit together.
    public static func gradientEnergyRatio(
        reference: Image, restored: Image, options: QualityOptions = QualityOptions()
    ) throws(QualityError) -> Double? {
        var colours = options
        colours.channel = .rgb
        let pairs = try planes(reference, restored, options: colours, minimumSize: 1)
        func energy(_ planes: [Plane]) -> Double {
            planes.reduce(0) { $0 + $1.image().gradientEnergy() }
        }
        let original = energy(pairs.map(\.reference))
        return original > 0 ? energy(pairs.map(\.restored)) / original : nil
    }
}
