internal import Foundation
internal import ModelStore

/// What a memory's folder holds, as its `manifest.json` says.
///
/// The format is described in `Documentation/TextureMemory.md`.
struct MemoryManifest: Codable, Equatable, Sendable {
    /// A file of the memory.
    struct File: Codable, Equatable, Sendable {
        let name: String
        let bytes: Int
        /// 64 lower-case hexadecimal digits.
        let sha256: String
        /// The ``FileProbe`` of the file, which is fast to compare whatever the file's size.
        let probe: String
    }

    /// The format that this code writes.
    static let currentVersion = 1
    static let fileName = "manifest.json"
    static let kind = "texture-memory"

    let formatVersion: Int
    let kind: String
    let entries: Int
    let shape: PatchShape
    let fingerprint: EncoderFingerprint
    let files: [File]

    enum CodingKeys: String, CodingKey {
        case formatVersion = "format_version"
        case kind, entries, shape, fingerprint, files
    }

    /// Reads the manifest of a folder.
    ///
    /// - Throws: ``MemoryError/notAMemory(folder:reason:)``,
    ///   ``MemoryError/madeByNewerVersion(memory:version:newestKnown:)`` or
    ///   ``MemoryError/damaged(memory:file:reason:)``.
    static func read(_ folder: URL) throws(MemoryError) -> MemoryManifest {
        struct Head: Decodable {
            let format_version: Int
            let kind: String
        }
        let name = folder.lastPathComponent
        guard let data = try? Data(contentsOf: folder.appending(path: fileName)) else {
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(
                atPath: folder.path, isDirectory: &isFolder)
            throw .notAMemory(
                folder: name,
                reason: !exists
                    ? "there is no such folder"
                    : isFolder.boolValue ? "it has no \(fileName)" : "it is a file")
        }
        let decoder = JSONDecoder()
        guard let head = try? decoder.decode(Head.self, from: data) else {
            if (try? JSONSerialization.jsonObject(with: data)) == nil {
                throw .damaged(memory: name, file: fileName, reason: "it is not JSON")
            }
            throw .notAMemory(folder: name, reason: "its \(fileName) is about something else")
        }
        guard head.kind == kind else {
            throw .notAMemory(folder: name, reason: "its \(fileName) describes a '\(head.kind)'")
        }
        guard head.format_version <= currentVersion else {
            throw .madeByNewerVersion(
                memory: name, version: head.format_version, newestKnown: currentVersion)
        }
        guard let manifest = try? decoder.decode(MemoryManifest.self, from: data) else {
            throw .damaged(memory: name, file: fileName, reason: "a key is missing or wrong")
        }
        if let problem = manifest.problem {
            throw .damaged(memory: name, file: fileName, reason: problem)
        }
        return manifest
    }

    /// The first contradiction inside, or nil.
    private var problem: String? {
        if formatVersion < 1 { return "format_version is \(formatVersion)" }
        if entries < 1 { return "it has \(entries) entries" }
        let sizes = [shape.side, shape.channels, shape.keySize, shape.downsampling]
        guard sizes.allSatisfy({ (1...65_536).contains($0) }) else {
            return "its shape is \(sizes)"
        }
        if Set(files.map(\.name)) != Set(MemoryFiles.all) || files.count != MemoryFiles.all.count {
            return "it lists \(files.map(\.name).joined(separator: ", "))"
        }
        if files.contains(where: { $0.bytes < 0 }) { return "a file has a negative size" }
        return nil
    }

    func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data("\n".utf8)
    }
}

/// The files of a memory beside its manifest.
enum MemoryFiles {
    static let table = "memory.sqlite"
    static let index = "keys.faiss"
    static let values = "values.safetensors"
    static let attribution = "ATTRIBUTION.md"

    static let all = [attribution, index, table, values]

    /// What `manifest.json` says about a file that is there.
    static func describe(_ name: String, in folder: URL) throws(MemoryError) -> MemoryManifest.File
    {
        guard
            let data = try? Data(
                contentsOf: folder.appending(path: name), options: .alwaysMapped),
            let sha256 = Digest.sha256(data), let probe = FileProbe.digest(data)
        else {
            throw .unreadable(file: name, reason: "its SHA-256 cannot be computed")
        }
        return MemoryManifest.File(name: name, bytes: data.count, sha256: sha256, probe: probe)
    }
}

/// A digest of some pages of a file, by which another file is told apart without reading it all.
enum FileProbe {
    private static let page = 4096
    private static let pages = 64

    /// The SHA-256 of the size, the first 64 KiB, the last 64 KiB, and 64 pages evenly between.
    ///
    /// A file of up to 128 KiB is read whole. Whoever swaps one memory's file for another's is
    /// found; a bit that flipped in between may not be, which is what the full SHA-256 is for.
    static func digest(_ data: Data) -> String? {
        let edge = 65_536
        var sample = withUnsafeBytes(of: UInt64(data.count).littleEndian) { Data($0) }
        guard data.count > 2 * edge else { return Digest.sha256(sample + data) }
        sample += data.prefix(edge)
        let room = data.count - 2 * edge
        for index in 0..<pages {
            let start = data.startIndex + edge + room / pages * index
            sample += data[start..<min(start + page, data.endIndex)]
        }
        sample += data.suffix(edge)
        return Digest.sha256(sample)
    }
}
