/// Memory for tensors, kept for reuse when they go.
///
/// A network asks for buffers of the same few sizes again and again. Getting them back while they
/// are still in cache is faster than asking the system, and what was asked of the system in all
/// is the peak memory. A workspace belongs to one ``ComputeContext`` and to one thread at a time.
public final class Workspace {
    /// Bytes of tensors that are alive.
    public private(set) var usedBytes = 0

    /// Bytes asked of the system and not given back: alive and waiting for reuse.
    public private(set) var reservedBytes = 0

    /// The largest value that ``reservedBytes`` has had.
    public private(set) var peakBytes = 0

    private var free: [Block] = []

    /// One piece of memory.
    struct Block {
        let address: UnsafeMutableRawPointer
        let byteCount: Int
    }

    /// Every block starts at a multiple of this: a cache line, and the width of a vector.
    static let alignment = 64

    init() {}

    deinit {
        for block in free { block.address.deallocate() }
    }

    /// Gives back to the system what waits for reuse.
    public func trim() {
        for block in free {
            block.address.deallocate()
            reservedBytes -= block.byteCount
        }
        free.removeAll()
    }

    /// A block of at least `byteCount` bytes with any content.
    func take(_ byteCount: Int) -> Block {
        // The smallest block that fits and is not twice too large; among equals the one returned
        // last, because it is the one in cache.
        var best: Int?
        for index in free.indices.reversed() {
            let size = free[index].byteCount
            guard size >= byteCount, size <= 2 * byteCount + 4096 else { continue }
            if let found = best, free[found].byteCount <= size { continue }
            best = index
        }
        let block: Block
        if let best {
            block = free.remove(at: best)
        } else {
            let size = max(byteCount + Self.alignment - 1, Self.alignment) & -Self.alignment
            block = Block(
                address: .allocate(byteCount: size, alignment: Self.alignment), byteCount: size)
            reservedBytes += size
            peakBytes = max(peakBytes, reservedBytes)
        }
        usedBytes += block.byteCount
        return block
    }

    func giveBack(_ block: Block) {
        usedBytes -= block.byteCount
        free.append(block)
    }
}
