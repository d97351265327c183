import Imaging
import TestSupport
import Testing

@Suite("Back-projection")
struct BackProjectionTests {
    private func grain(_ width: Int, _ height: Int, seed: UInt64) -> Image {
        var random = SplitMix(seed: seed)
        return Image(
            width: width, height: height, channels: .rgb,
            pixels: random.floats(width * height * 3, in: 0.2...0.8))
    }

    /// Root mean square of the difference of two images.
    private func distance(_ a: Image, _ b: Image) -> Float {
        let squares = zip(a.pixels, b.pixels).map { ($0 - $1) * ($0 - $1) }
        return (squares.reduce(0, +) / Float(squares.count)).squareRoot()
    }

    private func corrected(_ picture: Image, to photo: Image, share: Float) -> Image {
        var result = picture
        result.backProject(to: photo, share: share)
        return result
    }

    @Test("at the photo's size all of it is the photo, and nothing of it changes nothing")
    func sameSize() {
        let (photo, picture) = (grain(24, 17, seed: 1), grain(24, 17, seed: 2))
        #expect(distance(corrected(picture, to: photo, share: 1), photo) < 1e-6)
        #expect(corrected(picture, to: photo, share: 0) == picture)
    }

    @Test("an enlarged picture comes nearer to the photo when it is reduced", arguments: [2, 3, 4])
    func enlarged(scale: Int) {
        let (photo, picture) = (grain(24, 16, seed: 1), grain(24 * scale, 16 * scale, seed: 2))
        let result = corrected(picture, to: photo, share: 1)
        func left(_ image: Image) -> Float {
            distance(image.resized(width: photo.width, height: photo.height), photo)
        }
        #expect(left(result) < 0.5 * left(picture))
        #expect(distance(result, picture) > 0)
    }
}
