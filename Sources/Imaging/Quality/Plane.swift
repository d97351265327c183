/// One channel of an image in double precision, on the scale 0…255.
struct Plane {
    let width: Int
    let height: Int
    let samples: [Double]

    /// The planes of an image that the options ask for, without the border.
    ///
    /// - Parameters:
    ///   - image: The image.
    ///   - isGrey: Whether the one channel of grey images is compared as it is.
    ///   - options: Which planes, and how they are prepared.
    /// - Returns: One plane, or three for red, green and blue.
    static func planes(of image: Image, isGrey: Bool, options: QualityOptions) -> [Plane] {
        // Where red, green and blue stand in a pixel; a grey sample is all three.
        let offsets = image.channels.colourCount == 3 ? [0, 1, 2] : [0, 0, 0]
        if isGrey { return [Plane(image, options) { $0(0) }] }
        switch options.channel {
        case .y:
            let (red, green, blue) = (offsets[0], offsets[1], offsets[2])
            return [
                Plane(image, options) { sample in
                    BT601.luma(red: sample(red), green: sample(green), blue: sample(blue))
                }
            ]
        case .rgb:
            return offsets.map { offset in Plane(image, options) { $0(offset) } }
        }
    }

    init(width: Int, height: Int, samples: [Double]) {
        self.width = width
        self.height = height
        self.samples = samples
    }

    /// The plane as a grey image, in 0…1.
    func image() -> Image {
        Image(
            width: width, height: height, channels: .grey,
            pixels: samples.map { Float($0 / 255) })
    }

    /// Computes one value for every pixel within the border.
    ///
    /// - Parameters:
    ///   - image: The image.
    ///   - options: The border, and whether samples are rounded first.
    ///   - value: The value in 0…1, given a function from a sample's place in the pixel to the
    ///     sample.
    init(
        _ image: Image, _ options: QualityOptions, value: ((Int) -> Double) -> Double
    ) {
        let border = options.border
        let (width, height) = (image.width - 2 * border, image.height - 2 * border)
        let samples = [Double](unsafeUninitializedCapacity: width * height) { target, count in
            image.pixels.withUnsafeBufferPointer { source in
                for y in 0..<height {
                    for x in 0..<width {
                        let pixel = image.index(x: x + border, y: y + border)
                        let result = value { offset in
                            let sample = Double(source[pixel + offset])
                            guard options.roundsToEightBits else { return sample }
                            return (min(max(sample, 0), 1) * 255).rounded() / 255
                        }
                        target.initializeElement(at: y * width + x, to: result * 255)
                    }
                }
            }
            count = width * height
        }
        self.init(width: width, height: height, samples: samples)
    }
}
