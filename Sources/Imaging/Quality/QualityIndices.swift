/// How a restored image is compared with its reference.
///
/// Every published figure depends on these choices, so they belong beside every figure.
public struct QualityOptions: Sendable, Equatable {
    /// Which samples are compared.
    public enum Channel: String, Sendable, CaseIterable {
        /// Y of BT.601 in its studio range, see ``Image/luma()``; the one sample of grey images.
        case y
        /// Red, green and blue.
        case rgb
    }

    /// Which samples are compared.
    public var channel: Channel

    /// Pixels left out along each edge; by custom the scale of the super-resolution.
    public var border: Int

    /// Whether both images are first rounded to 8 bits, as they would be in a file.
    public var roundsToEightBits: Bool

    /// Chooses how to compare.
    ///
    /// - Parameters:
    ///   - channel: Which samples are compared.
    ///   - border: Pixels left out along each edge.
    ///   - roundsToEightBits: Whether both images are first rounded to 8 bits.
    public init(channel: Channel = .y, border: Int = 0, roundsToEightBits: Bool = true) {
        self.channel = channel
        self.border = border
        self.roundsToEightBits = roundsToEightBits
    }
}

/// Why two images cannot be compared.
public enum QualityError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The images differ in size; both as width, height.
    case sizesDiffer(reference: [Int], restored: [Int])
    /// Too little is left within the border.
    case tooSmall(width: Int, height: Int, minimum: Int)
    /// No two of NIQE's blocks fit within the border.
    case tooFewBlocks(width: Int, height: Int, side: Int)
    /// NIQE finds contrast in fewer than two blocks.
    case tooFlat

    /// What went wrong, and what can be done.
    public var description: String {
        switch self {
        case .sizesDiffer(let reference, let restored):
            "The reference has \(reference[0])×\(reference[1]) pixels, the restored image "
                + "\(restored[0])×\(restored[1]). Crop the reference to a multiple of the scale."
        case .tooSmall(let width, let height, let minimum):
            "\(width)×\(height) pixels are left within the border, and at least "
                + "\(minimum)×\(minimum) are needed. Choose a smaller border."
        case .tooFewBlocks(let width, let height, let side):
            "\(width)×\(height) pixels are left within the border, and NIQE needs two blocks of "
                + "\(side)×\(side). It cannot be measured."
        case .tooFlat:
            "There is contrast in fewer than two blocks of 96×96 pixels, so NIQE cannot be measured."
        }
    }
}

/// How close a restored image comes to its reference.
public struct QualityIndices: Sendable, Equatable {
    /// Peak signal-to-noise ratio in decibels; infinite for equal images.
    public let psnr: Double

    /// Structural similarity, at most 1.
    public let ssim: Double

    /// The perceptual similarity index HaarPSI, at most 1.
    public let haarPSI: Double

    /// The restored image's gradient energy over the original's; nil when the original is flat.
    public let gradientEnergyRatio: Double?

    /// Compares two images.
    ///
    /// - Parameters:
    ///   - reference: The original.
    ///   - restored: The image to judge, of the same size.
    ///   - options: What is compared.
    /// - Throws: A ``QualityError`` when the images do not fit together.
    public init(
        reference: Image, restored: Image, options: QualityOptions = QualityOptions()
    ) throws(QualityError) {
        psnr = try Self.psnr(reference: reference, restored: restored, options: options)
        ssim = try Self.ssim(reference: reference, restored: restored, options: options)
        haarPSI = try Self.haarPSI(reference: reference, restored: restored, options: options)
        gradientEnergyRatio = try Self.gradientEnergyRatio(
            reference: reference, restored: restored, options: options)
    }

    /// Pairs of planes to compare, prepared as the options say.
    static func planes(
        _ reference: Image, _ restored: Image, options: QualityOptions, minimumSize: Int
    ) throws(QualityError) -> [(reference: Plane, restored: Plane)] {
        guard reference.width == restored.width, reference.height == restored.height else {
            throw .sizesDiffer(
                reference: [reference.width, reference.height],
                restored: [restored.width, restored.height])
        }
        let width = reference.width - 2 * options.border
        let height = reference.height - 2 * options.border
        guard width >= minimumSize, height >= minimumSize else {
            throw .tooSmall(width: max(width, 0), height: max(height, 0), minimum: minimumSize)
        }
        let areBothGrey =
            reference.channels.colourCount == 1 && restored.channels.colourCount == 1
        func planes(of image: Image) -> [Plane] {
            Plane.planes(of: image, isGrey: areBothGrey, options: options)
        }
        return Array(zip(planes(of: reference), planes(of: restored)))
    }
}
