/// What a job will do and need, worked out from the file's header alone.
public struct JobPlan: Sendable, Equatable, Codable {
    /// Bytes that are in use at once while a stage runs.
    public struct Stage: Sendable, Equatable, Codable {
        /// What happens, such as "network".
        public let name: String
        /// Bytes in use at the worst moment, everything that is kept from earlier stages included.
        public let bytes: Int
    }

    /// The picture's size, orientation applied.
    public let input: PixelSize
    /// The size of the result.
    public let output: PixelSize
    /// The network's name.
    public let network: String
    /// How many times larger the network makes the picture, before the last resize; nil for networks
    /// that work at the size of the result.
    public let networkScale: Int?
    /// Whether a resize follows the network, because its scale is not the one asked for.
    public var isResizedAfterwards: Bool {
        guard let scale = networkScale else { return false }
        return input.width * scale != output.width || input.height * scale != output.height
    }
    /// Side lengths of a region in pixels of the picture; in pixels of the result for networks that
    /// work at its size.
    public let region: PixelSize
    /// How many regions there are.
    public let regions: Int
    /// Pixels that the network sees, overlaps counted as often as they are seen.
    public let networkPixels: Int
    /// The stages in order, with the memory each needs.
    public let stages: [Stage]
    /// Expected duration in seconds, or nil when it was not estimated.
    public var expectedSeconds: Double?

    /// Bytes of the stage that needs most.
    public var peakBytes: Int { stages.map(\.bytes).max() ?? 0 }

    enum CodingKeys: String, CodingKey {
        case input, output, network, region, regions, stages
        case networkScale = "network_scale"
        case networkPixels = "network_pixels"
        case expectedSeconds = "expected_seconds"
    }
}

/// What a network takes in memory, as measured.
struct NetworkFootprint: Equatable {
    /// Bytes that are there whatever the picture: code, libraries, weights in their packed form.
    let fixedBytes: Int
    /// Bytes for each pixel of a region while the network works on it.
    let bytesPerRegionPixel: Int
}

/// The memory of each stage of the upscaling pipeline, in bytes.
///
/// Samples are held as 32-bit floats, so a pixel of `n` channels takes `4n` bytes. The encoders
/// and decoders hold the file itself and rows or planes of whole samples besides.
struct StageMemory {
    let input: PixelSize
    let network: PixelSize
    let output: PixelSize
    /// Samples of a pixel of the picture, alpha included.
    let channels: Int
    let hasAlpha: Bool
    /// Bytes of a sample in the files, 1 or 2.
    let sampleBytes: Int
    let fileBytes: Int
    let regionPixels: Int
    /// Regions worked on at the same time.
    let workers: Int
    let footprint: NetworkFootprint

    private static let float = 4

    var stages: [JobPlan.Stage] {
        let float = Self.float
        let base = footprint.fixedBytes
        let decoded = input.count * channels * float
        let colours = input.count * 3 * float
        let alpha = hasAlpha ? input.count * float : 0
        let canvas = network.count * 3 * float
        let final = output.count * 3 * float
        let finalAlpha = hasAlpha ? output.count * float : 0
        // The resize works on a copy of its input.
        let resized = network == output ? 0 : canvas + final
        let joined = output.count * channels * float
        let samples = output.count * channels * sampleBytes
        let kept = decoded + colours + alpha
        return [
            stage("decode", base + fileBytes + decoded + input.count * channels * sampleBytes),
            // The pyramid of the colour bleed adds a third of colours and alpha.
            stage("split", base + decoded + (colours + alpha) * 4 / 3 + colours),
            stage(
                "network",
                base + kept + canvas + workers * regionPixels * footprint.bytesPerRegionPixel),
            stage("resize", base + kept + canvas + resized),
            stage("join", base + kept + final + finalAlpha + (hasAlpha ? joined : 0) + joined),
            // A picture that does not compress is as large as its samples.
            stage("encode", base + joined * 2 + samples * 2),
        ]
    }

    private func stage(_ name: String, _ bytes: Int) -> JobPlan.Stage {
        JobPlan.Stage(name: name, bytes: bytes)
    }
}
