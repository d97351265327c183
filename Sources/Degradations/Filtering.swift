public import Imaging
internal import Regions

extension Image {
    /// The image correlated with a kernel; beyond its edges it is mirrored without the edge pixel.
    ///
    /// Each sample is summed in the same order on any number of threads. Cost: `side`² operations
    /// a sample.
    ///
    /// - Parameters:
    ///   - kernel: The weights.
    ///   - threads: Threads to use, at least 1.
    /// - Returns: An image of the same size; samples may leave 0…1 where the kernel has negative
    ///   weights.
    public func filtered(by kernel: FilterKernel, threads: Int) -> Image {
        let margin = kernel.side / 2
        let padded = padded(by: margin)
        let weights = kernel.weights.map(Float.init)
        let count = width * channels.count
        let height = height
        let step = channels.count
        let pixels = [Float](unsafeUninitializedCapacity: height * count) { result, initialized in
            nonisolated(unsafe) let result = result
            padded.samples.withUnsafeBytes { source in
                weights.withUnsafeBufferPointer { weights in
                    ParallelLoop.run(height, threads: threads) { _, y in
                        for x in stride(from: 0, to: count, by: lanes) {
                            let sums = Self.sums(
                                source, weights, side: kernel.side,
                                at: y * padded.rowCount + x, rowCount: padded.rowCount, step: step)
                            for lane in 0..<min(lanes, count - x) {
                                result.initializeElement(at: y * count + x + lane, to: sums[lane])
                            }
                        }
                    }
                }
            }
            initialized = height * count
        }
        return Image(width: width, height: height, channels: channels, pixels: pixels)
    }

    /// Neighbouring samples of the result, all taps of each summed in one order.
    private static func sums(
        _ source: UnsafeRawBufferPointer, _ weights: UnsafeBufferPointer<Float>, side: Int,
        at start: Int, rowCount: Int, step: Int
    ) -> SIMD16<Float> {
        var sums = SIMD16<Float>.zero
        for row in 0..<side {
            var offset = (start + row * rowCount) * MemoryLayout<Float>.stride
            for column in 0..<side {
                let samples = source.loadUnaligned(
                    fromByteOffset: offset, as: SIMD16<Float>.self)
                sums += weights[row * side + column] * samples
                offset += step * MemoryLayout<Float>.stride
            }
        }
        return sums
    }

    /// Samples with a mirrored margin on all sides, and enough after the last to read in lanes.
    private func padded(by margin: Int) -> (samples: [Float], rowCount: Int) {
        let rowCount = (width + 2 * margin) * channels.count
        var samples: [Float] = []
        samples.reserveCapacity((height + 2 * margin) * rowCount + lanes)
        for y in -margin..<height + margin {
            let row = Self.mirrored(y, count: height)
            for x in -margin..<width + margin {
                let start = index(x: Self.mirrored(x, count: width), y: row)
                for c in 0..<channels.count { samples.append(pixels[start + c]) }
            }
        }
        samples.append(contentsOf: repeatElement(0, count: lanes))
        return (samples, rowCount)
    }

    /// The position that stands for one which may lie outside: 2 1 | 0 1 2 | 1 0, again and again.
    private static func mirrored(_ position: Int, count: Int) -> Int {
        if count == 1 { return 0 }
        let period = 2 * (count - 1)
        let wrapped = abs(position) % period
        return wrapped < count ? wrapped : period - wrapped
    }
}

/// Samples that are summed at once.
private let lanes = 16
