import Imaging
import TestSupport
import Testing

@Suite("Gradient energy")
struct GradientEnergyTests {
    @Test("four grey pixels, by hand")
    func byHand() {
        // Differences: 1 and 3 to the right, 2 and 4 downwards.
        let image = Image(width: 2, height: 2, channels: .grey, pixels: [0, 1, 2, 5])
        #expect(image.gradientEnergy() == Double(1 + 9 + 4 + 16) / 4)
    }

    @Test("alpha does not count, flat pictures and single pixels have none")
    func edges() {
        let image = Image(
            width: 2, height: 1, channels: .rgba, pixels: [0, 0, 0, 0, 1, 0, 0.5, 1])
        #expect(image.gradientEnergy() == 1.25 / 3)
        #expect(
            Image(width: 9, height: 7, channels: .rgb, filledWith: 0.3).gradientEnergy() == 0)
        #expect(Image(width: 1, height: 1, channels: .rgb, filledWith: 1).gradientEnergy() == 0)
    }

    @Test("half the contrast has a quarter of the energy")
    func contrast() {
        let image = TestPicture.waves(width: 31, height: 22)
        var half = image
        for index in half.pixels.indices { half.pixels[index] /= 2 }
        #expect(abs(half.gradientEnergy() / image.gradientEnergy() - 0.25) < 1e-6)
    }
}
