internal import Imaging

/// The form in which labels name steps; `Scripts/training/degradation.py` records the same.
extension DegradationStep: Codable {
    private enum Kind: String, Codable {
        case blur, sinc, resize, jpeg
        case finalResize = "final resize"
        case gaussianNoise = "gaussian noise"
        case poissonNoise = "poisson noise"
    }

    private enum CodingKeys: String, CodingKey {
        case step, shape, side, angle, beta, cutoff, factor, method, height, width, grey, scale
        case quality
        case sigmaX = "sigma_x"
        case sigmaY = "sigma_y"
        case sigma8Bit = "sigma_8_bit"
    }

    /// Writes the step's kind and its numbers.
    ///
    /// - Parameter encoder: Where to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .blur(let blur):
            try container.encode(Kind.blur, forKey: .step)
            try container.encode(blur.shape, forKey: .shape)
            try container.encode(blur.side, forKey: .side)
            try container.encode(blur.sigmaAcrossPixels, forKey: .sigmaX)
            try container.encode(blur.sigmaDownPixels, forKey: .sigmaY)
            try container.encode(blur.angleRadians, forKey: .angle)
            try container.encode(blur.beta, forKey: .beta)
        case .sinc(let side, let cutoff):
            try container.encode(Kind.sinc, forKey: .step)
            try container.encode(side, forKey: .side)
            try container.encode(cutoff, forKey: .cutoff)
        case .resize(let resize):
            try container.encode(
                resize.factor == nil ? Kind.finalResize : .resize, forKey: .step)
            try container.encode(resize.method.rawValue, forKey: .method)
            try container.encode(resize.height, forKey: .height)
            try container.encode(resize.width, forKey: .width)
            try container.encodeIfPresent(resize.factor, forKey: .factor)
        case .gaussianNoise(let sigma, let isGrey):
            try container.encode(Kind.gaussianNoise, forKey: .step)
            try container.encode(sigma, forKey: .sigma8Bit)
            try container.encode(isGrey, forKey: .grey)
        case .poissonNoise(let scale, let isGrey):
            try container.encode(Kind.poissonNoise, forKey: .step)
            try container.encode(scale, forKey: .scale)
            try container.encode(isGrey, forKey: .grey)
        case .jpeg(let quality):
            try container.encode(Kind.jpeg, forKey: .step)
            try container.encode(quality, forKey: .quality)
        }
    }

    /// Reads what ``encode(to:)`` has written.
    ///
    /// - Parameter decoder: Where from.
    /// - Throws: `DecodingError` when a key is missing or has the wrong type.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func number(_ key: CodingKeys) throws -> Double {
            try container.decode(Double.self, forKey: key)
        }
        func whole(_ key: CodingKeys) throws -> Int { try container.decode(Int.self, forKey: key) }
        switch try container.decode(Kind.self, forKey: .step) {
        case .blur:
            self = .blur(
                BlurStep(
                    shape: try container.decode(BlurStep.Shape.self, forKey: .shape),
                    side: try whole(.side), sigmaAcrossPixels: try number(.sigmaX),
                    sigmaDownPixels: try number(.sigmaY), angleRadians: try number(.angle),
                    beta: try number(.beta)))
        case .sinc: self = .sinc(side: try whole(.side), cutoffRadians: try number(.cutoff))
        case .resize, .finalResize:
            let name = try container.decode(String.self, forKey: .method)
            guard let method = ResamplingFilter(rawValue: name) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .method, in: container, debugDescription: "unknown method '\(name)'")
            }
            self = .resize(
                ResizeStep(
                    width: try whole(.width), height: try whole(.height), method: method,
                    factor: try container.decodeIfPresent(Double.self, forKey: .factor)))
        case .gaussianNoise:
            self = .gaussianNoise(
                sigma8Bit: try number(.sigma8Bit),
                isGrey: try container.decode(Bool.self, forKey: .grey))
        case .poissonNoise:
            self = .poissonNoise(
                scale: try number(.scale), isGrey: try container.decode(Bool.self, forKey: .grey))
        case .jpeg: self = .jpeg(quality: try whole(.quality))
        }
    }
}
