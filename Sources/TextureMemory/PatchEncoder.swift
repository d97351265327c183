public import Imaging

/// The networks behind a memory: an autoencoder that makes values, and a classifier that makes
/// their keys.
///
/// An encoder may be used from any thread; the work is done by workers, one for each thread.
public protocol PatchEncoder: Sendable {
    /// The sizes of the patches that it makes.
    var shape: PatchShape { get }

    /// Which networks these are.
    var fingerprint: EncoderFingerprint { get }

    /// Makes a worker for the calling thread.
    ///
    /// - Returns: A worker, used on one thread only.
    /// - Throws: What keeps the networks from running here.
    func makeWorker() throws -> any PatchWorker
}

/// What one thread encodes patches with.
///
/// Results depend on the arguments alone, not on earlier calls. The numbers of a patch may depend on
/// the other patches asked for by rounding, not by more.
public protocol PatchWorker {
    /// The latents of some patches of a picture.
    ///
    /// - Parameters:
    ///   - positions: Where the patches lie; every patch lies inside the picture.
    ///   - image: A picture of red, green and blue, without alpha.
    /// - Returns: `[positions, V, V, c]`, each patch as it is cut from the latent of the picture.
    /// - Throws: What the network throws.
    func values(at positions: [PatchPosition], of image: Image) throws -> [Float]

    /// The keys of some values.
    ///
    /// - Parameter values: `[N, V, V, c]`.
    /// - Returns: `[N, K]`, each row of length 1.
    /// - Throws: What the network throws.
    func keys(of values: [Float]) throws -> [Float]

    /// What some values look like.
    ///
    /// - Parameter values: `[N, V, V, c]`.
    /// - Returns: N pictures of V·f pixels a side, red, green and blue.
    /// - Throws: What the network throws.
    func pictures(of values: [Float]) throws -> [Image]
}

/// Which networks made the values and keys of a memory.
///
/// Two memories with the same fingerprint can be searched with the same queries and merged.
public struct EncoderFingerprint: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The fingerprint of the autoencoder's configuration and weights.
    public let autoencoder: String

    /// The fingerprint of the texture classifier's configuration and weights.
    public let classifier: String

    /// Joins the fingerprints of the two networks.
    ///
    /// - Parameters:
    ///   - autoencoder: The autoencoder's, as in its model folder's manifest.
    ///   - classifier: The texture classifier's, as in its model folder's manifest.
    public init(autoencoder: String, classifier: String) {
        self.autoencoder = autoencoder
        self.classifier = classifier
    }

    /// Both, shortened to what tells them apart for people.
    public var description: String {
        "autoencoder \(autoencoder.prefix(12)), classifier \(classifier.prefix(12))"
    }
}
