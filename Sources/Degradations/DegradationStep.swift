public import Imaging
public import RandomDraws

/// One thing that is done to a picture, with every number decided.
///
/// Noise is decided but for its samples, which follow from the key of a ``DrawnDegradation`` and
/// the step's place in it.
public enum DegradationStep: Sendable, Equatable {
    /// Correlation with a bell-shaped kernel.
    case blur(BlurStep)
    /// A circular low-pass filter of a cut-off frequency in radians per pixel, which rings.
    case sinc(side: Int, cutoffRadians: Double)
    /// Another size.
    case resize(ResizeStep)
    /// Normal noise of a deviation in levels of 255; grey noise is the same in all channels.
    case gaussianNoise(sigma8Bit: Double, isGrey: Bool)
    /// Noise of counted light, so many times; grey noise is the same in all channels.
    case poissonNoise(scale: Double, isGrey: Bool)
    /// A JPEG file of a quality of 1…100, colour at half resolution, and back.
    case jpeg(quality: Int)
}

/// A blur.
public struct BlurStep: Sendable, Equatable {
    /// How a kernel falls off.
    public enum Shape: String, Sendable, CaseIterable, Codable {
        /// As a normal distribution.
        case gaussian
        /// Steeper or flatter than a normal distribution.
        case generalized
        /// Flat in the middle, with long tails.
        case plateau
    }

    /// How the kernel falls off.
    public var shape: Shape
    /// Pixels in a row of the kernel; odd.
    public var side: Int
    /// Deviation along the first axis, in pixels.
    public var sigmaAcrossPixels: Double
    /// Deviation along the second axis, in pixels.
    public var sigmaDownPixels: Double
    /// By how much the first axis is turned from the horizontal.
    public var angleRadians: Double
    /// The exponent of a generalised or plateau kernel; 1 for others.
    public var beta: Double

    /// Describes a blur.
    ///
    /// - Parameters:
    ///   - shape: How the kernel falls off.
    ///   - side: Pixels in a row of the kernel; odd.
    ///   - sigmaAcrossPixels: Deviation along the first axis.
    ///   - sigmaDownPixels: Deviation along the second axis.
    ///   - angleRadians: By how much the first axis is turned.
    ///   - beta: The exponent of a generalised or plateau kernel.
    public init(
        shape: Shape = .gaussian, side: Int, sigmaAcrossPixels: Double, sigmaDownPixels: Double,
        angleRadians: Double = 0, beta: Double = 1
    ) {
        self.shape = shape
        self.side = side
        self.sigmaAcrossPixels = sigmaAcrossPixels
        self.sigmaDownPixels = sigmaDownPixels
        self.angleRadians = angleRadians
        self.beta = beta
    }
}

/// A change of size.
public struct ResizeStep: Sendable, Equatable {
    /// Columns of the result.
    public var width: Int
    /// Rows of the result.
    public var height: Int
    /// How samples are weighed.
    public var method: ResamplingFilter
    /// The factor that was drawn; nil for a recipe's last reduction, whose size is given.
    public var factor: Double?

    /// Describes a change of size.
    ///
    /// - Parameters:
    ///   - width: Columns of the result.
    ///   - height: Rows of the result.
    ///   - method: How samples are weighed.
    ///   - factor: The factor that was drawn, if one was.
    public init(width: Int, height: Int, method: ResamplingFilter, factor: Double? = nil) {
        self.width = width
        self.height = height
        self.method = method
        self.factor = factor
    }
}

/// All steps of one picture.
public struct DrawnDegradation: Sendable, Equatable {
    /// What is done, in order.
    public var steps: [DegradationStep]
    /// Whether the recipe drew its last JPEG behind the last reduction; nil without a recipe.
    public var isJPEGLast: Bool?
    /// Decides the samples of the noise.
    public var source: DrawSource

    /// Puts steps together.
    ///
    /// - Parameters:
    ///   - steps: What is done, in order.
    ///   - isJPEGLast: The order that a recipe drew.
    ///   - source: Decides the samples of the noise.
    public init(steps: [DegradationStep], isJPEGLast: Bool? = nil, source: DrawSource) {
        self.steps = steps
        self.isJPEGLast = isJPEGLast
        self.source = source
    }
}
