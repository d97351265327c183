/// What a table says about one picture of the corpus.
public struct SourceRecord: Sendable, Hashable, Codable {
    /// The licence, best as its SPDX identifier; nil when nobody said.
    public var licence: String?
    /// Where the licence can be read.
    public var licenceURL: String?
    /// Who made the picture.
    public var author: String?
    /// Where the picture comes from.
    public var origin: String?
    /// The picture's title.
    public var title: String?
    /// Words that people search by.
    public var tags: [String]

    /// Makes a record; empty, unless told otherwise.
    ///
    /// - Parameters:
    ///   - licence: The licence.
    ///   - licenceURL: Where the licence can be read.
    ///   - author: Who made the picture.
    ///   - origin: Where the picture comes from.
    ///   - title: The picture's title.
    ///   - tags: Words that people search by.
    public init(
        licence: String? = nil, licenceURL: String? = nil, author: String? = nil,
        origin: String? = nil, title: String? = nil, tags: [String] = []
    ) {
        self.licence = licence
        self.licenceURL = licenceURL
        self.author = author
        self.origin = origin
        self.title = title
        self.tags = tags
    }

    /// What stands for the licence of a picture about which nothing is known.
    public static let unknownLicence = "unknown"

    /// The licence, or ``unknownLicence``.
    public var licenceOrUnknown: String { licence ?? Self.unknownLicence }

    enum CodingKeys: String, CodingKey {
        case licence, author, origin, title, tags
        case licenceURL = "licence_url"
    }
}
