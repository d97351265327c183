public import Foundation

/// A texture memory on disk: keys to search by, values to use, and where each came from.
///
/// The folder is mapped, not copied; opening costs the same for two thousand entries as for two
/// million. It is never written to: ``MemoryBuilder`` and ``MemoryEditor`` put a new folder into its
/// place, and what is open stays what it was.
///
/// ```swift
/// let memory = try TextureMemory(folder, expecting: encoder.fingerprint)
/// let neighbours = try memory.neighbours(of: keys, count: 8)
/// ```
public struct TextureMemory: Sendable {
    /// Where the memory lies.
    public let url: URL

    /// What holds for the memory as a whole.
    public let description: MemoryDescription

    /// The number of entries.
    public let count: Int

    /// The index over the keys.
    public let index: VectorIndex

    let manifest: MemoryManifest
    let numbers: MemoryNumbers
    let table: MemoryTable

    /// The folder's name.
    public var name: String { url.lastPathComponent }

    /// Opens a memory for reading.
    ///
    /// The manifest is compared with the sizes and a sample of the pages of every file, and the
    /// files with each other; ``MemoryVerification`` looks at every byte.
    ///
    /// - Parameters:
    ///   - folder: The folder that ``MemoryBuilder`` wrote.
    ///   - fingerprint: The networks whose queries this memory will answer; nil when there will be
    ///     none.
    /// - Throws: ``MemoryError/notAMemory(folder:reason:)``,
    ///   ``MemoryError/otherEncoder(memory:expected:found:)`` when the keys were made with other
    ///   weights, ``MemoryError/madeByNewerVersion(memory:version:newestKnown:)``,
    ///   ``MemoryError/missingFile(memory:file:)``, ``MemoryError/damaged(memory:file:reason:)`` or
    ///   ``MemoryError/otherFile(memory:file:)``.
    public init(_ folder: URL, expecting fingerprint: EncoderFingerprint?) throws(MemoryError) {
        let url = folder.standardizedFileURL
        var attempts = 0
        while true {
            // While files are opened one by one, the folder may be replaced: then once more.
            let before = Self.identity(of: url)
            do {
                try self.init(once: url, expecting: fingerprint)
                return
            } catch {
                attempts += 1
                if attempts == 10 || Self.identity(of: url) == before { throw error }
            }
        }
    }

