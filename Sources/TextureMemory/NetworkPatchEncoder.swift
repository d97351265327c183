internal import Autoencoding
internal import Imaging
public import ModelStore
public import Tensors

/// The project's own networks: the autoencoder of latents and the texture classifier.
public struct NetworkPatchEncoder: PatchEncoder {
    /// The sizes of the patches: V, c and K of the two networks.
    public let shape: PatchShape

    /// The fingerprints of both model folders.
    public let fingerprint: EncoderFingerprint

    private let autoencoder: Autoencoder
    private let classifier: TextureClassifier
    private let policy: ComputePolicy

    /// Loads both networks; all their files are checked.
    ///
    /// - Parameters:
    ///   - autoencoder: The folder of an autoencoder.
    ///   - classifier: The folder of a texture classifier for the latents of that autoencoder.
    ///   - precision: The precision of the arithmetic, or nil for the one that suits the processor.
    /// - Throws: ``ModelStore/ModelError``, also when the two do not belong together.
    public init(
        autoencoder: ModelFolder, classifier: ModelFolder,
        precision: ComputePolicy.Precision? = nil
    ) throws {
        let first = try Autoencoder.load(autoencoder)
        let second = try TextureClassifier.load(classifier)
        let c = second.configuration
        guard c.latentChannels == first.latentChannels else {
            throw ModelError.unfit(
                model: classifier.manifest.name,
                reason: "it reads latents of \(c.latentChannels) channels, and "
                    + "'\(autoencoder.manifest.name)' makes \(first.latentChannels)")
        }
        guard c.autoencoder.isEmpty || c.autoencoder == first.fingerprint else {
            throw ModelError.unfit(
                model: classifier.manifest.name,
                reason: "it was trained for the autoencoder \(c.autoencoder.prefix(12)), and "
                    + "'\(autoencoder.manifest.name)' is \(first.fingerprint.prefix(12))")
        }
        self.autoencoder = first
        self.classifier = second
        policy = .automatic(threads: 1, precision: precision)
        shape = PatchShape(
            side: c.patchSide, channels: c.latentChannels, keySize: c.keySize,
            downsampling: first.downsampling)
        fingerprint = EncoderFingerprint(
            autoencoder: first.fingerprint, classifier: second.fingerprint)
    }

    /// See ``PatchEncoder/makeWorker()``.
    public func makeWorker() throws -> any PatchWorker {
        Worker(
            autoencoder: autoencoder, classifier: classifier, shape: shape,
            context: try ComputeContext(policy: policy))
    }

    /// Both networks on one thread.
    private struct Worker: PatchWorker {
        let autoencoder: Autoencoder
        let classifier: TextureClassifier
        let shape: PatchShape
        let context: ComputeContext

        func values(at positions: [PatchPosition], of image: Image) throws -> [Float] {
            let f = shape.downsampling
            let parts = positions.map {
                LatentRectangle(x: $0.x / f, y: $0.y / f, width: shape.side, height: shape.side)
            }
            return try autoencoder.encode(image, parts: parts, in: context).flatMap(\.values)
        }

        func keys(of values: [Float]) throws -> [Float] {
            let patches = Tensor(
                values,
                [values.count / shape.valueSize, shape.side, shape.side, shape.channels],
                in: context)
            return try classifier.keys(of: patches, in: context).values
        }

        func pictures(of values: [Float]) throws -> [Image] {
            let side = shape.sidePixels
            return try stride(from: 0, to: values.count, by: shape.valueSize).map { start in
                let latent = Tensor(
                    Array(values[start..<start + shape.valueSize]),
                    [1, shape.side, shape.side, shape.channels], in: context)
                let pixels = try autoencoder.decode(latent, in: context).values
                return Image(width: side, height: side, channels: .rgb, pixels: pixels)
            }
        }
    }
}
