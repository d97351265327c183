/// Why a picture cannot be upscaled as asked.
public enum UpscaleError: Error, Equatable, Sendable {
    /// The size asked for is not a size that a picture can have.
    case impossibleSize
    /// The result would not be larger than the picture.
    case notLarger(input: PixelSize, output: PixelSize)
    /// The result would be larger than the largest network makes it.
    case scaleTooLarge(asked: Double, largest: Int)
    /// The regions asked for cannot be laid over a picture.
    case badRegions(reason: String)
    /// The output format has no room for transparency, and the picture has some.
    case transparencyLost(format: String)
    /// The job needs more memory than there is.
    case notEnoughMemory(neededBytes: Int, availableBytes: Int)
    /// The mask has another size than the picture and the result.
    case badMask(mask: PixelSize, input: PixelSize, output: PixelSize)
    /// The options of the diffusion contradict the network.
    case badRestoration(reason: String)
    /// The network gave a value that is not a number; no picture was written.
    case notFinite(network: String, precision: String)
}

extension UpscaleError: CustomStringConvertible {
    /// What is wrong and what to do about it.
    public var description: String {
        switch self {
        case .impossibleSize:
            return "a picture cannot have the size asked for"
        case .notLarger(let input, let output):
            return """
                \(output) is not larger than the picture, \(input); 'promptscaler resize' makes \
                pictures smaller
                """
        case .scaleTooLarge(let asked, let largest):
            let factor = (asked * 100).rounded() / 100
            return """
                a factor of \(factor) is beyond the largest network here, ×\(largest); upscale the \
                result once more, or ask for a smaller size
                """
        case .badRegions(let reason):
            return reason
        case .transparencyLost(let format):
            return "\(format) files have no transparency and this picture does; write PNG or WebP"
        case .notEnoughMemory(let needed, let available):
            return """
                this needs about \(Self.megabytes(needed)) MB of memory and \
                \(Self.megabytes(available)) MB are free; ask for a smaller size or --region
                """
        case .badMask(let mask, let input, let output):
            return """
                the mask has \(mask) pixels; it must have as many as the picture, \(input), or the \
                result, \(output)
                """
        case .badRestoration(let reason):
            return reason
        case .notFinite(let network, let precision):
            return """
                \(network) gave values that are not numbers, so nothing was written; try \
                --precision \(precision == "f32" ? "bf16" : "f32") and please report this
                """
        }
    }

    private static func megabytes(_ bytes: Int) -> Int { (bytes + 999_999) / 1_000_000 }
}
