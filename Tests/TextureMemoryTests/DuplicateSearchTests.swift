import Imaging
import TestSupport
import Testing

@testable import TextureMemory

@Suite("Copies of pictures")
struct DuplicateSearchTests {
    func signature(_ image: Image) -> PictureSignature { PictureSignature(luma: image.luma()) }

    @Test("bits tell where it gets darker, to the right and downwards")
    func byHand() {
        var cells = [UInt8](repeating: 100, count: 81)
        #expect(PictureSignature(cells: cells, aspect: 1).bits == [0, 0, 0])
        cells[0] = 102
        // Cell 0 is brighter than its right neighbour (bit 0) and its lower one (bit 72).
        let lit = PictureSignature(cells: cells, aspect: 1)
        #expect(lit.bits == [1, 1 << 8, 0])
        #expect(lit.distance(to: PictureSignature(cells: cells.map { $0 + 1 }, aspect: 1)) == 0)
        cells[0] = 101
        #expect(PictureSignature(cells: cells, aspect: 1).bits == [0, 0, 0])
    }

    @Test("a picture resized, darkened or saved as JPEG is a copy, and another picture is not")
    func copies() throws {
        for seed in 0..<12 as Range<UInt64> {
            let image = TestTexture.noise(width: 300, height: 220, seed: seed)
            let original = signature(image)
            #expect(original.isCopy(of: signature(image.resized(width: 150, height: 110))))
            let jpeg = try ImageFile.encode(
                image, as: .jpeg, options: EncodingOptions(quality: 60))
            #expect(original.isCopy(of: signature(try ImageFile.decode(jpeg, name: "a").image)))
            var dark = image
            for i in dark.pixels.indices { dark.pixels[i] *= 0.97 }
            #expect(original.isCopy(of: signature(dark)))
            let other = TestTexture.noise(width: 300, height: 220, seed: seed + 100)
            #expect(!original.isCopy(of: signature(other)))
            #expect(
                !original.isCopy(of: signature(image.cropped(x: 0, y: 0, width: 300, height: 150))))
        }
    }

    @Test("two plain surfaces of different brightness are not copies")
    func plain() {
        let light = Image(width: 50, height: 50, channels: .rgb, filledWith: 0.8)
        let dark = Image(width: 50, height: 50, channels: .rgb, filledWith: 0.3)
        #expect(signature(light).distance(to: signature(dark)) == 0)
        #expect(!signature(light).isCopy(of: signature(dark)))
    }

    @Test("the largest stays, then the lower digest, in whatever order they come")
    func survivor() {
        let image = TestTexture.noise(width: 90, height: 90, seed: 3)
        let base = signature(image)
        let other = signature(TestTexture.noise(width: 90, height: 90, seed: 4))
        let items = [
            DuplicateSearch.Item(sha256: "c", area: 100, signature: base),
            DuplicateSearch.Item(sha256: "a", area: 90, signature: base),
            DuplicateSearch.Item(sha256: "b", area: 100, signature: base),
            DuplicateSearch.Item(sha256: "d", area: 10, signature: other),
        ]
        #expect(DuplicateSearch.originals(items) == [2, 2, nil, nil])
        var random = SplitMix(seed: 5)
        for _ in 0..<20 {
            let mixed = items.shuffled(using: &random)
            let kept = zip(mixed, DuplicateSearch.originals(mixed)).filter { $1 == nil }
                .map(\.0.sha256).sorted()
            #expect(kept == ["b", "d"])
        }
    }

    @Test("the search in pieces finds what comparing every pair finds")
    func exhaustive() {
        var random = SplitMix(seed: 6)
        var items: [DuplicateSearch.Item] = []
        for number in 0..<200 {
            var cells = (0..<81).map { _ in UInt8.random(in: 0...255, using: &random) }
            if number % 2 == 1 {
                // A neighbour of an earlier one, with some cells changed.
                cells = items[number / 3].signature.cells
                for _ in 0..<Int.random(in: 0...3, using: &random) {
                    cells[Int.random(in: 0..<81, using: &random)] =
                        .random(in: 0...255, using: &random)
                }
            }
            items.append(
                DuplicateSearch.Item(
                    sha256: String(10_000 + number),
                    area: Int.random(in: 1...5, using: &random),
                    signature: PictureSignature(cells: cells, aspect: 1)))
        }
        let order = items.indices.sorted {
            (-items[$0].area, items[$0].sha256) < (-items[$1].area, items[$1].sha256)
        }
        var kept: [Int] = []
        for index in order
        where !kept.contains(where: { items[index].signature.isCopy(of: items[$0].signature) }) {
            kept.append(index)
        }
        let found = DuplicateSearch.originals(items)
        #expect(found.indices.filter { found[$0] == nil } == kept.sorted())
        #expect(kept.count < 180 && kept.count > 90)
    }
}
