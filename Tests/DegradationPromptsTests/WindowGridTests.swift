import Testing

@testable import DegradationPrompts

@Suite("Windows of a photo")
struct WindowGridTests {
    @Test("they cover the photo, and the last ones end at its border")
    func cover() {
        for (height, width) in [(1, 1), (16, 16), (17, 40), (100, 33), (200, 15)] {
            let grid = WindowGrid(height: height, width: width, side: 16, stride: 8, reach: 6)
            #expect(grid.windows.count == grid.rowCount * grid.columnCount)
            for length in 0..<height {
                #expect(grid.windows.contains { $0.rows.contains(length) })
            }
            #expect(grid.windows.last?.rows.upperBound == height)
            #expect(grid.windows.last?.columns.upperBound == width)
            #expect(grid.windows.allSatisfy { $0.rows.count == min(16, height) })
        }
    }

    @Test("each window is judged in one block, which holds what it depends on")
    func blocks() {
        let grid = WindowGrid(
            height: 90, width: 130, side: 16, stride: 8, reach: 6, blockSide: 4)
        #expect(grid.blocks.flatMap(\.windows).sorted() == Array(grid.windows.indices))
        #expect(grid.blocks.count > 4)
        for block in grid.blocks {
            for number in block.windows {
                let window = grid.windows[number]
                #expect(block.features.rows.contains(max(0, window.rows.lowerBound - 6)))
                #expect(block.features.rows.contains(min(89, window.rows.upperBound + 5)))
                #expect(block.features.columns.contains(max(0, window.columns.lowerBound - 6)))
                #expect(block.features.columns.contains(min(129, window.columns.upperBound + 5)))
            }
        }
    }
}
