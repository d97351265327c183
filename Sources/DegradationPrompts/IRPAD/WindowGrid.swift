/// The windows of a photo, and the blocks of them that the network sees at once.
///
/// Blocks overlap by what their features depend on, so the scores do not depend on how the photo is
/// parted, and a photo of any size needs the memory of one block for each thread.
struct WindowGrid: Sendable {
    /// Windows from top to bottom, and from left to right.
    let rowCount: Int
    let columnCount: Int

    /// The windows, row by row.
    let windows: [FeatureWindow]

    /// The parts of the photo that the network is run on.
    let blocks: [Block]

    struct Block: Sendable {
        /// The features that are computed.
        let features: FeatureWindow
        /// The numbers of the windows that are judged in this block.
        let windows: [Int]
    }

    /// Windows of `side` features every `stride` features of a photo of h × w features.
    ///
    /// - Parameters:
    ///   - height: h.
    ///   - width: w.
    ///   - side: Features along a side of a window.
    ///   - stride: Features from one window to the next.
    ///   - reach: Features around a feature on which it depends.
    ///   - blockSide: Windows along a side of a block.
    init(height: Int, width: Int, side: Int, stride: Int, reach: Int, blockSide: Int = 8) {
        let tops = FeatureWindow.starts(length: height, side: side, stride: stride)
        let lefts = FeatureWindow.starts(length: width, side: side, stride: stride)
        rowCount = tops.count
        columnCount = lefts.count
        windows = tops.flatMap { top in
            lefts.map { left in
                FeatureWindow(
                    rows: top..<min(top + side, height), columns: left..<min(left + side, width))
            }
        }
        // A photo of a single block is halved, so that two threads have something to do.
        let isSmall = max(tops.count, lefts.count) <= blockSide
        let blockHeight = isSmall ? (tops.count + 1) / 2 : blockSide
        var blocks: [Block] = []
        for firstRow in Swift.stride(from: 0, to: tops.count, by: blockHeight) {
            for firstColumn in Swift.stride(from: 0, to: lefts.count, by: blockSide) {
                let rows = firstRow..<min(firstRow + blockHeight, tops.count)
                let columns = firstColumn..<min(firstColumn + blockSide, lefts.count)
                let numbers = rows.flatMap { row in columns.map { row * lefts.count + $0 } }
                let (first, last) = (windows[numbers[0]], windows[numbers[numbers.count - 1]])
                let top = max(0, first.rows.lowerBound - reach)
                let left = max(0, first.columns.lowerBound - reach)
                blocks.append(
                    Block(
                        features: FeatureWindow(
                            rows: top..<min(last.rows.upperBound + reach, height),
                            columns: left..<min(last.columns.upperBound + reach, width)),
                        windows: numbers))
            }
        }
        self.blocks = blocks
    }
}
