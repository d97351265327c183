internal import CKernels

/// Reads rows in single precision, one at a time for each worker.
final class RowReader: @unchecked Sendable {
    // Unchecked: every worker writes to a buffer of its own.

    private let candidates: SamplingCandidates
    private let width: Int
    private let buffers: UnsafeMutablePointer<Float>

    init(_ candidates: SamplingCandidates, workers: Int) {
        self.candidates = candidates
        width = candidates.valueWidth + candidates.keyWidth
        buffers = .allocate(capacity: max(1, workers * width))
    }

    deinit { buffers.deallocate() }

    /// A row's value, then its key; valid until the worker's next call.
    func read(_ row: Int, worker: Int) -> UnsafePointer<Float> {
        read(row, columns: 0..<width, worker: worker)
    }

    /// Some columns of a row.
    func read(_ row: Int, columns: Range<Int>, worker: Int) -> UnsafePointer<Float> {
        let target = buffers + worker * width
        let (valueWidth, keyWidth) = (candidates.valueWidth, candidates.keyWidth)
        let values = columns.clamped(to: 0..<valueWidth)
        if let start = candidates.values.baseAddress, !values.isEmpty {
            ps_from_half(start + 2 * (row * valueWidth + values.lowerBound), target, values.count)
        }
        let keys = columns.clamped(to: valueWidth..<valueWidth + keyWidth)
        if let start = candidates.keys.baseAddress, !keys.isEmpty {
            let column = keys.lowerBound - valueWidth
            UnsafeMutableRawPointer(target + (keys.lowerBound - columns.lowerBound)).copyMemory(
                from: start + 4 * (row * keyWidth + column), byteCount: 4 * keys.count)
        }
        return UnsafePointer(target)
    }
}

/// Rows in blocks that are large enough to be worth a thread's while.
struct RowBlocks {
    let count: Int
    private let blockSize = 64

    var blockCount: Int { (count + blockSize - 1) / blockSize }

    subscript(block: Int) -> Range<Int> {
        block * blockSize..<min(count, (block + 1) * blockSize)
    }
}
