import CImageCodecs
import Foundation

/// One open file of one format.
///
/// A reader borrows the bytes it was made with, and lives no longer than they do.
protocol ImageReader {
    /// Opens a file and reads its header; no memory for pixels is taken.
    init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) throws(ImageError)

    static var format: ImageFormat { get }

    /// What the header says about the file and about the samples that `readSamples` will deliver.
    var header: ps_header { get }

    /// The channels of the image that `image(from:)` makes.
    var channels: Image.Channels { get }

    /// Decodes all rows, top to bottom, without gaps.
    func readSamples(into samples: UnsafeMutableRawPointer, rowBytes: Int) throws(ImageError)

    /// What the file says about its picture; complete once the samples are read.
    var metadata: ImageMetadata { get }

    /// Makes an image of the delivered samples.
    func image(from samples: UnsafeRawBufferPointer) -> Image
}

extension ImageReader {
    var width: Int { Int(header.width) }
    var height: Int { Int(header.height) }

    /// Bits in a sample of the file.
    var bitsPerSample: Int { Int(header.bits_per_sample) }

    func image(from samples: UnsafeRawBufferPointer) -> Image {
        Image(
            width: width, height: height, channels: channels,
            pixels: SampleConversion.floats(from: samples, sampleBytes: Int(header.sample_bytes)))
    }

    /// Refuses a header that asks for more than the limits allow, or for nothing at all.
    func check(_ limits: DecodingLimits, file: String) throws(ImageError) {
        guard width > 0, height > 0 else {
            throw .damaged(
                file: file, format: Self.format, reason: "its size is \(width)×\(height) pixels")
        }
        let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
        guard !overflow, pixels <= limits.maximumPixels else {
            throw .tooManyPixels(
                file: file, width: width, height: height, limit: limits.maximumPixels)
        }
    }

    /// Decodes the pixels, as they are stored.
    func decode() throws(ImageError) -> Image {
        let rowBytes = width * Int(header.channels * header.sample_bytes)
        let samples = UnsafeMutableRawBufferPointer.allocate(
            byteCount: rowBytes * height, alignment: MemoryLayout<UInt16>.alignment)
        defer { samples.deallocate() }
        if let start = samples.baseAddress {
            try readSamples(into: start, rowBytes: rowBytes)
        }
        return image(from: UnsafeRawBufferPointer(samples))
    }
}

extension Data {
    /// A copy of bytes that a codec owns; `nil` when there are none.
    init?(_ span: ps_span) {
        guard let bytes = span.bytes, span.count > 0 else { return nil }
        self.init(bytes: bytes, count: span.count)
    }
}

extension ImageMetadata {
    /// Copies of what a codec found.
    init(_ found: ps_metadata) {
        self.init(icc: Data(found.icc), exif: Data(found.exif), xmp: Data(found.xmp))
    }
}
