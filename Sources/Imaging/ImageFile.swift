public import Foundation

/// Image files: PNG, JPEG and WebP, told apart by what they contain, not by their name.
public enum ImageFile {
    /// Reads an image file.
    ///
    /// The EXIF orientation is applied to the pixels and reset in the metadata.
    ///
    /// - Parameters:
    ///   - url: Where the file is.
    ///   - limits: How much it may ask for.
    /// - Returns: The upright picture and what the file says about it.
    /// - Throws: An ``ImageError`` for whatever is wrong with the file. There is no half picture.
    public static func read(
        _ url: URL, limits: DecodingLimits = .standard
    ) throws(ImageError) -> DecodedImage {
        try decode(FileAccess.contents(of: url), name: url.lastPathComponent, limits: limits)
    }

    /// Decodes an image that is already in memory.
    ///
    /// - Parameters:
    ///   - data: The file's bytes.
    ///   - name: What to call the file in errors.
    ///   - limits: How much it may ask for.
    /// - Returns: The upright picture and what the file says about it.
    /// - Throws: An ``ImageError`` for whatever is wrong with the file.
    public static func decode(
        _ data: Data, name: String, limits: DecodingLimits = .standard
    ) throws(ImageError) -> DecodedImage {
        let format = try format(of: data, name: name)
        return try withReader(of: data, format, name) { (reader) throws(ImageError) in
            try reader.check(limits, file: name)
            let stored = try reader.decode()
            let (metadata, orientation) = reader.metadata.settingUpright()
            return DecodedImage(
                image: stored.upright(from: orientation), metadata: metadata, format: format,
                bitsPerSample: reader.bitsPerSample)
        }
    }

    /// Reads what a file's header promises, without decoding pixels.
    ///
    /// A PNG whose EXIF block stands behind its pixels, which is rare, is described as it is
    /// stored.
    ///
    /// - Parameters:
    ///   - data: The file's bytes.
    ///   - name: What to call the file in errors.
    ///   - limits: How much it may ask for.
    /// - Returns: The size of the upright picture, its channels and bits.
    /// - Throws: An ``ImageError`` when the header is missing, corrupt or beyond the limits.
    public static func inspect(
        _ data: Data, name: String, limits: DecodingLimits = .standard
    ) throws(ImageError) -> ImageHeader {
        let format = try format(of: data, name: name)
        return try withReader(of: data, format, name) { (reader) throws(ImageError) in
            try reader.check(limits, file: name)
            let orientation = reader.metadata.settingUpright().orientation
            return ImageHeader(
                width: orientation.swapsAxes ? reader.height : reader.width,
                height: orientation.swapsAxes ? reader.width : reader.height,
                channels: reader.channels, bitsPerSample: reader.bitsPerSample,
                format: format)
        }
    }

    /// Encodes an image.
    ///
    /// - Parameters:
    ///   - image: The picture; samples outside of 0…1 are limited.
    ///   - format: The format to write.
    ///   - options: How to store it.
    ///   - metadata: What to carry; see ``ImageMetadata/losses(in:channels:)``.
    /// - Returns: The file's bytes.
    /// - Throws: ``ImageError/cannotStore(format:reason:)`` when the picture does not fit the
    ///   format, ``ImageError/notANumber(x:y:)`` when a sample is not a number.
    public static func encode(
        _ image: Image, as format: ImageFormat, options: EncodingOptions = EncodingOptions(),
        metadata: ImageMetadata = ImageMetadata()
    ) throws(ImageError) -> Data {
        let longest = max(image.width, image.height)
        guard longest <= format.maximumDimension else {
            throw .cannotStore(
                format: format,
                reason: "a side of \(longest) pixels is more than its \(format.maximumDimension)")
        }
        let fitting = metadata.fitting(format, channels: image.channels)
        return switch format {
        case .png: try PNGCodec.encode(image, options: options, metadata: fitting)
        case .jpeg: try JPEGCodec.encode(image, options: options, metadata: fitting)
        case .webp: try WebPCodec.encode(image, options: options, metadata: fitting)
        }
    }

    /// Writes bytes so that the file is either whole or untouched.
    ///
    /// They go to a temporary file in the same folder, are brought to the disk, and take the file's
    /// name last. An existing file is replaced.
    ///
    /// - Parameters:
    ///   - data: The bytes.
    ///   - url: Where to put them; the folder must exist.
    /// - Throws: An ``ImageError`` when the system refuses; the temporary file is removed then.
    public static func write(_ data: Data, to url: URL) throws(ImageError) {
        try FileAccess.replace(url, with: data)
    }

    private static func format(of data: Data, name: String) throws(ImageError) -> ImageFormat {
        guard !data.isEmpty else { throw .empty(file: name) }
        switch FileSignature(of: data) {
        case .readable(let format): return format
        case .foreign(let kind): throw .unsupportedKind(file: name, kind: kind)
        case .unknown: throw .notAnImage(file: name)
        }
    }

    /// Opens bytes with the reader of their format, for the duration of `body`.
    private static func withReader<Value>(
        of data: Data, _ format: ImageFormat, _ name: String,
        body: (any ImageReader) throws(ImageError) -> Value
    ) throws(ImageError) -> Value {
        let result = data.withUnsafeBytes { raw -> Result<Value, ImageError> in
            let bytes = raw.bindMemory(to: UInt8.self)
            return Result { () throws(ImageError) -> Value in
                switch format {
                case .png: try body(PNGReader(bytes, file: name))
                case .jpeg: try body(JPEGReader(bytes, file: name))
                case .webp: try body(WebPReader(bytes, file: name))
                }
            }
        }
        return try result.get()
    }
}

extension ImageMetadata {
    /// The metadata of the upright picture, and how the stored one has to be turned to become it.
    fileprivate func settingUpright() -> (metadata: ImageMetadata, orientation: ExifOrientation) {
        guard let exif, let tag = ExifOrientationTag(in: exif) else { return (self, .upright) }
        var upright = self
        upright.exif = tag.reset(in: exif)
        upright.xmp = xmp.map(XMPOrientation.reset)
        return (upright, tag.orientation)
    }
}
