internal import Imaging

/// A picture taken apart into colours and alpha, so that each is enlarged in its own way.
struct SplitImage {
    /// The colours, grey or RGB, with those under alpha 0 replaced by their neighbours'.
    var colours: Image
    /// Alpha as a grey picture, or nil when the picture had none.
    var alpha: Image?

    init(_ image: Image) {
        guard image.channels.hasAlpha else {
            colours = image
            return
        }
        let samples = image.channels.rawValue
        let colourCount = samples - 1
        let count = image.width * image.height
        var alphaPixels = [Float](repeating: 0, count: count)
        var colourPixels = [Float](repeating: 0, count: count * colourCount)
        for pixel in 0..<count {
            alphaPixels[pixel] = image.pixels[pixel * samples + colourCount]
            for channel in 0..<colourCount {
                colourPixels[pixel * colourCount + channel] =
                    image.pixels[
                        pixel * samples + channel]
            }
        }
        let bled = ColourBleed.fill(
            colourPixels, channels: colourCount, alpha: alphaPixels, width: image.width,
            height: image.height)
        colours = Image(
            width: image.width, height: image.height, channels: colourCount == 1 ? .grey : .rgb,
            pixels: bled)
        alpha = Image(
            width: image.width, height: image.height, channels: .grey, pixels: alphaPixels)
    }

    /// Colours and alpha in one picture again; both must have the same size.
    func joined() -> Image {
        guard let alpha else { return colours }
        precondition(
            alpha.width == colours.width && alpha.height == colours.height,
            "alpha is \(alpha.width)×\(alpha.height), colours \(colours.width)×\(colours.height)")
        let colourCount = colours.channels.rawValue
        var pixels: [Float] = []
        pixels.reserveCapacity(alpha.pixels.count * (colourCount + 1))
        for pixel in alpha.pixels.indices {
            let start = pixel * colourCount
            pixels.append(contentsOf: colours.pixels[start..<start + colourCount])
            pixels.append(alpha.pixels[pixel])
        }
        return Image(
            width: colours.width, height: colours.height,
            channels: colourCount == 1 ? .greyAlpha : .rgba, pixels: pixels)
    }
}

/// Gives pixels that nobody sees the colour of the nearest ones that are seen.
///
/// What lies under alpha 0 is arbitrary, often black, and an enlargement would draw it into the
/// visible edge. The picture is halved again and again, each time averaging visible colours
/// weighted by alpha; then each invisible pixel takes the colour of the finest level that has one.
enum ColourBleed {
    /// Visible pixels come back unchanged, whatever their alpha.
    ///
    /// - Parameters:
    ///   - colours: Interleaved, not multiplied by alpha.
    ///   - channels: Samples of one pixel.
    ///   - alpha: One value for each pixel.
    ///   - width: Pixels of a row.
    ///   - height: Number of rows.
    /// - Returns: The colours, interleaved as before.
    static func fill(
        _ colours: [Float], channels: Int, alpha: [Float], width: Int, height: Int
    ) -> [Float] {
        guard alpha.contains(where: { $0 <= 0 }) else { return colours }
        var level = Level(colours, channels: channels, alpha: alpha, width: width, height: height)
        var finer: [Level] = []
        while level.width > 1 || level.height > 1 {
            let half = level.halved()
            finer.append(level)
            level = half
        }
        while var next = finer.popLast() {
            next.fillHoles(from: level)
            level = next
        }
        return level.colours
    }

    private struct Level {
        var colours: [Float]
        var weights: [Float]
        let channels: Int
        let width: Int
        let height: Int

        init(_ colours: [Float], channels: Int, alpha: [Float], width: Int, height: Int) {
            self.colours = colours
            self.channels = channels
            self.width = width
            self.height = height
            weights = alpha.map { max($0, 0) }
        }

        func halved() -> Level {
            let halfWidth = (width + 1) / 2
            let halfHeight = (height + 1) / 2
            var sums = [Float](repeating: 0, count: halfWidth * halfHeight * channels)
            var total = [Float](repeating: 0, count: halfWidth * halfHeight)
            for y in 0..<height {
                for x in 0..<width {
                    let from = y * width + x
                    let to = y / 2 * halfWidth + x / 2
                    let weight = weights[from]
                    if weight == 0 { continue }
                    total[to] += weight
                    for channel in 0..<channels {
                        sums[to * channels + channel] += weight * colours[from * channels + channel]
                    }
                }
            }
            for (pixel, weight) in total.enumerated() where weight > 0 {
                for channel in 0..<channels { sums[pixel * channels + channel] /= weight }
            }
            return Level(
                sums, channels: channels, alpha: total, width: halfWidth, height: halfHeight)
        }

        mutating func fillHoles(from coarser: Level) {
            for y in 0..<height {
                for x in 0..<width where weights[y * width + x] == 0 {
                    let from = (y / 2 * coarser.width + x / 2) * channels
                    let to = (y * width + x) * channels
                    for channel in 0..<channels {
                        colours[to + channel] = coarser.colours[from + channel]
                    }
                }
            }
        }
    }
}
