public import Tensors

/// The latent of one picture, or of a part of one.
public struct Latent: Sendable, Equatable {
    /// Latent pixels in a row.
    public let width: Int

    /// Rows of latent pixels.
    public let height: Int

    /// c, the numbers of one latent pixel.
    public let channels: Int

    /// The numbers, `[h, w, c]`.
    public var values: [Float]

    /// Makes a latent of given numbers.
    ///
    /// - Parameters:
    ///   - width: Latent pixels in a row, at least 1.
    ///   - height: Rows of latent pixels, at least 1.
    ///   - channels: The numbers of one latent pixel, at least 1.
    ///   - values: `height * width * channels` numbers.
    public init(width: Int, height: Int, channels: Int, values: [Float]) {
        precondition(width > 0 && height > 0 && channels > 0, "a latent of \(width)×\(height)")
        precondition(
            values.count == width * height * channels,
            "\(values.count) numbers for \(width)×\(height) latent pixels of \(channels)")
        self.width = width
        self.height = height
        self.channels = channels
        self.values = values
    }

    /// Copies a tensor of one latent.
    ///
    /// - Parameter tensor: `[h, w, c]` or `[1, h, w, c]`.
    public init(_ tensor: Tensor) {
        let shape = tensor.shape
        precondition(shape.rank == 3 || shape.rank == 4 && shape[0] == 1, "\(shape) is no latent")
        self.init(
            width: shape[shape.rank - 2], height: shape[shape.rank - 3], channels: shape.last,
            values: tensor.values)
    }

    /// The whole as a rectangle.
    public var bounds: LatentRectangle {
        LatentRectangle(x: 0, y: 0, width: width, height: height)
    }

    /// A tensor with the same numbers.
    ///
    /// - Parameter context: Where the memory comes from.
    /// - Returns: `[1, h, w, c]`.
    public func tensor(in context: ComputeContext) -> Tensor {
        Tensor(values, [1, height, width, channels], in: context)
    }

    /// A part of the latent.
    ///
    /// - Parameter rectangle: What to keep, inside of ``bounds``.
    /// - Returns: A latent of the rectangle's size.
    public func cropped(to rectangle: LatentRectangle) -> Latent {
        precondition(bounds.contains(rectangle), "\(rectangle) lies outside of \(bounds)")
        let run = rectangle.width * channels
        var kept: [Float] = []
        kept.reserveCapacity(rectangle.height * run)
        for row in rectangle.rows {
            let start = (row * width + rectangle.x) * channels
            kept.append(contentsOf: values[start..<start + run])
        }
        return Latent(
            width: rectangle.width, height: rectangle.height, channels: channels, values: kept)
    }
}
