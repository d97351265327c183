internal import Foundation
internal import Imaging
internal import Tensors

/// What any upscaler has to know of a request besides its networks: sizes, format, and what is kept of
/// the file.
struct JobEnvelope {
    let request: UpscaleRequest
    let input: PixelSize
    let output: PixelSize
    let channels: Image.Channels
    let format: ImageFormat
    let encoding: EncodingOptions

    /// Reads the file's header.
    ///
    /// - Throws: What is wrong with the file, the size asked for, or the format.
    init(_ request: UpscaleRequest) throws {
        let options = request.options
        let header = try ImageFile.inspect(
            request.source, name: request.name, limits: options.limits)
        self.request = request
        input = PixelSize(width: header.width, height: header.height)
        output = try options.target.outputSize(for: input)
        channels = header.channels
        format = request.format ?? header.format
        if channels.hasAlpha && format == .jpeg {
            throw UpscaleError.transparencyLost(format: "JPEG")
        }
        let bits = format == .png && header.bitsPerSample > 8 ? 16 : 8
        encoding = EncodingOptions(bitsPerSample: bits, quality: options.quality)
    }

    /// Refuses a job that would run out of memory, before any of it is done.
    func checkMemory(_ plan: JobPlan) throws(UpscaleError) {
        guard let available = request.options.memoryLimitBytes ?? AvailableMemory.bytes() else {
            return
        }
        if plan.peakBytes > available {
            throw .notEnoughMemory(neededBytes: plan.peakBytes, availableBytes: available)
        }
    }

    /// Decodes the picture.
    func decoded() throws -> DecodedImage {
        try ImageFile.decode(
            request.source, name: request.name, limits: request.options.limits)
    }

    /// The finished file, and what is said about it.
    func result(
        _ picture: SplitImage, of decoded: DecodedImage, plan: JobPlan, models: [String: String],
        notes: [String] = [], since start: ContinuousClock.Instant
    ) throws -> UpscaleResult {
        let data = try ImageFile.encode(
            picture.joined(), as: format, options: encoding, metadata: decoded.metadata)
        let losses = decoded.metadata.losses(in: format, channels: decoded.image.channels)
        let report = UpscaleReport(
            plan: plan, models: models, precision: request.options.compute.precision.rawValue,
            threads: request.options.compute.threads, format: format.rawValue,
            bitsPerSample: encoding.bitsPerSample,
            seconds: start.duration(to: .now) / .seconds(1),
            notes: notes
                + losses.map { "\($0) was left out: it does not fit into this file" })
        return UpscaleResult(data: data, report: report)
    }
}
