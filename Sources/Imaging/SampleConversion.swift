/// Between the whole numbers in files and the floats in memory.
enum SampleConversion {
    /// Samples of 8 or 16 bits as floats in 0…1.
    ///
    /// A division, not a multiplication by the inverse: so every value returns to the same whole
    /// number when it is written again.
    static func floats(from samples: UnsafeRawBufferPointer, sampleBytes: Int) -> [Float] {
        let count = samples.count / sampleBytes
        return [Float](unsafeUninitializedCapacity: count) { target, initialized in
            if sampleBytes == 1 {
                let table = (0...255).map { Float($0) / 255 }
                for i in 0..<count {
                    target.initializeElement(at: i, to: table[Int(samples[i])])
                }
            } else {
                let words = samples.assumingMemoryBound(to: UInt16.self)
                for i in 0..<count {
                    target.initializeElement(at: i, to: Float(words[i]) / 65_535)
                }
            }
            initialized = count
        }
    }

    /// An image's samples as whole numbers, rounded to the nearest and limited to their range.
    ///
    /// - Throws: ``ImageError/notANumber(x:y:)``, so that a failed computation is never written as
    ///   a black picture.
    static func integers<Sample: FixedWidthInteger & UnsignedInteger>(
        from image: Image, as type: Sample.Type
    ) throws(ImageError) -> [Sample] {
        let white = Float(Sample.max)
        var firstInvalid: Int?
        let samples = [Sample](unsafeUninitializedCapacity: image.pixels.count) { target, count in
            image.pixels.withUnsafeBufferPointer { source in
                for i in source.indices {
                    let value = source[i]
                    if value.isNaN && firstInvalid == nil { firstInvalid = i }
                    // `value > 0` is false for NaN, which must not reach the conversion.
                    let limited = value > 0 ? min(value, 1) : 0
                    target.initializeElement(at: i, to: Sample(limited * white + 0.5))
                }
            }
            count = image.pixels.count
        }
        if let firstInvalid {
            let pixel = firstInvalid / image.channels.count
            throw .notANumber(x: pixel % image.width, y: pixel / image.width)
        }
        return samples
    }
}
