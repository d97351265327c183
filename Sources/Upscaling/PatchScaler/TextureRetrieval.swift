internal import Autoencoding
internal import Diffusion
internal import ModelStore
internal import Regions
internal import Tensors
internal import TextureMemory

/// Finds the textures that a patch is shown: entries of the memory most similar to its coarse latent.
///
/// Source: PatchScaler, section 3.3.
struct TextureRetrieval: Sendable {
    let memory: TextureMemory
    let classifier: TextureClassifier

    /// Opens the memory and loads the network that makes its keys.
    ///
    /// - Throws: ``ModelStore/ModelError`` or ``TextureMemory/MemoryError``, also when they were made
    ///   for another autoencoder or patches of another size.
    init(
        store: ModelStore, classifier name: String, memory: PatchScalerMemory,
        autoencoder: Autoencoder, patchDiT: PatchDiT
    ) throws {
        let folder = try MemoryStore(roots: store.roots).folder(named: memory.name)
        classifier = try TextureClassifier.load(store.model(named: name))
        self.memory = try TextureMemory(
            folder,
            expecting: EncoderFingerprint(
                autoencoder: autoencoder.fingerprint, classifier: classifier.fingerprint))
        let (shape, c) = (self.memory.description.shape, patchDiT.configuration)
        guard shape.side == c.patchSide && shape.channels == c.latentChannels else {
            throw MemoryError.badOption(
                name: "memory '\(self.memory.name)'",
                reason: "has textures of \(shape.side)×\(shape.side) latents, and patches have "
                    + "\(c.patchSide)×\(c.patchSide)")
        }
    }

    /// The textures of some patches.
    ///
    /// - Parameters:
    ///   - patches: The patches.
    ///   - grid: Where they lie.
    ///   - coarse: The coarse latent of the photo.
    ///   - count: K.
    ///   - agreement: How the entries agree with what is in the photo.
    ///   - weight: What full agreement adds to a cosine.
    ///   - policy: Precision and threads, which do not change the result.
    /// - Returns: For each patch K entries, or all that there are; the highest rank first.
    /// - Throws: What the network throws, and ``TextureMemory/VectorIndexError``.
    func textures(
        of patches: [Int], _ grid: PatchGrid, in coarse: Latent, count: Int,
        favouring agreement: TagAgreement, weight: Float, policy: ComputePolicy
    ) throws -> [Int: [Neighbour]] {
        let chunk = 64
        let classifier = classifier
        var keys: [Float] = []
        try OrderedWorkers.run(
            count: (patches.count + chunk - 1) / chunk, threads: policy.threads
        ) {
            let context = try ComputeContext(policy: policy)
            return { part in
                let own = patches[part * chunk..<min((part + 1) * chunk, patches.count)]
                let values = own.flatMap { coarse.cropped(to: grid.rectangle($0)).values }
                let latents = Tensor(
                    values, [own.count, grid.side, grid.side, coarse.channels], in: context)
                return try classifier.keys(of: latents, in: context).values
            }
        } use: { _, part in
            keys += part
        }
        if patches.isEmpty { return [:] }
        let found = try memory.neighbours(
            of: keys, count: count, favouring: agreement, weight: weight, threads: policy.threads)
        return Dictionary(uniqueKeysWithValues: zip(patches, found))
    }
}
