public import Imaging

/// Asks a memory for the textures of a photo, patch by patch.
public struct MemoryQuery: Sendable {
    /// An entry that was found.
    public struct Match: Sendable, Equatable, Codable {
        /// The entry's number.
        public let entry: Int
        /// The cosine between its key and that of the patch.
        public let similarity: Float
        /// The picture it was cut from.
        public let source: String
        /// Where it was cut.
        public let position: PatchPosition
        /// The picture's licence, or "unknown".
        public let licence: String
        /// The group of similar textures that it belongs to.
        public let cluster: Int
        /// How far its tags agree with those that were asked for, from 0 to 1; nil without any.
        public let agreement: Float?
    }

    /// A patch of the photo, and what was found for it.
    public struct Patch: Sendable, Equatable, Codable {
        /// Where it lies in the enlarged photo.
        public let position: PatchPosition
        /// The entries, the most similar first; with tags, those first that rank highest.
        public let matches: [Match]
    }

    /// What a photo was answered.
    public struct Answer: Sendable {
        /// The enlarged photo.
        public let image: Image
        /// How the memory's entries agree with the tags.
        public let agreement: TagAgreement
        /// Its patches, row by row.
        public let patches: [Patch]
        /// The keys of the patches, `[N, K]`.
        let keys: [Float]
    }

    private let memory: TextureMemory
    private let encoder: any PatchEncoder
    private let threads: Int

    /// A query.
    ///
    /// - Parameters:
    ///   - memory: The memory, opened with the encoder's fingerprint.
    ///   - encoder: The networks.
    ///   - threads: The number of threads, at least 1.
    public init(_ memory: TextureMemory, encoder: any PatchEncoder, threads: Int) {
        precondition(
            encoder.fingerprint == memory.description.fingerprint,
            "\(encoder.fingerprint) asks a memory of \(memory.description.fingerprint)")
        self.memory = memory
        self.encoder = encoder
        self.threads = threads
    }

    /// Enlarges a photo as the diffusion does before it starts, and asks for each patch of its grid.
    ///
    /// Patches are V latents wide and three quarters of that apart, with the last of each row and
    /// column moved inside: 441 of them for 2048×2048 pixels at V = 16.
    ///
    /// - Parameters:
    ///   - photo: The photo; transparency is left out.
    ///   - scale: How many times larger the photo is made first, bicubically.
    ///   - count: How many entries are wanted for each patch, at least 1.
    ///   - tags: What is in the photo; entries with such tags rank higher.
    ///   - weight: How much higher, see ``TextureMemory/neighbours(of:count:favouring:weight:threads:)``.
    /// - Returns: The patches and their entries.
    /// - Throws: ``MemoryError/badOption(name:reason:)`` when the photo is smaller than a patch,
    ///   or what the networks throw.
    public func run(
        _ photo: Image, scale: Double, count: Int, tags: [String] = [],
        weight: Float = TagAgreement.standardWeight
    ) throws -> Answer {
        precondition(scale > 0 && count >= 1, "\(count) entries at \(scale)")
        let side = encoder.shape.sidePixels
        let colour = photo.separatingAlpha().colour.convertedToColour()
        let width = Int((Double(photo.width) * scale).rounded())
        let height = Int((Double(photo.height) * scale).rounded())
        guard width >= side, height >= side else {
            throw MemoryError.badOption(
                name: "--scale",
                reason: "makes the photo \(width)×\(height) pixels, less than a patch of \(side)")
        }
        let image =
            (width, height) == (photo.width, photo.height)
            ? colour : colour.resized(width: width, height: height).clamped()
        let positions = Self.grid(width: width, height: height, shape: encoder.shape)
        let worker = try encoder.makeWorker()
        let keys = try worker.keys(of: worker.values(at: positions, of: image))
        let agreement = try memory.agreement(with: tags)
        let found = try memory.neighbours(
            of: keys, count: count, favouring: agreement, weight: weight, threads: threads)
        let sources = try memory.sources()
        let patches = try zip(positions, found).map { position, neighbours in
            Patch(
                position: position,
                matches: try neighbours.map { neighbour in
                    let entry = try memory.entry(at: neighbour.index)
                    guard sources.indices.contains(entry.source) else {
                        throw MemoryError.damaged(
                            memory: memory.name, file: MemoryFiles.table,
                            reason: "entry \(entry.id) names no source")
                    }
                    let source = sources[entry.source]
                    return Match(
                        entry: entry.id, similarity: neighbour.similarity, source: source.path,
                        position: entry.position, licence: source.record.licenceOrUnknown,
                        cluster: entry.cluster,
                        agreement: tags.isEmpty ? nil : agreement.share(of: entry.id))
                })
        }
        return Answer(image: image, agreement: agreement, patches: patches, keys: keys)
    }

    /// Where the patches of a picture lie.
    static func grid(width: Int, height: Int, shape: PatchShape) -> [PatchPosition] {
        func starts(_ extent: Int) -> [Int] {
            let (f, side) = (shape.downsampling, shape.side)
            let last = (extent - side * f) / f
            let step = max(1, side * 3 / 4)
            var starts = Array(stride(from: 0, to: last, by: step))
            starts.append(last)
            return starts.map { $0 * f }
        }
        let columns = starts(width)
        return starts(height).flatMap { y in columns.map { PatchPosition(x: $0, y: y) } }
    }
}
