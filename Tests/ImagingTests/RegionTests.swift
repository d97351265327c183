import Imaging
import Testing

struct RegionTests {
    /// Image width and height, region size, overlap, multiple.
    static let layouts: [[Int]] = [
        [100, 80, 32, 8, 1], [100, 80, 32, 0, 1], [33, 32, 32, 16, 1], [32, 32, 32, 8, 1],
        [7, 200, 64, 16, 8], [1000, 3, 64, 60, 1], [129, 257, 64, 16, 16], [31, 17, 8, 7, 1],
    ]

    static func grid(_ layout: [Int]) -> RegionGrid {
        RegionGrid(
            width: layout[0], height: layout[1], regionSize: layout[2], overlap: layout[3],
            multiple: layout[4])
    }

    @Test("regions cover the image, overlap as asked and keep to the multiple", arguments: layouts)
    func covering(layout: [Int]) {
        let grid = Self.grid(layout)
        let (size, overlap, multiple) = (layout[2], layout[3], layout[4])
        for (ranges, length) in [(grid.columnRanges, layout[0]), (grid.rowRanges, layout[1])] {
            #expect(ranges.first?.lowerBound == 0 && ranges.last?.upperBound == length)
            #expect(ranges.allSatisfy { $0.count == min(size, length) })
            #expect(ranges.dropLast().allSatisfy { $0.lowerBound % multiple == 0 })
            for (range, next) in zip(ranges, ranges.dropFirst()) {
                #expect(range.lowerBound < next.lowerBound)
                #expect(range.upperBound - next.lowerBound >= overlap)
            }
        }
        #expect(grid.regions.count == grid.count)
    }

    @Test("regions are spread evenly: no narrow rest")
    func evenness() {
        let grid = RegionGrid(width: 101, height: 10, regionSize: 40, overlap: 4)
        #expect(grid.columnRanges == [0..<40, 30..<70, 61..<101])
    }

    @Test("blend weights sum to one and fall towards shared ends", arguments: layouts)
    func weights(layout: [Int]) {
        let ranges = Self.grid(layout).columnRanges
        let window = BlendWindow(ranges: ranges)
        var sums = [Float](repeating: 0, count: layout[0])
        for (range, weights) in zip(ranges, window.weights) {
            #expect(weights.allSatisfy { $0 > 0 && $0 <= 1 })
            for (position, weight) in zip(range, weights) { sums[position] += weight }
        }
        #expect(sums.allSatisfy { abs($0 - 1) < 1e-6 })
    }

    @Test("between two regions the weights follow a squared sine")
    func squaredSine() {
        let window = BlendWindow(ranges: [0..<6, 2..<8])
        // sin²(π/16), sin²(3π/16), …
        let rise: [Float] = [0.0380602, 0.3086583, 0.6913417, 0.9619398]
        for (found, expected) in zip(window.weights[1], rise) {
            #expect(abs(found - expected) < 1e-6)
        }
        #expect(window.weights[1][4...] == [1, 1])
        #expect(window.weights[0][..<2] == [1, 1])
    }

    @Test("an image taken apart and blended again is the image", arguments: layouts, [1, 2])
    func blending(layout: [Int], scale: Int) {
        let grid = Self.grid(layout).scaled(by: scale)
        let image = Image.numbered(width: grid.width, height: grid.height, channels: .rgb)
        var accumulator = RegionAccumulator(grid: grid, channels: .rgb)
        var rows: [Float] = []
        for region in grid.regions {
            if let finished = accumulator.add(image.cropped(to: region)) {
                #expect(finished.width == grid.width)
                rows.append(contentsOf: finished.pixels)
            }
        }
        #expect(accumulator.isComplete)
        #expect(rows.count == image.pixels.count)
        #expect(zip(rows, image.pixels).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test("finished rows leave as soon as no region can touch them")
    func boundedMemory() {
        let grid = RegionGrid(width: 20, height: 100, regionSize: 20, overlap: 4)
        var accumulator = RegionAccumulator(grid: grid, channels: .grey)
        var heights: [Int] = []
        for region in grid.regions {
            let pixels = Image(
                width: region.columns.count, height: region.rows.count, channels: .grey,
                filledWith: 0.5)
            heights.append(accumulator.add(pixels)?.height ?? 0)
        }
        #expect(heights.reduce(0, +) == 100)
        #expect(heights.allSatisfy { $0 > 0 && $0 <= 20 })
    }
}
