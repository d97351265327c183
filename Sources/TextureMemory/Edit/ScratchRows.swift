internal import Foundation

/// Rows that are put together on the disk for one piece of work, and gone after it.
final class ScratchRows {
    private let folder: URL
    private let lock: FolderLock
    let store: CandidateStore
    private var next = 0

    /// Makes a folder beside a memory, with room for some rows.
    ///
    /// - Parameters:
    ///   - destination: The memory.
    ///   - count: The number of rows.
    ///   - shape: The sizes of a patch.
    /// - Throws: ``MemoryError``.
    init(beside destination: URL, count: Int, shape: PatchShape) throws {
        let place = destination.standardizedFileURL
        folder = place.deletingLastPathComponent()
            .appending(path: ".\(place.lastPathComponent).rows")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        lock = try FolderLock(folder, name: place.lastPathComponent)
        let files = [WorkFolder.valuesFile, WorkFolder.keysFile].map { [folder] name in
            folder.appending(path: name)
        }
        // What a process left that was killed.
        for file in files { try? FileManager.default.removeItem(at: file) }
        store = try CandidateStore(values: files[0], keys: files[1], count: count, shape: shape)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Adds all rows, or some of them.
    func append(_ rows: SamplingCandidates, _ chosen: [Int]? = nil) throws {
        for row in chosen ?? Array(0..<rows.count) {
            try store.write(row: row, of: rows, at: next)
            next += 1
        }
    }
}

extension CandidateStore {
    /// Copies a row.
    func write(row: Int, of rows: SamplingCandidates, at slot: Int) throws(MemoryError) {
        let (values, keys) = (shape.valueSize * 2, shape.keySize * 4)
        try write(
            values: UnsafeRawBufferPointer(
                rebasing: rows.values[row * values..<(row + 1) * values]),
            keys: UnsafeRawBufferPointer(rebasing: rows.keys[row * keys..<(row + 1) * keys]),
            at: slot)
    }
}
