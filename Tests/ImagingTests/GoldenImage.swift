import Imaging

/// An image as the fixture scripts write it.
struct GoldenImage: Decodable {
    let width: Int
    let height: Int
    let channels: Int
    /// Whole 255ths.
    let samples: [Int]

    var image: Image? {
        Image.Channels(rawValue: channels).map {
            Image(
                width: width, height: height, channels: $0, pixels: samples.map { Float($0) / 255 })
        }
    }
}

extension Image {
    /// An image of numbered pixels, so that every place can be told from every other.
    static func numbered(width: Int, height: Int, channels: Channels) -> Image {
        let count = width * height * channels.count
        return Image(
            width: width, height: height, channels: channels,
            pixels: (0..<count).map { Float($0 * 37 % 251) / 255 })
    }

    /// The largest difference from another image of the same size.
    func largestDifference(from other: Image) -> Float {
        zip(pixels, other.pixels).map { abs($0 - $1) }.max() ?? 0
    }
}
