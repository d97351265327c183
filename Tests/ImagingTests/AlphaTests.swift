import Imaging
import Testing

struct AlphaTests {
    @Test("transparent pixels take the colour of their visible neighbours")
    func holes() {
        // One visible pixel of colour (0.2, 0.4, 0.6) in a black, transparent image.
        var image = Image(width: 9, height: 6, channels: .rgba, filledWith: 0)
        let visible = image.index(x: 7, y: 2)
        image.pixels.replaceSubrange(visible..<visible + 4, with: [0.2, 0.4, 0.6, 1])
        let (colour, alpha) = image.separatingAlpha()
        #expect(colour.channels == .rgb)
        for pixel in stride(from: 0, to: colour.pixels.count, by: 3) {
            #expect(colour.pixels[pixel..<pixel + 3] == [0.2, 0.4, 0.6])
        }
        #expect(alpha?.pixels.reduce(0, +) == 1)
    }

    @Test("holes take what is near, not what is far")
    func nearness() {
        var image = Image(width: 16, height: 1, channels: .greyAlpha, filledWith: 0)
        for x in 0..<16 where x < 4 || x >= 12 {
            image.pixels[x * 2] = x < 4 ? 0.25 : 0.75
            image.pixels[x * 2 + 1] = 1
        }
        let colour = image.separatingAlpha().colour.pixels
        #expect(
            colour[0..<4].allSatisfy { $0 == 0.25 } && colour[12..<16].allSatisfy { $0 == 0.75 })
        #expect(colour[4] == 0.25 && colour[11] == 0.75)
    }

    @Test("visible pixels keep their colour, however faint")
    func visible() {
        var image = Image.numbered(width: 8, height: 8, channels: .greyAlpha)
        for pixel in 0..<64 { image.pixels[pixel * 2 + 1] = pixel % 3 == 0 ? 0 : 0.01 }
        let colour = image.separatingAlpha().colour
        for pixel in 0..<64 where pixel % 3 != 0 {
            #expect(colour.pixels[pixel] == image.pixels[pixel * 2])
        }
    }

    @Test("an image that is wholly transparent keeps its colours")
    func whollyTransparent() {
        var image = Image.numbered(width: 5, height: 3, channels: .greyAlpha)
        for pixel in 0..<15 { image.pixels[pixel * 2 + 1] = 0 }
        let (colour, alpha) = image.separatingAlpha()
        #expect(alpha.map { colour.addingAlpha($0) } == image)
    }

    @Test("separating and adding alpha gives the image back", arguments: Image.Channels.allCases)
    func joining(channels: Image.Channels) {
        let image = Image.numbered(width: 7, height: 3, channels: channels).brightened()
        let (colour, alpha) = image.separatingAlpha()
        #expect((alpha == nil) == !channels.hasAlpha)
        #expect((alpha.map { colour.addingAlpha($0) } ?? colour) == image)
    }

    @Test("flattening mixes with the ground")
    func flattening() {
        let image = Image(width: 1, height: 1, channels: .greyAlpha, pixels: [0.2, 0.25])
        #expect(abs(image.flattened(over: 1).pixels[0] - 0.8) < 1e-6)
    }
}

extension Image {
    /// Without zeros, so that no pixel is transparent.
    fileprivate func brightened() -> Image {
        var result = self
        for i in pixels.indices { result.pixels[i] = 0.5 + pixels[i] / 2 }
        return result
    }
}
