extension Image {
    /// The image at another size, as MATLAB's `imresize` makes it: antialiased when shrinking.
    ///
    /// Rows are combined first, then columns. With `border: .replicate` and
    /// `quantization: .eightBit` the result has the very bytes of the low-resolution images that
    /// super-resolution benchmarks are distributed with. Colours are weighed by their alpha, so
    /// those of transparent pixels do not bleed into others.
    ///
    /// - Parameters:
    ///   - width: Columns wanted, at least 1.
    ///   - height: Rows wanted, at least 1.
    ///   - filter: How samples are weighed.
    ///   - border: What lies beyond the edges.
    ///   - quantization: Whether samples are rounded to 8 bits on the way.
    /// - Returns: The resized image; without quantization, samples may leave 0…1 near edges.
    public func resized(
        width: Int, height: Int, filter: ResamplingFilter = .bicubic,
        border: BorderRule = .replicate, quantization: ResamplingQuantization = .none
    ) -> Image {
        precondition(width > 0 && height > 0, "an image of \(width)×\(height) pixels")
        guard !channels.hasAlpha else {
            return premultiplied()
                .resizedSamples(width, height, filter, border, quantization)
                .unpremultiplied()
        }
        return resizedSamples(width, height, filter, border, quantization)
    }

    private func resizedSamples(
        _ width: Int, _ height: Int, _ filter: ResamplingFilter, _ border: BorderRule,
        _ quantization: ResamplingQuantization
    ) -> Image {
        switch quantization {
        case .none:
            Resampler<Float>(
                source: self, width: width, height: height, filter: filter, border: border
            ).run()
        case .eightBit:
            // Ties between two whole numbers have to fall as they do in double precision.
            Resampler<Double>(
                source: self, width: width, height: height, filter: filter, border: border,
                white: 255
            ).run()
        }
    }
}

/// Resizes an image, one row of the result at a time: neither pass needs a whole image between
/// them.
private struct Resampler<Scalar: BinaryFloatingPoint & SIMDScalar & Sendable> {
    let source: Image
    let width: Int
    let height: Int
    let border: BorderRule

    /// The whole number that stands for white while samples are rounded; `nil` when they are not.
    let white: Scalar?

    private let horizontal: ResamplingWeights<Scalar>
    private let vertical: ResamplingWeights<Scalar>

    init(
        source: Image, width: Int, height: Int, filter: ResamplingFilter, border: BorderRule,
        white: Scalar? = nil
    ) {
        self.source = source
        self.width = width
        self.height = height
        self.border = border
        self.white = white
        horizontal = ResamplingWeights(
            sourceCount: source.width, targetCount: width, filter: filter)
        vertical = ResamplingWeights(
            sourceCount: source.height, targetCount: height, filter: filter)
    }

    func run() -> Image {
        let channelCount = source.channels.count
        let rowCount = source.width * channelCount
        let paddedWidth = horizontal.before + source.width + horizontal.after
        // Whole numbers are summed as such; their fractions of 255 are not exact.
        let samples = source.pixels.map { sample in
            white.map { (Scalar(sample) * $0).rounded() } ?? Scalar(sample)
        }
        // Three more, because the horizontal pass reads four samples at once.
        var padded = [Scalar](repeating: 0, count: paddedWidth * channelCount + 3)
        var result = [Float](repeating: 0, count: width * height * channelCount)

        samples.withUnsafeBufferPointer { samples in
            padded.withUnsafeMutableBufferPointer { padded in
                result.withUnsafeMutableBufferPointer { result in
                    for y in 0..<height {
                        let inner = horizontal.before * channelCount
                        let row = UnsafeMutableBufferPointer(
                            rebasing: padded[inner..<inner + rowCount])
                        combineRows(of: samples, for: y, into: row)
                        extend(padded)
                        let start = y * width * channelCount
                        combineColumns(
                            of: UnsafeBufferPointer(padded),
                            into: UnsafeMutableBufferPointer(
                                rebasing: result[start..<start + width * channelCount]))
                    }
                }
            }
        }
        return Image(width: width, height: height, channels: source.channels, pixels: result)
    }

    /// Vertical pass: one row as the weighted sum of source rows.
    private func combineRows(
        of samples: UnsafeBufferPointer<Scalar>, for y: Int,
        into row: UnsafeMutableBufferPointer<Scalar>
    ) {
        row.update(repeating: 0)
        let taps = vertical.taps[y]
        for tap in 0..<taps.count {
            let weight = vertical.weights[taps.offset + tap]
            let start = border.index(taps.first + tap, count: source.height) * row.count
            for i in 0..<row.count {
                row[i] += weight * samples[start + i]
            }
        }
        if let white {
            for i in row.indices { row[i] = rounded(row[i], white) }
        }
    }

    /// Fills what the horizontal pass reads beyond both ends of a row.
    private func extend(_ padded: UnsafeMutableBufferPointer<Scalar>) {
        let channelCount = source.channels.count
        func copy(to position: Int) {
            let from = border.index(position, count: source.width) + horizontal.before
            for c in 0..<channelCount {
                padded[(position + horizontal.before) * channelCount + c] =
                    padded[from * channelCount + c]
            }
        }
        for position in -horizontal.before..<0 { copy(to: position) }
        for position in source.width..<source.width + horizontal.after { copy(to: position) }
    }

    /// Horizontal pass over one row.
    ///
    /// Four neighbouring samples are summed at once, whatever the number of channels: the first of
    /// them are the pixel's, and the rest is dropped.
    private func combineColumns(
        of padded: UnsafeBufferPointer<Scalar>, into row: UnsafeMutableBufferPointer<Float>
    ) {
        let channelCount = source.channels.count
        let samples = UnsafeRawBufferPointer(padded)
        let stride = MemoryLayout<Scalar>.stride
        horizontal.weights.withUnsafeBufferPointer { weights in
            for (x, taps) in horizontal.taps.enumerated() {
                var sums = SIMD4<Scalar>.zero
                var position = (taps.first + horizontal.before) * channelCount * stride
                for tap in taps.offset..<taps.offset + taps.count {
                    let four = samples.loadUnaligned(
                        fromByteOffset: position, as: SIMD4<Scalar>.self)
                    sums += weights[tap] * four
                    position += channelCount * stride
                }
                for c in 0..<channelCount {
                    let sum = white.map { rounded(sums[c], $0) / $0 } ?? sums[c]
                    row[x * channelCount + c] = Float(sum)
                }
            }
        }
    }

    /// The nearest whole number, halves upwards, within 0…`white`.
    private func rounded(_ sample: Scalar, _ white: Scalar) -> Scalar {
        min(max((sample + 0.5).rounded(.down), 0), white)
    }
}
