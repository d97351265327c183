/// How the samples of a resized image are weighed.
public enum ResamplingFilter: String, Sendable, CaseIterable {
    /// Cubic convolution with a = −0.5, four samples wide.
    ///
    /// Source: Keys 1981, "Cubic Convolution Interpolation for Digital Image Processing"; MATLAB's
    /// `imresize(…, 'bicubic')`.
    case bicubic

    /// A triangle, two samples wide; MATLAB's `imresize(…, 'bilinear')`.
    case bilinear

    /// The mean over the area that a pixel covers, to the exact fraction of a pixel.
    case area

    /// The filter's full width in source pixels, before it is stretched.
    var support: Double {
        switch self {
        case .bicubic: 4
        case .bilinear: 2
        case .area: 1
        }
    }

    /// The filter's height at a distance from its centre; not used for `area`.
    func weight(at distance: Double) -> Double {
        let x = abs(distance)
        switch self {
        case .bicubic:
            if x <= 1 { return 1.5 * x * x * x - 2.5 * x * x + 1 }
            if x <= 2 { return -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2 }
            return 0
        case .bilinear:
            return x <= 1 ? 1 - x : 0
        case .area:
            return x <= 0.5 ? 1 : 0
        }
    }
}

/// What lies beyond the edge of an image.
public enum BorderRule: String, Sendable, CaseIterable {
    /// The edge pixel, again and again.
    case replicate

    /// The image mirrored, the edge pixel included; MATLAB's rule.
    case mirror

    /// The pixel that stands for a position which may lie outside.
    func index(_ position: Int, count: Int) -> Int {
        switch self {
        case .replicate:
            return min(max(position, 0), count - 1)
        case .mirror:
            let remainder = position % (2 * count)
            let wrapped = remainder < 0 ? remainder + 2 * count : remainder
            return wrapped < count ? wrapped : 2 * count - 1 - wrapped
        }
    }
}

/// How samples are rounded while an image is resized.
public enum ResamplingQuantization: String, Sendable, CaseIterable {
    /// Not at all; samples may leave 0…1 near edges.
    case none

    /// To whole 255ths within 0…1, after the vertical and again after the horizontal pass, as
    /// MATLAB does with `uint8` images.
    case eightBit
}
