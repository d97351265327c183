public import Foundation
public import Imaging

/// A way to make a picture larger: one type for each model.
///
/// Calls block until the work is done and must come from one thread at a time, because the
/// libraries below keep a pool of threads for each thread that calls them.
public protocol Upscaler: Sendable {
    /// Works out what a job would do and need, without doing it.
    ///
    /// - Parameters:
    ///   - request: The picture and what is wanted; only its header is read.
    ///   - calibrated: Whether to run the network on a small picture to estimate the duration.
    /// - Returns: Sizes, regions, memory and, if calibrated, time.
    /// - Throws: What would stop the job, except a lack of memory.
    func plan(_ request: UpscaleRequest, calibrated: Bool) throws -> JobPlan

    /// Enlarges one picture.
    ///
    /// - Parameters:
    ///   - request: The picture and what is wanted.
    ///   - progress: Called between regions and stages; an error thrown from it stops the job and
    ///     is thrown on.
    /// - Returns: The bytes of the new file and a report.
    /// - Throws: ``UpscaleError``, or the errors of the rooms below.
    func upscale(
        _ request: UpscaleRequest, progress: (UpscaleProgress) throws -> Void
    ) throws -> UpscaleResult
}

/// One picture to enlarge.
public struct UpscaleRequest: Sendable {
    /// The bytes of the file.
    public let source: Data
    /// What to call it in errors and reports, usually the file's name.
    public let name: String
    /// The format of the result; nil for that of the source.
    public let format: ImageFormat?
    /// Size, regions, threads, precision, quality.
    public let options: UpscaleOptions

    /// One picture to enlarge.
    ///
    /// - Parameters:
    ///   - source: See ``source``.
    ///   - name: See ``name``.
    ///   - format: See ``format``.
    ///   - options: See ``options``.
    public init(source: Data, name: String, format: ImageFormat?, options: UpscaleOptions) {
        self.source = source
        self.name = name
        self.format = format
        self.options = options
    }
}

/// How far a job is.
public struct UpscaleProgress: Sendable, Equatable {
    /// Regions that the network has done.
    public let completed: Int
    /// Regions in all.
    public let total: Int
}

/// A finished picture.
public struct UpscaleResult: Sendable {
    /// The bytes of the new file.
    public let data: Data
    /// What was done.
    public internal(set) var report: UpscaleReport
    /// What the diffusion saw and used, when it was asked for.
    public var maps: RestorationMaps?
}

/// What was done to a picture, for people and for records.
public struct UpscaleReport: Sendable, Equatable, Codable {
    /// The plan that was carried out.
    public let plan: JobPlan
    /// Names of the model folders used, with the fingerprint of each.
    public let models: [String: String]
    /// "f32" or "bf16".
    public let precision: String
    /// Threads that the network ran on.
    public let threads: Int
    /// Format of the new file.
    public let format: String
    /// Bits of each sample of the new file.
    public let bitsPerSample: Int
    /// Seconds from the first byte read to the last byte encoded.
    public let seconds: Double
    /// What the user should know: things left out or done differently than asked.
    public internal(set) var notes: [String]

    enum CodingKeys: String, CodingKey {
        case plan, models, precision, threads, format, seconds, notes
        case bitsPerSample = "bits_per_sample"
    }
}
