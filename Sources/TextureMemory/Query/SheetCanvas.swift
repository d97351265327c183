internal import Imaging

/// A picture that others, and numbers, are laid on.
struct SheetCanvas {
    private(set) var image: Image

    /// A dark grey ground, on which neither light nor dark textures vanish.
    private static let ground: Float = 0.13
    private static let ink: Float = 0.88

    init(width: Int, height: Int) {
        image = Image(width: width, height: height, channels: .rgb, filledWith: Self.ground)
    }

    /// Lays a picture of red, green and blue on the canvas.
    mutating func place(_ picture: Image, x: Int, y: Int) {
        precondition(
            picture.channels == .rgb && x >= 0 && y >= 0 && x + picture.width <= image.width
                && y + picture.height <= image.height,
            "\(picture.width)×\(picture.height) at (\(x), \(y)) on \(image.width)×\(image.height)")
        let run = picture.width * 3
        for row in 0..<picture.height {
            let target = image.index(x: x, y: y + row)
            image.pixels.replaceSubrange(
                target..<target + run, with: picture.pixels[row * run..<(row + 1) * run])
        }
    }

    /// Writes figures; what does not fit on the canvas, or in the font, is left out.
    mutating func write(_ text: String, x: Int, y: Int, size: Int = 1) {
        var left = x
        for character in text {
            guard let rows = DigitFont.rows(of: character) else { continue }
            for (row, bits) in rows.enumerated() {
                for column in 0..<DigitFont.width
                where bits & (1 << UInt8(DigitFont.width - 1 - column)) != 0 {
                    fill(x: left + column * size, y: y + row * size, side: size)
                }
            }
            left += (DigitFont.width + 1) * size
        }
    }

    private mutating func fill(x: Int, y: Int, side: Int) {
        for row in max(y, 0)..<max(min(y + side, image.height), max(y, 0)) {
            for column in max(x, 0)..<max(min(x + side, image.width), max(x, 0)) {
                let start = image.index(x: column, y: row)
                for c in 0..<3 { image.pixels[start + c] = Self.ink }
            }
        }
    }
}
