internal import Foundation

/// What may happen to a picture: ranges and probabilities of every step.
///
/// A file `Prompts/*.recipe.json`, shared with `Scripts/training/recipe.py`. Steps that are left
/// out do not happen. `Documentation/Degradations.md` explains the fields.
public struct DegradationRecipe: Codable, Equatable, Sendable {
    /// The version of the format that this program reads.
    public static let currentFormatVersion = 1

    /// The version of the file's format.
    public var formatVersion: Int
    /// The recipe's name.
    public var name: String
    /// What it is, in a sentence.
    public var description: String?
    /// Where its numbers come from.
    public var source: String?
    /// By how much the result is smaller than the picture, 1…16.
    public var scale: Int
    /// Pixels below which no side is reduced on the way.
    public var minimumSide: Int
    /// What is done one after the other, at most four rounds.
    public var rounds: [Round]
    /// What is done last.
    public var final: Final

    enum CodingKeys: String, CodingKey {
        case name, description, source, scale, rounds, final
        case formatVersion = "format_version"
        case minimumSide = "minimum_side"
    }

    /// Blur, resize, noise and JPEG, in this order.
    public struct Round: Codable, Equatable, Sendable {
        /// A blur or a sinc filter.
        public var blur: Blur?
        /// A change of size.
        public var resize: Resize?
        /// Gaussian or Poisson noise.
        public var noise: Noise?
        /// A JPEG file.
        public var jpeg: JPEG?
    }

    /// The reduction to the final size, with a sinc filter behind it, and JPEG before or after them.
    public struct Final: Codable, Equatable, Sendable {
        /// How samples may be weighed, all equally likely.
        public var methods: [String]
        /// A sinc filter after the reduction.
        public var sinc: Sinc?
        /// A JPEG file.
        public var jpeg: JPEG?
        /// The probability that JPEG comes last.
        public var jpegLastProbability: Double

        enum CodingKeys: String, CodingKey {
            case methods, sinc, jpeg
            case jpegLastProbability = "jpeg_last_probability"
        }
    }

    /// A blur, or in its place a sinc filter.
    public struct Blur: Codable, Equatable, Sendable {
        /// The probability of this step.
        public var probability: Double
        /// The least and the greatest side of a kernel; odd.
        public var sides: ClosedRange<Int>
        /// Deviations of the kernels.
        public var sigmaPixels: ClosedRange<Double>
        /// The probabilities of each shape.
        public var shapes: Shapes
        /// The probability that an exponent is drawn below 1 and not above.
        public var betaBelowOneProbability: Double
        /// The sinc filter that may take the blur's place.
        public var sinc: SincInstead

        enum CodingKeys: String, CodingKey {
            case probability, sides, shapes, sinc
            case sigmaPixels = "sigma_pixels"
            case betaBelowOneProbability = "beta_below_one_probability"
        }
    }

    /// The shapes of blur kernels.
    public struct Shapes: Codable, Equatable, Sendable {
        /// As a normal distribution.
        public var gaussian: Shape
        /// Steeper or flatter.
        public var generalized: Shape
        /// Flat in the middle.
        public var plateau: Shape
    }

    /// One shape of blur kernels.
    public struct Shape: Codable, Equatable, Sendable {
        /// The probability of this shape.
        public var probability: Double
        /// The probability that both deviations are equal.
        public var isotropicProbability: Double
        /// The range of the exponent, which holds 1; nil for Gaussian kernels.
        public var beta: ClosedRange<Double>?

        enum CodingKeys: String, CodingKey {
            case probability, beta
            case isotropicProbability = "isotropic_probability"
        }
    }

    /// A sinc filter in the place of a blur, with the blur's sides.
    public struct SincInstead: Codable, Equatable, Sendable {
        /// The probability that it takes the blur's place.
        public var probability: Double
        /// The side from which a kernel counts as wide.
        public var wideFromSide: Int
        /// Cut-off frequencies of narrow kernels.
        public var narrowCutoffRadians: ClosedRange<Double>
        /// Cut-off frequencies of wide kernels.
        public var wideCutoffRadians: ClosedRange<Double>

        enum CodingKeys: String, CodingKey {
            case probability
            case wideFromSide = "wide_from_side"
            case narrowCutoffRadians = "narrow_cutoff_radians"
            case wideCutoffRadians = "wide_cutoff_radians"
        }
    }

    /// A sinc filter by itself.
    public struct Sinc: Codable, Equatable, Sendable {
        /// The probability of this step.
        public var probability: Double
        /// The least and the greatest side of a kernel; odd.
        public var sides: ClosedRange<Int>
        /// Cut-off frequencies.
        public var cutoffRadians: ClosedRange<Double>

        enum CodingKeys: String, CodingKey {
            case probability, sides
            case cutoffRadians = "cutoff_radians"
        }
    }

    /// A change of size.
    public struct Resize: Codable, Equatable, Sendable {
        /// What a factor of 1 means.
        public enum Reference: String, Codable, Sendable {
            /// The size of the picture.
            case input
            /// The size of the result.
            case output
        }

        /// The probability of this step.
        public var probability: Double
        /// What a factor of 1 means.
        public var relativeTo: Reference
        /// The probability of a factor from ``enlargeFactor``.
        public var enlargeProbability: Double
        /// The probability of a factor from ``reduceFactor``.
        public var reduceProbability: Double
        /// The probability of a factor of 1.
        public var keepProbability: Double
        /// Factors of 1 or more.
        public var enlargeFactor: ClosedRange<Double>
        /// Factors of 1 or less.
        public var reduceFactor: ClosedRange<Double>
        /// How samples may be weighed, all equally likely.
        public var methods: [String]

        enum CodingKeys: String, CodingKey {
            case probability, methods
            case relativeTo = "relative_to"
            case enlargeProbability = "enlarge_probability"
            case reduceProbability = "reduce_probability"
            case keepProbability = "keep_probability"
            case enlargeFactor = "enlarge_factor"
            case reduceFactor = "reduce_factor"
        }
    }

    /// Noise of one of two kinds.
    public struct Noise: Codable, Equatable, Sendable {
        /// The probability of this step.
        public var probability: Double
        /// The probability that the noise is Gaussian and not Poisson.
        public var gaussianProbability: Double
        /// The probability that all channels get the same noise.
        public var greyProbability: Double
        /// Deviations of Gaussian noise, in levels of 255.
        public var gaussianSigma8Bit: ClosedRange<Double>
        /// How many times Poisson noise is added.
        public var poissonScale: ClosedRange<Double>

        enum CodingKeys: String, CodingKey {
            case probability
            case gaussianProbability = "gaussian_probability"
            case greyProbability = "grey_probability"
            case gaussianSigma8Bit = "gaussian_sigma_8_bit"
            case poissonScale = "poisson_scale"
        }
    }

    /// A JPEG file.
    public struct JPEG: Codable, Equatable, Sendable {
        /// The probability of this step.
        public var probability: Double
        /// Qualities; what is drawn is rounded.
        public var quality: ClosedRange<Double>
    }
}
