internal import Autoencoding
internal import DegradationPrompts
internal import Diffusion
internal import ModelStore
internal import TextureMemory

/// Everything that PatchScaler runs, checked to belong together.
struct PatchScalerNetworks: Sendable {
    /// It decodes with the detail decoder, if there is one.
    let autoencoder: Autoencoder
    let restoration: RestorationModule
    /// Nil when there is no model of this name: then there is only the coarse result.
    let patchDiT: PatchDiT?
    let textures: TextureRetrieval?
    let prompter: DegradationPrompter?
    /// Names of the model folders, with their fingerprints.
    let fingerprints: [String: String]
    /// What the user should know.
    let notes: [String]
    /// Why there is no ``patchDiT``.
    let absence: ModelError?

    /// Loads all networks that are there.
    ///
    /// - Throws: ``ModelStore/ModelError`` also for networks that do not belong together, and
    ///   ``TextureMemory/MemoryError``.
    init(store: ModelStore, names: PatchScalerModels, memory: PatchScalerMemory) throws {
        let autoencoder = try Autoencoder.load(store.model(named: names.autoencoder))
        restoration = try RestorationModule.load(store.model(named: names.restoration))
        var fingerprints = [
            names.autoencoder: autoencoder.fingerprint, names.restoration: restoration.fingerprint,
        ]
        var notes: [String] = []
        let c = restoration.configuration
        try Self.check(names.restoration, c.autoencoder, c.latentChannels, autoencoder)
        let decoder = try Self.decoder(store, names, autoencoder, &notes)
        fingerprints[names.decoder] = decoder?.fingerprint
        self.autoencoder = decoder.map(autoencoder.decoding) ?? autoencoder
        var (denoiser, absence): (PatchDiT?, ModelError?) = (nil, nil)
        do {
            denoiser = try PatchDiT.load(store.model(named: names.patchDiT))
        } catch let error as ModelError {
            guard case .notFound = error else { throw error }
            absence = error
            notes.append(
                "there is no model '\(names.patchDiT)': this is the coarse result, without "
                    + "diffusion")
        }
        var (textures, prompter): (TextureRetrieval?, DegradationPrompter?) = (nil, nil)
        if let denoiser {
            let c = denoiser.configuration
            try Self.check(names.patchDiT, c.autoencoder, c.latentChannels, autoencoder)
            fingerprints[names.patchDiT] = denoiser.fingerprint
            textures = try Self.textures(store, names, memory, autoencoder, denoiser, &notes)
            fingerprints[names.classifier] = textures?.classifier.fingerprint
        }
        prompter = try Self.prompter(store, names, denoiser)
        fingerprints[names.degradation] = prompter?.network.fingerprint
        patchDiT = denoiser
        self.textures = textures
        self.prompter = prompter
        self.fingerprints = fingerprints
        self.notes = notes
        self.absence = absence
    }

    /// What decodes instead of the autoencoder, or nil when there is none.
    private static func decoder(
        _ store: ModelStore, _ names: PatchScalerModels, _ autoencoder: Autoencoder,
        _ notes: inout [String]
    ) throws -> DetailDecoder? {
        do {
            let decoder = try DetailDecoder.load(store.model(named: names.decoder))
            let c = decoder.configuration
            try check(names.decoder, c.autoencoder, c.latentChannels, autoencoder)
            return decoder
        } catch let error as ModelError {
            guard case .notFound = error else { throw error }
            notes.append(
                "there is no model '\(names.decoder)', so the autoencoder decodes, which is softer")
            return nil
        }
    }

    /// What finds textures, or nil for a network that takes none and where the memory that is
    /// shipped is not there.
    private static func textures(
        _ store: ModelStore, _ names: PatchScalerModels, _ memory: PatchScalerMemory,
        _ autoencoder: Autoencoder, _ patchDiT: PatchDiT, _ notes: inout [String]
    ) throws -> TextureRetrieval? {
        guard patchDiT.configuration.textures > 0, memory != .none else { return nil }
        do {
            return try TextureRetrieval(
                store: store, classifier: names.classifier, memory: memory,
                autoencoder: autoencoder, patchDiT: patchDiT)
        } catch let error as MemoryError {
            guard case .notFound = error, memory == .standard else { throw error }
            notes.append("there is no memory '\(memory.name)', so no textures help")
            return nil
        }
    }

    /// What says how a photo was degraded.
    ///
    /// Only a Patch-DiT that wants to know cannot do without.
    private static func prompter(
        _ store: ModelStore, _ names: PatchScalerModels, _ patchDiT: PatchDiT?
    ) throws -> DegradationPrompter? {
        let isNeeded = (patchDiT?.configuration.degradationTokens ?? 0) > 0
        do {
            let prompter = try DegradationPrompter.load(from: store, model: names.degradation)
            if let patchDiT, isNeeded {
                try check(names.degradation, prompter, patchDiT, names.patchDiT)
            }
            return prompter
        } catch let error as ModelError {
            guard case .notFound = error, !isNeeded else { throw error }
            return nil
        }
    }

    /// Refuses a network that was trained on the latents of another autoencoder.
    private static func check(
        _ model: String, _ trained: String, _ channels: Int, _ autoencoder: Autoencoder
    ) throws(ModelError) {
        guard channels == autoencoder.latentChannels else {
            throw .unfit(
                model: model,
                reason: "it reads latents of \(channels) channels, and the autoencoder makes "
                    + "\(autoencoder.latentChannels)")
        }
        guard trained.isEmpty || trained == autoencoder.fingerprint else {
            throw .unfit(
                model: model,
                reason: "it was trained for the autoencoder \(trained.prefix(12)), and this one is "
                    + "\(autoencoder.fingerprint.prefix(12))")
        }
    }

    /// Refuses a classifier whose tokens the diffusion was not trained with.
    private static func check(
        _ model: String, _ prompter: DegradationPrompter, _ patchDiT: PatchDiT, _ name: String
    ) throws(ModelError) {
        let (found, wanted) = (prompter.network.configuration, patchDiT.configuration)
        guard
            found.types.count == wanted.degradationTokens
                && found.embeddingSize == wanted.degradationSize
        else {
            throw .unfit(
                model: model,
                reason: "it gives \(found.types.count) tokens of \(found.embeddingSize) numbers, "
                    + "and '\(name)' takes \(wanted.degradationTokens) of \(wanted.degradationSize)"
            )
        }
    }
}

/// The names of PatchScaler's models.
public struct PatchScalerModels: Sendable, Equatable {
    /// The autoencoder of latents.
    public var autoencoder = "autoencoder-f8c16"
    /// What decodes in the autoencoder's place.
    public var decoder = "detail-decoder"
    /// The restoration module.
    public var restoration = "restoration-module"
    /// The denoiser of patches.
    public var patchDiT = "patch-dit"
    /// What makes keys of patches.
    public var classifier = "texture-classifier"
    /// The classifier of degradations.
    public var degradation = "irpad"

    /// The names of the models that are shipped.
    public init() {}
}

/// Where textures come from.
public enum PatchScalerMemory: Sendable, Equatable {
    /// The memory that is shipped, if it is there.
    case standard
    /// No memory: no textures are shown.
    case none
    /// A memory's name, or the path of its folder.
    case named(String)

    /// The name of the memory that is shipped.
    public static let standardName = "natural"

    /// The name or path.
    var name: String {
        switch self {
        case .standard: Self.standardName
        case .none: ""
        case .named(let name): name
        }
    }
}
