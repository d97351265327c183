internal import Foundation
internal import Tensors

/// Writes a memory's folder, whole or not at all.
struct MemoryWriter {
    /// The memory without what follows from its keys: index and groups.
    var contents: MemoryContents
    /// The row of each entry among the rows given.
    let rows: [Int]

    static let keysTensor = "keys"
    static let valuesTensor = "values"

    /// The part of the true neighbours that an index must find; verification asks for less.
    private static let recall = 0.97

    /// Writes the folder.
    ///
    /// - Parameters:
    ///   - candidates: The rows of values and keys.
    ///   - destination: The folder's name.
    ///   - replaces: Whether a memory of this name may be replaced.
    /// - Returns: What was written.
    /// - Throws: ``MemoryError``, or what the index throws.
    func write(
        from candidates: SamplingCandidates, to destination: URL, replaces: Bool
    ) throws -> MemoryContents {
        precondition(
            rows.count == contents.entries.count && !rows.isEmpty,
            "\(rows.count) rows for \(contents.entries.count) entries")
        let folder = try AtomicFolder(destination)
        do {
            let contents = try fill(folder.temporary, candidates)
            try folder.commit(replaces: replaces)
            return contents
        } catch {
            folder.discard()
            throw error
        }
    }

    private func fill(
        _ folder: URL, _ candidates: SamplingCandidates
    ) throws -> MemoryContents {
        var contents = contents
        let shape = contents.description.shape
        let valuesFile = folder.appending(path: MemoryFiles.values)
        try writeNumbers(candidates, shape, to: valuesFile)
        let numbers = try MemoryNumbers(valuesFile, shape: shape, memory: "")
        // An index with lists looks through as many as these keys need.
        let index = try VectorIndex.build(numbers.keys).reaching(
            recall: Self.recall, over: numbers.keys, queries: numbers.keys.queriesBetween(500),
            k: MemoryVerification.recallCount)
        try index.write(to: folder.appending(path: MemoryFiles.index))
        contents.description.indexFactory = index.factory
        contents.description.indexSearch = index.probes > 1 ? "nprobe=\(index.probes)" : ""
        group(&contents, numbers.keys)
        try MemoryTableWriter.write(contents, to: folder.appending(path: MemoryFiles.table))
        try DurableFile.write(
            Data(Attribution(contents).text.utf8),
            to: folder.appending(path: MemoryFiles.attribution))
        let manifest = MemoryManifest(
            formatVersion: MemoryManifest.currentVersion, kind: MemoryManifest.kind,
            entries: rows.count, shape: shape, fingerprint: contents.description.fingerprint,
            files: try MemoryFiles.all.map { try MemoryFiles.describe($0, in: folder) })
        try DurableFile.write(
            manifest.encoded(), to: folder.appending(path: MemoryManifest.fileName))
        return contents
    }

    private func writeNumbers(
        _ candidates: SamplingCandidates, _ shape: PatchShape, to url: URL
    ) throws {
        let stream = try SafetensorsStream(
            url,
            parts: [
                .init(name: Self.keysTensor, type: "F32", shape: [rows.count, shape.keySize]),
                .init(
                    name: Self.valuesTensor, type: "F16",
                    shape: [rows.count, shape.side, shape.side, shape.channels]),
            ])
        for (bytes, size) in [
            (candidates.keys, shape.keySize * 4), (candidates.values, shape.valueSize * 2),
        ] {
            for row in rows {
                try stream.append(
                    UnsafeRawBufferPointer(rebasing: bytes[row * size..<(row + 1) * size]))
            }
        }
        try stream.finish()
    }

    private func group(_ contents: inout MemoryContents, _ keys: KeyRows) {
        let groups = TextureClusters.suitableCount(for: keys.count)
        let assigned = keys.withUnsafeFloats {
            TextureClusters.groups(of: Array($0), width: keys.dimension, groups: groups)
        }
        contents.description.clusters = groups
        contents.entries = zip(contents.entries, assigned).map { entry, group in
            MemoryEntry(
                id: entry.id, source: entry.source, position: entry.position, side: entry.side,
                tags: entry.tags, cluster: group, squaredDistance: entry.squaredDistance)
        }
    }
}
