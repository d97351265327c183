public import Foundation

/// Everything that is said about a photo, as a file that people edit and use again.
///
/// There is no path and no name of the photo in it, so it can be passed on.
public struct PromptBundle: Sendable, Equatable, Codable {
    /// What a photo, or a part of it, is said to show.
    public struct Region: Sendable, Equatable, Codable {
        /// Columns from the left of the photo.
        public var x: Int
        /// Rows from its top.
        public var y: Int
        /// Columns.
        public var width: Int
        /// Rows.
        public var height: Int
        /// What is in it.
        public var tags: [String]
        /// What it shows; empty when nobody said.
        public var description: String
    }

    /// The photo that the bundle is about.
    public struct Photo: Sendable, Equatable, Codable {
        /// The SHA-256 of its file.
        public var sha256: String
        /// Columns of the upright picture.
        public var width: Int
        /// Rows.
        public var height: Int

        /// Names a photo.
        ///
        /// - Parameters:
        ///   - sha256: The SHA-256 of its file.
        ///   - width: Columns of the upright picture.
        ///   - height: Rows.
        public init(sha256: String, width: Int, height: Int) {
            self.sha256 = sha256
            self.width = width
            self.height = height
        }
    }

    /// A service and its model.
    public struct Model: Sendable, Equatable, Codable {
        /// The service's host and port.
        public var host: String
        /// The model's name, when it is known.
        public var name: String?
    }

    /// The models that spoke.
    public struct Models: Sendable, Equatable, Codable {
        /// Where the tags come from.
        public var tags: Model?
        /// Where the description comes from.
        public var description: Model?
    }

    /// The template that was used.
    public struct Template: Sendable, Equatable, Codable {
        /// Its name.
        public var name: String
        /// Its SHA-256.
        public var sha256: String
    }

    /// How long services took, in seconds; 0 for what was remembered.
    public struct Timings: Sendable, Equatable, Codable {
        /// All requests for tags.
        public var tagsSeconds = 0.0
        /// All requests for descriptions.
        public var descriptionSeconds = 0.0
        /// Requests that were sent.
        public var requests = 0
        /// Answers that were remembered.
        public var remembered = 0

        enum CodingKeys: String, CodingKey {
            case requests, remembered
            case tagsSeconds = "tags_seconds"
            case descriptionSeconds = "description_seconds"
        }
    }

    /// The version of the format.
    public var version = PromptBundle.newestVersion
    /// The photo; nil in a bundle that a person wrote for any photo.
    public var photo: Photo?
    /// What is in the photo.
    public var tags: [String]
    /// What it shows; empty when nobody said.
    public var description: String
    /// What the result must not look like.
    public var negative: String
    /// What was done to the photo before it came here, as the degradation classifier reports it.
    public var degradation: JSONValue?
    /// Parts of the photo, each with its own prompt.
    public var regions: [Region]?
    /// The models that spoke.
    public var models: Models?
    /// The template that was used.
    public var template: Template?
    /// How long it took.
    public var timings: Timings?
    /// What the reader should know, such as that a model refused.
    public var notes: [String]?

    /// The newest version that is read, and the one that is written.
    public static let newestVersion = 1

    /// Makes a bundle by hand.
    ///
    /// - Parameters:
    ///   - tags: What is in the photo.
    ///   - description: What it shows.
    ///   - negative: What the result must not look like.
    public init(tags: [String], description: String, negative: String) {
        self.tags = tags
        self.description = description
        self.negative = negative
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case version, photo, tags, description, negative, degradation, regions, models, template
        case timings, notes
    }

    /// The whole photo's prompt: the description, and the tags that it does not name.
    public var positive: String {
        let words = " " + CleanText.words(description).joined(separator: " ") + " "
        let missing = tags.filter { tag in
            !words.contains(" " + CleanText.words(tag).joined(separator: " ") + " ")
        }
        let text = description.trimmingCharacters(where: { $0 == "." || $0 == " " })
        return ([text] + missing).filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// Whether somebody said what the photo shows: a service, even in vain, or a person.
    public var hasWords: Bool { models != nil || !tags.isEmpty || !description.isEmpty }

    /// The degradation prompt, when the bundle holds a report with one.
    public var degradationPrompt: String? {
        degradation?["prompt"]?.string.map(CleanText.line)
    }

    /// Words and marks of ``positive``, at least; see ``DescriptionCleaner/length(of:)``.
    public var length: Int { DescriptionCleaner.length(of: positive) }

    /// Reads a bundle.
    ///
    /// - Parameters:
    ///   - data: The bytes of the file.
    ///   - file: The file's name, for errors.
    /// - Throws: ``PromptError/badBundle(file:reason:)``.
    public init(json data: Data, name file: String) throws(PromptError) {
        do {
            let known = Set(CodingKeys.allCases.map(\.rawValue))
            if case .object(let object) = JSONValue.parse(data) {
                if case .number(let version) = object["version"],
                    version != Double(Self.newestVersion)
                {
                    throw PromptError.badBundle(
                        file: file,
                        reason: "its version is not \(Self.newestVersion); update the program")
                }
                if let key = Set(object.keys).subtracting(known).sorted().first {
                    throw PromptError.badBundle(file: file, reason: "\"\(key)\" is not known")
                }
            }
            self = try JSONDecoder().decode(PromptBundle.self, from: data)
        } catch let error as PromptError {
            throw error
        } catch {
            throw .badBundle(file: file, reason: ReadingProblem.describe(error))
        }
    }

    /// The bundle as a file: JSON with an indent, names sorted, a line end at its end.
    ///
    /// - Returns: The bytes.
    /// - Throws: When a number in it is none.
    public func file() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data("\n".utf8)
    }
}
