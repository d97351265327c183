public import Tensors

/// A network pair between images and latents, which are smaller by a whole factor and have more
/// channels.
///
/// | value | shape | meaning |
/// |---|---|---|
/// | image | `[B, H, W, 3]` | sRGB in 0…1; H and W are multiples of ``downsampling`` |
/// | latent | `[B, h, w, c]` | h = H / ``downsampling``, w alike; about unit variance |
public protocol LatentAutoencoder: Sendable {
    /// The identity of configuration and weights: what latents and keys made with them carry.
    var fingerprint: String { get }

    /// c, the channels of the latent.
    var latentChannels: Int { get }

    /// f, the pixels of the image along each side of one latent pixel.
    var downsampling: Int { get }

    /// What tiles of a large image need so that the whole has no seams.
    var tileContext: TileContext { get }

    /// The tiles in which a large image is coded when nothing else is asked for.
    var standardTiles: TileOptions { get }

    /// Encodes images.
    ///
    /// - Parameters:
    ///   - image: `[B, H, W, 3]`, f32, sRGB in 0…1.
    ///   - context: Where to run.
    /// - Returns: `[B, h, w, c]`, f32.
    /// - Throws: ``Tensors/ComputeError`` when this processor cannot run the network.
    func encode(_ image: Tensor, in context: ComputeContext) throws(ComputeError) -> Tensor

    /// Decodes latents.
    ///
    /// - Parameters:
    ///   - latent: `[B, h, w, c]`, f32.
    ///   - context: Where to run.
    /// - Returns: `[B, H, W, 3]`, f32, not clamped.
    /// - Throws: ``Tensors/ComputeError`` when this processor cannot run the network.
    func decode(_ latent: Tensor, in context: ComputeContext) throws(ComputeError) -> Tensor
}

/// How the tiles of a large image are put together.
public enum TileContext: Sendable, Equatable {
    /// No value depends on more than so many latent pixels around it, in each direction.
    ///
    /// Tiles that share twice as many, cut in the middle of what they share, make exactly the
    /// whole.
    case exact(encoder: Int, decoder: Int)

    /// Every value depends on the whole tile, if only weakly: tiles share so many latent pixels,
    /// and pass smoothly from one to the other.
    case blended(overlap: Int)
}
