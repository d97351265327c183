import Foundation
import Imaging
import TestSupport
import Testing

@testable import TextureMemory

@Suite("The choice of patches")
struct CandidateChoiceTests {
    static let shape = PatchShape(side: 4, channels: 3, keySize: 12, downsampling: 8)

    func picture(_ name: String, contents: [PatchGrid.Content], columns: Int) -> Survey.Picture {
        Survey.Picture(
            file: CorpusFile(
                name: name, url: URL(filePath: name), bytes: 1, modification: 0),
            sha256: String(repeating: name, count: 64), width: columns * 32,
            height: contents.count / columns * 32,
            signature: PictureSignature(cells: Array(repeating: 0, count: 81), aspect: 1),
            record: SourceRecord(), contents: Data(contents.map(\.rawValue)))
    }

    @Test("the grid starts in the corner and leaves out what fills no patch")
    func grid() {
        let grid = PatchGrid(width: 100, height: 70, side: 32, stride: 32)
        #expect(grid.columns == 3 && grid.rows == 2)
        #expect(grid.position(4) == PatchPosition(x: 32, y: 32))
        #expect(PatchGrid(width: 100, height: 70, side: 32, stride: 8).count == 9 * 5)
        #expect(PatchGrid(width: 31, height: 70, side: 32, stride: 32).count == 0)
    }

    @Test("the gradient energy is the mean of squared differences in levels")
    func energy() {
        var image = Image(width: 4, height: 4, channels: .grey, filledWith: 0)
        image.pixels[5] = 10.0 / 255  // column 1, row 1
        let grid = PatchGrid(width: 4, height: 4, side: 4, stride: 4)
        // Pairs (0,1)-(1,1), (1,0)-(1,1), (1,1)-(2,1), (1,1)-(1,2), over 9 places.
        let expected = 400.0 / 9
        #expect(abs(grid.gradientEnergy(image, PatchPosition(x: 0, y: 0)) - expected) < 1e-3)
        #expect(
            grid.contents(luma: image, alpha: nil, flatBelow: 44) == [.textured])
        #expect(grid.contents(luma: image, alpha: nil, flatBelow: 45) == [.flat])
    }

    @Test("a place with something transparent is not used")
    func transparent() {
        let luma = Image(width: 8, height: 4, channels: .grey, filledWith: 0.5)
        var alpha = Image(width: 8, height: 4, channels: .grey, filledWith: 1)
        alpha.pixels[6] = 0.9
        let grid = PatchGrid(width: 8, height: 4, side: 4, stride: 4)
        #expect(grid.contents(luma: luma, alpha: alpha, flatBelow: 1) == [.flat, .unusable])
    }

    @Test("the lowest few are those that sorting gives, whatever the order")
    func lowest() {
        var random = SplitMix(seed: 1)
        let values = (0..<500).map { (Int($0), UInt64.random(in: 0...60, using: &random)) }
        let expected = Set(
            values.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.prefix(77).map(\.0))
        for _ in 0..<5 {
            var few = LowestFew<Int>(77, precedes: <)
            for (value, priority) in values.shuffled(using: &random) {
                few.add(value, priority: priority)
            }
            #expect(Set(few.values) == expected)
        }
        var none = LowestFew<Int>(0, precedes: <)
        none.add(1, priority: 1)
        #expect(none.values.isEmpty)
    }

    @Test("priorities depend on picture, place, seed and purpose, and spread evenly")
    func priorities() {
        let (a, b) = (PatchPriority(seed: 1), PatchPriority(seed: 2))
        let digest = String(repeating: "ab", count: 32)
        let place = PatchPosition(x: 32, y: 64)
        let number = a.patch(place, of: a.picture(digest))
        #expect(number == a.patch(place, of: a.picture(digest)))
        #expect(number != a.patch(PatchPosition(x: 64, y: 32), of: a.picture(digest)))
        #expect(number != b.patch(place, of: b.picture(digest)))
        #expect(number != a.patch(place, of: a.picture(String(digest.reversed()))))
        #expect(number != a.patch(place, of: a.picture(digest), purpose: 1))
        var quarters = [0, 0, 0, 0]
        for x in 0..<4000 {
            let number = a.patch(PatchPosition(x: x * 8, y: 0), of: a.picture(digest))
            quarters[Int(number >> 62)] += 1
        }
        #expect(quarters.allSatisfy { (900...1100).contains($0) })
    }

    @Test("a share of the flat places takes part, and the count is met")
    func flat() {
        let pictures = ["0", "1", "2", "3"].map {
            picture(
                $0,
                contents: Array(repeating: .flat, count: 900)
                    + Array(repeating: .textured, count: 100), columns: 20)
        }
        var parameters = BuildParameters()
        parameters.initial = 100_000
        var report = BuildReport()
        let chosen = CandidateChoice.run(
            pictures, parameters, shape: Self.shape, report: &report)
        let flat = chosen.flatMap(\.positions).filter { $0.y < 45 * 32 }.count
        #expect((130...230).contains(flat))
        #expect(report.flat == 3600 - flat && report.places == 4000)
        #expect(report.candidates == 400 + flat)
        parameters.initial = 60
        #expect(
            CandidateChoice.run(pictures, parameters, shape: Self.shape, report: &report)
                .reduce(0) { $0 + $1.positions.count } == 60)
    }

    @Test("a smaller choice is part of a larger one, and other pictures do not disturb it")
    func nested() {
        let pictures = ["0", "1", "2"].map {
            picture($0, contents: Array(repeating: .textured, count: 200), columns: 20)
        }
        func places(_ pictures: [Survey.Picture], _ count: Int) -> Set<String> {
            var parameters = BuildParameters()
            parameters.initial = count
            var report = BuildReport()
            return Set(
                CandidateChoice.run(pictures, parameters, shape: Self.shape, report: &report)
                    .flatMap { chosen in
                        chosen.positions.map { "\(chosen.picture.sha256) \($0)" }
                    })
        }
        #expect(places(pictures, 50).isSubset(of: places(pictures, 120)))
        let two = places(pictures, 120).filter { !$0.hasPrefix("2") }
        #expect(two.isSubset(of: places(Array(pictures[..<2]), 120)))
    }
}
