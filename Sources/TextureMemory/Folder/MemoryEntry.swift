internal import Foundation

/// A picture that entries were cut from.
public struct MemorySource: Sendable, Hashable, Codable {
    /// The file's path below the corpus that it was found in.
    public let path: String
    /// The SHA-256 of the file, 64 lower-case hexadecimal digits.
    public let sha256: String
    /// Columns of the upright picture.
    public let width: Int
    /// Rows of the upright picture.
    public let height: Int
    /// Licence, author, origin and title.
    public let record: SourceRecord

    /// The cells of the ``PictureSignature``, to know copies again when memories are merged.
    let cells: [UInt8]

    var signature: PictureSignature {
        PictureSignature(cells: cells, aspect: Double(width) / Double(height))
    }

    enum CodingKeys: String, CodingKey { case path, sha256, width, height, record, cells }
}

/// One texture of a memory.
public struct MemoryEntry: Sendable, Hashable, Codable {
    /// The row of its key and value, from 0, in the order in which entries were chosen.
    public let id: Int
    /// The picture it was cut from, by its place among the memory's sources.
    public let source: Int
    /// Where it was cut, in pixels of the upright picture.
    public let position: PatchPosition
    /// Its side in pixels.
    public let side: Int
    /// Words that people search by.
    public let tags: [String]
    /// The group of similar textures that it belongs to, from 0.
    public let cluster: Int
    /// The squared distance to the entries before it; nil for the first, which has none.
    public let squaredDistance: Double?

    enum CodingKeys: String, CodingKey {
        case id, source, position, side, tags, cluster
        case squaredDistance = "squared_distance"
    }
}

/// What a memory is beside its numbers: everything that the table holds.
struct MemoryContents: Sendable, Equatable {
    var description: MemoryDescription
    var sources: [MemorySource]
    var entries: [MemoryEntry]
}

/// What holds for a memory as a whole.
public struct MemoryDescription: Sendable, Equatable, Codable {
    /// The sizes of patches.
    public internal(set) var shape: PatchShape
    /// The networks that made values and keys.
    public internal(set) var fingerprint: EncoderFingerprint
    /// The parameters of the build; those of the first memory after a merge.
    public internal(set) var parameters: BuildParameters
    /// By what the two parts of a distance are multiplied, so that both count alike.
    public internal(set) var scales: PartScales
    /// No candidate lies farther than this from its nearest entry; nil when entries were removed
    /// since.
    ///
    /// After a build it is the distance of the farthest candidate, and after a merge a bound for it.
    public internal(set) var coveringRadius: Double?
    /// FAISS's name for the kind of index.
    public internal(set) var indexFactory: String
    /// How the index is searched, such as "nprobe=16"; empty for an exact one.
    public internal(set) var indexSearch: String
    /// Groups of similar textures.
    public internal(set) var clusters: Int

    enum CodingKeys: String, CodingKey {
        case shape, fingerprint, parameters, scales, clusters
        case coveringRadius = "covering_radius"
        case indexFactory = "index_factory"
        case indexSearch = "index_search"
    }
}
