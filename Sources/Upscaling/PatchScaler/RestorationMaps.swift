internal import Autoencoding
public import Diffusion
public import Imaging
public import TextureMemory

/// What the diffusion saw and used: how difficult the photo was where, and which textures went into
/// which patch.
public struct RestorationMaps: Sendable {
    /// One patch of the result.
    public struct Patch: Sendable, Codable {
        /// Its left edge in pixels of the result.
        public let x: Int
        /// Its upper edge in pixels of the result.
        public let y: Int
        /// Its side in pixels.
        public let side: Int
        /// The mean confidence of the restoration module, 0…1.
        public let confidence: Double
        /// Its group, from 0 for the most confident.
        public let group: Int
        /// τ and N.
        public let steps: PatchSteps
        /// The degradation prompt in words; nil for none.
        public let degradation: String?
        /// The textures that it was shown, the most similar first.
        public let textures: [Texture]
    }

    /// A texture that a patch was shown.
    public struct Texture: Sendable, Codable {
        /// The number of the entry in the memory.
        public let entry: Int
        /// The cosine between its key and that of the patch.
        public let similarity: Float
        /// The picture it was cut from.
        public let source: String
        /// Where it was cut.
        public let position: PatchPosition
        /// The picture's licence, or "unknown".
        public let licence: String
    }

    /// The confidence of each latent position, grey, an eighth of the result's sides.
    public let confidence: Image

    /// What each latent position was given: black for no steps, and from green to red with τ.
    public let groups: Image

    /// The patches, row by row.
    public let patches: [Patch]

    /// The pictures whose textures were used, each once, by their path.
    public let sources: [MemorySource]

    /// The name of the memory; nil without one.
    public let memory: String?

    init(
        job: PatchScalerJob, confidence: Latent, means: [Double], steps: [PatchSteps],
        prompts: PatchPrompts
    ) throws {
        let f = job.networks.autoencoder.downsampling
        let (output, grid) = (job.envelope.output, job.grid)
        let size = PixelSize(
            width: (output.width + f - 1) / f, height: (output.height + f - 1) / f)
        self.confidence = Image(
            width: confidence.width, height: confidence.height, channels: .grey,
            pixels: confidence.values
        ).cropped(x: 0, y: 0, width: size.width, height: size.height)
        groups = Self.groups(steps, grid, size)
        var sources: [Int: MemorySource] = [:]
        var patches: [Patch] = []
        for index in 0..<grid.count {
            var textures: [Texture] = []
            if let memory = prompts.memory {
                for neighbour in prompts.textures[index] ?? [] {
                    let entry = try memory.entry(at: neighbour.index)
                    let source = try sources[entry.source] ?? memory.source(at: entry.source)
                    sources[entry.source] = source
                    textures.append(
                        Texture(
                            entry: entry.id, similarity: neighbour.similarity, source: source.path,
                            position: entry.position, licence: source.record.licenceOrUnknown))
                }
            }
            let place = grid.rectangle(index)
            patches.append(
                Patch(
                    x: place.x * f, y: place.y * f, side: grid.side * f, confidence: means[index],
                    group: job.schedule.group(of: means[index]), steps: steps[index],
                    degradation: steps[index] == .none ? nil : prompts.degradation?.words[index],
                    textures: textures))
        }
        self.patches = patches
        self.sources = sources.values.sorted { $0.path < $1.path }
        memory = sources.isEmpty ? nil : prompts.memory?.name
    }

    private static func groups(_ steps: [PatchSteps], _ grid: PatchGrid, _ size: PixelSize) -> Image
    {
        var image = Image(
            width: size.width, height: size.height, channels: .rgb, filledWith: 0)
        for (index, steps) in steps.enumerated() where steps != .none {
            let part = Float(steps.tau) / Float(NoiseSchedule.stepCount)
            let colour = [min(1, 2 * part), min(1, 2 - 2 * part), 0]
            let place = grid.rectangle(index)
            for y in place.y..<min(place.y + place.height, size.height) {
                for x in place.x..<min(place.x + place.width, size.width) {
                    let start = image.index(x: x, y: y)
                    for c in 0..<3 { image.pixels[start + c] = colour[c] }
                }
            }
        }
        return image
    }
}