    /// What tells one folder from another that took its name.
    private static func identity(of folder: URL) -> [Int]? {
        var status = stat()
        guard stat(folder.path, &status) == 0 else { return nil }
        // Numbers of files that are gone are used again, so the time of renaming belongs to it.
        return [Int(status.st_ino), status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
    }

    private init(once url: URL, expecting fingerprint: EncoderFingerprint?) throws(MemoryError) {
        let name = url.lastPathComponent
        let manifest = try MemoryManifest.read(url)
        if let fingerprint, fingerprint != manifest.fingerprint {
            throw .otherEncoder(memory: name, expected: fingerprint, found: manifest.fingerprint)
        }
        for file in manifest.files { try Self.compare(file, in: url, memory: name) }
        let table = try MemoryTable(url.appending(path: MemoryFiles.table), memory: name)
        let description = try table.description()
        let numbers = try MemoryNumbers(
            url.appending(path: MemoryFiles.values), shape: manifest.shape, memory: name)
        let count = try table.count()
        guard description.shape == manifest.shape, description.fingerprint == manifest.fingerprint,
            count == manifest.entries
        else { throw .otherFile(memory: name, file: MemoryFiles.table) }
        guard numbers.count == count else {
            throw .otherFile(memory: name, file: MemoryFiles.values)
        }
        let index = try Self.openIndex(url, numbers.keys, description, memory: name)
        guard index.count == count else { throw .otherFile(memory: name, file: MemoryFiles.index) }
        self.url = url
        self.manifest = manifest
        self.table = table
        self.description = description
        self.numbers = numbers
        self.index = index
        self.count = count
    }

    /// The size of all its files in bytes.
    public var byteCount: Int { manifest.files.reduce(0) { $0 + $1.bytes } }

    /// The entries most similar to some keys.
    ///
    /// - Parameters:
    ///   - keys: `[N, K]`, each of length 1.
    ///   - count: How many entries are wanted for each, at least 1.
    ///   - threads: The threads to use, at least 1. They change nothing in the result.
    /// - Returns: For each key `count` neighbours, or as many as there are entries: the most similar
    ///   first, lower numbers first among equals.
    /// - Throws: ``VectorIndexError``.
    public func neighbours(
        of keys: [Float], count: Int, threads: Int = 1
    ) throws(VectorIndexError) -> [[Neighbour]] {
        try index.search(
            KeyRows(keys, dimension: description.shape.keySize), k: count, threads: threads)
    }

    /// The values of some entries.
    ///
    /// - Parameter entries: Numbers of entries, each from 0 to ``count`` - 1.
    /// - Returns: `[entries, V, V, c]`.
    public func values(of entries: [Int]) -> [Float] { numbers.values(of: entries) }

    /// The key of an entry.
    ///
    /// - Parameter entry: The entry's number, from 0 to ``count`` - 1.
    /// - Returns: K numbers.
    public func key(of entry: Int) -> [Float] {
        precondition((0..<count).contains(entry), "entry \(entry) of \(count)")
        let size = description.shape.keySize
        return numbers.keys.withUnsafeFloats { Array($0[entry * size..<(entry + 1) * size]) }
    }

    /// What the table says about an entry.
    ///
    /// - Parameter index: The entry's number, from 0 to ``count`` - 1.
    /// - Returns: The entry.
    /// - Throws: ``MemoryError/damaged(memory:file:reason:)``.
    public func entry(at index: Int) throws(MemoryError) -> MemoryEntry {
        try table.entry(at: index)
    }

    /// Every entry, in order.
    ///
    /// - Returns: As many entries as ``count``.
    /// - Throws: ``MemoryError/damaged(memory:file:reason:)``.
    public func entries() throws(MemoryError) -> [MemoryEntry] { try table.entries() }

    /// What the table says about a picture that entries were cut from.
    ///
    /// - Parameter index: The picture's number, as in ``MemoryEntry/source``.
    /// - Returns: The picture.
    /// - Throws: ``MemoryError/damaged(memory:file:reason:)``.
    public func source(at index: Int) throws(MemoryError) -> MemorySource {
        try table.source(at: index)
    }

    /// Every picture, in order.
    ///
    /// - Returns: The pictures.
    /// - Throws: ``MemoryError/damaged(memory:file:reason:)``.
    public func sources() throws(MemoryError) -> [MemorySource] { try table.sources() }

    /// The entries that have words among their tags.
    ///
    /// - Parameter words: Words, or their beginnings, all of which must be there.
    /// - Returns: Numbers of entries, ascending.
    /// - Throws: ``MemoryError/damaged(memory:file:reason:)``.
    public func entries(tagged words: [String]) throws(MemoryError) -> [Int] {
        try table.entries(tagged: words)
    }

    /// The text to publish with the memory: its pictures by licence and author.
    ///
    /// - Returns: Markdown.
    /// - Throws: ``MemoryError/damaged(memory:file:reason:)``.
    public func attribution() throws(MemoryError) -> String { Attribution(try contents()).text }

    /// Everything that the table holds.
    func contents() throws(MemoryError) -> MemoryContents {
        let contents = MemoryContents(
            description: description, sources: try sources(), entries: try entries())
        guard contents.entries.allSatisfy({ contents.sources.indices.contains($0.source) }) else {
            throw .damaged(
                memory: name, file: MemoryFiles.table, reason: "an entry names no source")
        }
        return contents
    }

    /// Compares a file with what the manifest says, without reading all of it.
    private static func compare(
        _ file: MemoryManifest.File, in folder: URL, memory: String
    ) throws(MemoryError) {
        let url = folder.appending(path: file.name)
        guard access(url.path, F_OK) == 0 else {
            throw .missingFile(memory: memory, file: file.name)
        }
        guard let data = try? Data(contentsOf: url, options: .alwaysMapped) else {
            throw .unreadable(file: file.name, reason: "the system refuses")
        }
        guard data.count == file.bytes else {
            throw data.count < file.bytes
                ? .damaged(
                    memory: memory, file: file.name,
                    reason: "it has \(data.count) bytes, not \(file.bytes)")
                : .otherFile(memory: memory, file: file.name)
        }
        guard FileProbe.digest(data) == file.probe else {
            throw .otherFile(memory: memory, file: file.name)
        }
    }

    private static func openIndex(
        _ folder: URL, _ keys: KeyRows, _ description: MemoryDescription, memory: String
    ) throws(MemoryError) -> VectorIndex {
        let probes = description.indexSearch.split(separator: "=").last.flatMap { Int($0) }
        do {
            return try VectorIndex.open(
                folder.appending(path: MemoryFiles.index), keys: keys, probes: probes)
        } catch .mismatch {
            throw .otherFile(memory: memory, file: MemoryFiles.index)
        } catch {
            throw .damaged(memory: memory, file: MemoryFiles.index, reason: error.description)
        }
    }
}
