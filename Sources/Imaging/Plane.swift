/// One channel of an image in double precision, on the scale 0…255.
struct Plane {
    let width: Int
    let height: Int
    var samples: [Double]

    /// The planes of an image that the options ask for, without the border.
    ///
    /// - Parameters:
    ///   - image: The image.
    ///   - isGrey: Whether the one channel of grey images is compared as it is.
    ///   - options: Which planes, and how they are prepared.
    /// - Returns: One plane, or three for red, green and blue.
    static func planes(of image: Image, isGrey: Bool, options: QualityOptions) -> [Plane] {
        var prepared = image.cropped(
            x: options.border, y: options.border, width: image.width - 2 * options.border,
            height: image.height - 2 * options.border)
        if options.roundsToEightBits {
            prepared = prepared.clamped()
            for i in prepared.pixels.indices {
                prepared.pixels[i] = (prepared.pixels[i] * 255).rounded() / 255
            }
        }
        if isGrey { return [Plane(prepared, channel: 0)] }
        switch options.channel {
        case .y: return [Plane(prepared.luma(), channel: 0)]
        case .rgb:
            let colour = prepared.convertedToColour()
            return (0..<3).map { Plane(colour, channel: $0) }
        }
    }

    init(width: Int, height: Int, samples: [Double]) {
        self.width = width
        self.height = height
        self.samples = samples
    }

    private init(_ image: Image, channel: Int) {
        let indices = stride(from: channel, to: image.pixels.count, by: image.channels.count)
        self.init(
            width: image.width, height: image.height,
            samples: indices.map { Double(image.pixels[$0]) * 255 })
    }
}
