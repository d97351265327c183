internal import Foundation

/// The values and keys of candidates on the disk: two files with a row for each.
///
/// Candidates need not fit in memory: rows are written where they belong, and read through a map.
final class CandidateStore {
    let count: Int
    let shape: PatchShape
    private let values: RowFile
    private let keys: RowFile

    /// Opens the two files, or makes them with room for every row.
    ///
    /// - Parameters:
    ///   - values: The file of values, `[count, V, V, c]` in half precision.
    ///   - keys: The file of keys, `[count, K]` in single precision.
    ///   - count: The number of candidates.
    ///   - shape: The sizes of a patch.
    /// - Throws: ``MemoryError/unwritable(file:reason:)``.
    init(values: URL, keys: URL, count: Int, shape: PatchShape) throws(MemoryError) {
        self.count = count
        self.shape = shape
        self.values = try RowFile(values, rowBytes: shape.valueSize * 2, count: count)
        self.keys = try RowFile(keys, rowBytes: shape.keySize * 4, count: count)
    }

    /// Whether both files are there with room for every row, as opening them left them.
    static func holdsRows(values: URL, keys: URL, count: Int, shape: PatchShape) -> Bool {
        func bytes(_ url: URL) -> Int? {
            let attributes = try? FileManager.default.attributesOfItem(atPath: url.path)
            return (attributes?[.size] as? NSNumber)?.intValue
        }
        return bytes(values) == count * shape.valueSize * 2
            && bytes(keys) == count * shape.keySize * 4
    }

    /// Writes some rows; they are safe after the next ``synchronize()``.
    func write(_ patches: EncodedPatches, at slot: Int) throws(MemoryError) {
        precondition(
            patches.keys.count % shape.keySize == 0
                && patches.values.count / shape.valueSize == patches.keys.count / shape.keySize,
            "\(patches.values.count) values and \(patches.keys.count) keys")
        let outcome = patches.values.withUnsafeBytes { values in
            patches.keys.withUnsafeBytes { keys in
                Result { () throws(MemoryError) in
                    try write(values: values, keys: keys, at: slot)
                }
            }
        }
        try outcome.get()
    }

    /// Writes the bytes of some rows.
    func write(
        values bytes: UnsafeRawBufferPointer, keys keyBytes: UnsafeRawBufferPointer, at slot: Int
    ) throws(MemoryError) {
        guard values.write(bytes, at: slot) else { throw .unwritable(values.url) }
        guard keys.write(keyBytes, at: slot) else { throw .unwritable(keys.url) }
    }

    /// Waits until all rows are on the disk.
    func synchronize() throws(MemoryError) {
        try values.synchronize()
        try keys.synchronize()
    }

    /// Lends all rows.
    func withRows<Result>(_ body: (SamplingCandidates) throws -> Result) throws -> Result {
        try values.withBytes { values in
            try keys.withBytes { keys in
                try body(
                    SamplingCandidates(
                        values: values, keys: keys, count: count, valueWidth: shape.valueSize,
                        keyWidth: shape.keySize))
            }
        }
    }
}

/// A file of rows of equal length.
private final class RowFile {
    let url: URL
    private let descriptor: Int32
    private let rowBytes: Int
    private let count: Int

    init(_ url: URL, rowBytes: Int, count: Int) throws(MemoryError) {
        self.url = url
        self.rowBytes = rowBytes
        self.count = count
        descriptor = open(url.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        // Only the room is set aside; it takes no space on the disk until it is written.
        guard descriptor >= 0, ftruncate(descriptor, off_t(rowBytes * count)) == 0 else {
            throw .unwritable(url)
        }
    }

    deinit { close(descriptor) }

    /// Writes rows, or leaves the reason in `errno`.
    func write(_ bytes: UnsafeRawBufferPointer, at row: Int) -> Bool {
        precondition(
            row >= 0 && row * rowBytes + bytes.count <= count * rowBytes,
            "\(bytes.count) bytes at row \(row) of \(count)")
        var done = 0
        while done < bytes.count {
            let written = pwrite(
                descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done,
                off_t(row * rowBytes + done))
            if written < 0 {
                if errno == EINTR { continue }
                return false
            }
            done += written
        }
        return true
    }

    func synchronize() throws(MemoryError) {
        guard fsync(descriptor) == 0 else { throw .unwritable(url) }
    }

    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
        let size = rowBytes * count
        guard size > 0 else { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        guard let start = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0),
            start != MAP_FAILED
        else {
            throw MemoryError.unreadable(
                file: url.lastPathComponent, reason: String(cString: strerror(errno)))
        }
        defer { munmap(start, size) }
        return try body(UnsafeRawBufferPointer(start: start, count: size))
    }
}
