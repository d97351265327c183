/// What a build found in its corpus and made of it.
public struct BuildReport: Sendable, Equatable, Codable {
    /// A file that was passed over.
    public struct Problem: Sendable, Equatable, Codable {
        /// The file's path below the corpus.
        public let file: String
        /// What is wrong with it.
        public let reason: String
    }

    /// Files in the corpus.
    public internal(set) var files = 0
    /// Files that the filter left out.
    public internal(set) var filtered = 0
    /// Files that could not be read.
    public internal(set) var unreadable: [Problem] = []
    /// Files that belong to other shards.
    public internal(set) var otherShards = 0
    /// Files with the very bytes of another.
    public internal(set) var exactDuplicates = 0
    /// Pictures that look like another, resized or compressed again.
    public internal(set) var copies = 0
    /// Pictures that the memory has already, or copies of them.
    public internal(set) var known = 0
    /// Pictures that are smaller than a patch or have no usable place.
    public internal(set) var tooSmall = 0
    /// Files about which the table of licences says nothing.
    public internal(set) var withoutRow: [String] = []
    /// Files whose row in the table of licences gives another SHA-256.
    public internal(set) var otherRow: [String] = []
    /// Pictures that patches were chosen from.
    public internal(set) var pictures = 0
    /// Places that a patch could be cut from.
    public internal(set) var places = 0
    /// Places that were left out for being flat.
    public internal(set) var flat = 0
    /// Patches that were chosen to be encoded.
    public internal(set) var candidates = 0
    /// Pictures that the tagger was asked about.
    public internal(set) var tagged = 0
    /// Pictures that the tagger could not name anything in, and why; they have no tags of it.
    public internal(set) var untagged: [Problem] = []
    /// Candidates that are no entry because one is almost the same.
    public internal(set) var nearDuplicates = 0
    /// Entries of the memory.
    public internal(set) var entries = 0
    /// The greatest distance from a candidate to its nearest entry.
    public internal(set) var coveringRadius: Float?

    enum CodingKeys: String, CodingKey {
        case files, filtered, unreadable, copies, known, pictures, places, flat, candidates, entries
        case tagged, untagged
        case otherShards = "other_shards"
        case exactDuplicates = "exact_duplicates"
        case tooSmall = "too_small"
        case withoutRow = "without_row"
        case otherRow = "other_row"
        case nearDuplicates = "near_duplicates"
        case coveringRadius = "covering_radius"
    }
}

/// How far a build, or another long piece of work, is.
public struct MemoryProgress: Sendable, Equatable {
    /// What is being done.
    public enum Stage: String, Sendable {
        /// Pictures are read for the first time.
        case looking
        /// Pictures are given tags.
        case tagging
        /// Chosen patches are encoded.
        case encoding
        /// Entries are chosen.
        case choosing
        /// The memory is written.
        case writing
    }

    /// What is being done.
    public let stage: Stage
    /// Pictures, patches or entries done, earlier runs included.
    public let completed: Int
    /// The same in all.
    public let total: Int
    /// How many of ``completed`` were done by earlier runs.
    public let resumed: Int

    init(_ stage: Stage, _ completed: Int, of total: Int, resumed: Int = 0) {
        self.stage = stage
        self.completed = completed
        self.total = total
        self.resumed = resumed
    }
}
