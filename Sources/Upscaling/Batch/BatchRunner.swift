public import Foundation
public import Imaging

/// Carries out the jobs of a batch, one after the other.
///
/// A job that fails leaves nothing behind and does not stop the next one.
public struct BatchRunner: Sendable {
    private let upscaler: any Upscaler
    private let options: UpscaleOptions
    private let overwrites: Bool
    private let preparation: Preparation?

    /// Completes the options for one picture, given its bytes, when it is about to be enlarged.
    public typealias Preparation =
        @Sendable (_ source: Data, _ options: UpscaleOptions) throws -> UpscaleOptions

    /// What became of a job.
    public enum Outcome: Sendable {
        /// The result was written; the maps are there when they were asked for.
        case written(UpscaleReport, RestorationMaps?)
        /// An earlier run had finished it.
        case skipped
    }

    /// A runner with the same options for every job.
    ///
    /// - Parameters:
    ///   - upscaler: What enlarges the pictures.
    ///   - options: What is wanted of every picture.
    ///   - overwrites: Whether to make results again that are already there.
    ///   - preparation: What completes the options for each picture; the size that is wanted and the
    ///     limits stay as they are.
    public init(
        upscaler: any Upscaler, options: UpscaleOptions, overwrites: Bool,
        preparation: Preparation? = nil
    ) {
        self.upscaler = upscaler
        self.options = options
        self.overwrites = overwrites
        self.preparation = preparation
    }

    /// Reads one file, enlarges it, and writes the result.
    ///
    /// The result is written beside its final name and then renamed, so at every moment there is
    /// the complete new file or none.
    ///
    /// - Parameters:
    ///   - job: The file and where its result goes; folders on the way are made.
    ///   - format: The format of the result; nil for that of the output's extension.
    ///   - progress: See ``Upscaler/upscale(_:progress:)``.
    /// - Returns: Whether there was anything to do, and what was done.
    /// - Throws: What is wrong with the file, the request or the output, or what `progress` throws.
    public func run(
        _ job: BatchJob, format: ImageFormat?, progress: (UpscaleProgress) throws -> Void
    ) throws -> Outcome {
        var request = try request(for: job, format: format)
        if !overwrites {
            let size = try outputSize(of: request)
            if let wanted = request.format,
                FinishedResult.exists(for: job, size: size, format: wanted)
            {
                return .skipped
            }
        }
        if let preparation {
            request = UpscaleRequest(
                source: request.source, name: request.name, format: request.format,
                options: try preparation(request.source, request.options))
        }
        try FileManager.default.createDirectory(
            at: job.output.deletingLastPathComponent(), withIntermediateDirectories: true)
        let result = try upscaler.upscale(request, progress: progress)
        try ImageFile.write(result.data, to: job.output)
        return .written(result.report, result.maps)
    }

    /// The request that belongs to a job; reads the file.
    ///
    /// - Parameters:
    ///   - job: The file.
    ///   - format: The format of the result; nil for that of the output's extension.
    /// - Returns: The request.
    /// - Throws: ``BatchError/unreadable(_:reason:)``.
    public func request(for job: BatchJob, format: ImageFormat?) throws -> UpscaleRequest {
        let data: Data
        do {
            data = try Data(contentsOf: job.input)
        } catch {
            throw BatchError.unreadable(job.name, reason: error.localizedDescription)
        }
        var options = options
        // Hidden, because it is nobody's business unless the run is killed.
        options.restoration.journal = job.output.deletingLastPathComponent()
            .appending(path: ".\(job.output.lastPathComponent).journal")
        return UpscaleRequest(
            source: data, name: job.input.lastPathComponent,
            format: format ?? ImageFormat(fileExtension: job.output.pathExtension),
            options: options)
    }

    private func outputSize(of request: UpscaleRequest) throws -> PixelSize {
        let header = try ImageFile.inspect(
            request.source, name: request.name, limits: options.limits)
        return try options.target.outputSize(
            for: PixelSize(width: header.width, height: header.height))
    }
}
