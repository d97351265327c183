public import Foundation
internal import ModelStore

/// What a language model is asked, and what of its answers is left out: a file that people edit.
public struct PromptTemplate: Sendable, Equatable {
    /// The template's name, for bundles.
    public let name: String
    /// The instruction, in which `{tags}` stands for the tags.
    public let describe: String
    /// The instruction when there are no tags.
    public let describeWithoutTags: String
    /// The negative prompt of every bundle.
    public let negative: String
    /// Beginnings of sentences by which a model says that it will not answer.
    public let refusals: [String]
    /// Words about the quality of a picture, wherever they stand.
    public let quality: [String]
    /// Words that speak of a picture's quality when they are said of one of ``pictures``, and of its
    /// content elsewhere: a grainy photo, grainy wood.
    public let qualityOfPictures: [String]
    /// Words for a picture.
    public let pictures: [String]
    /// The SHA-256 of all of this.
    public let hash: String

    /// The version of the format that is written and the newest that is read.
    public static let version = 1

    /// The path of the template that comes with the program, below a root.
    public static let standardPath = "Prompts/semantic.json"

    private struct Stored: Codable, Equatable {
        var version: Int
        var name: String
        var describe: String
        var describeWithoutTags: String
        var negative: String
        var refusals: [String]
        var quality: [String]
        var qualityOfPictures: [String]
        var pictures: [String]

        enum CodingKeys: String, CodingKey, CaseIterable {
            case version, name, describe, negative, refusals, quality, pictures
            case describeWithoutTags = "describe_without_tags"
            case qualityOfPictures = "quality_of_pictures"
        }
    }

    /// Reads a template.
    ///
    /// - Parameters:
    ///   - data: The bytes of the file.
    ///   - file: The file's name, for errors.
    /// - Throws: ``PromptError/badTemplate(file:reason:)``.
    public init(json data: Data, name file: String) throws(PromptError) {
        let stored: Stored
        do {
            let known = Set(Stored.CodingKeys.allCases.map(\.rawValue))
            if let object = try JSONSerialization.jsonObject(with: data) as? [String: Any],
                let key = Set(object.keys).subtracting(known).sorted().first
            {
                throw PromptError.badTemplate(file: file, reason: "\"\(key)\" is not known")
            }
            stored = try JSONDecoder().decode(Stored.self, from: data)
        } catch let error as PromptError {
            throw error
        } catch {
            throw .badTemplate(file: file, reason: ReadingProblem.describe(error))
        }
        guard (1...Self.version).contains(stored.version) else {
            throw .badTemplate(
                file: file, reason: "version \(stored.version) is not known; update the program")
        }
        guard stored.describe.contains("{tags}") else {
            throw .badTemplate(file: file, reason: "\"describe\" has no place for {tags}")
        }
        guard !stored.describeWithoutTags.allSatisfy(\.isWhitespace) else {
            throw .badTemplate(file: file, reason: "\"describe_without_tags\" is empty")
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        guard let canonical = try? encoder.encode(stored), let hash = Digest.sha256(canonical)
        else { throw .badTemplate(file: file, reason: "it cannot be hashed") }
        self.hash = hash
        name = stored.name
        describe = stored.describe
        describeWithoutTags = stored.describeWithoutTags
        negative = stored.negative
        refusals = stored.refusals
        quality = stored.quality
        qualityOfPictures = stored.qualityOfPictures
        pictures = stored.pictures
    }

    /// Reads the first template that is there.
    ///
    /// - Parameter roots: Folders that may hold `Prompts`, first choice first.
    /// - Throws: ``PromptError/badTemplate(file:reason:)``, also when there is none.
    public init(roots: [URL]) throws(PromptError) {
        for root in roots {
            let file = root.appending(path: Self.standardPath)
            if FileManager.default.fileExists(atPath: file.path) {
                self = try PromptTemplate(file: file)
                return
            }
        }
        throw .badTemplate(
            file: Self.standardPath,
            reason: "not found; set PROMPTSCALER_HOME to the folder that holds 'Prompts'")
    }

    /// Reads a template file.
    ///
    /// - Parameter file: Where it is.
    /// - Throws: ``PromptError/badTemplate(file:reason:)``.
    public init(file: URL) throws(PromptError) {
        let data: Data
        do {
            data = try Data(contentsOf: file)
        } catch {
            throw .badTemplate(
                file: file.lastPathComponent, reason: ReadingProblem.describe(error))
        }
        try self.init(json: data, name: file.lastPathComponent)
    }

    /// The instruction for a photo with some tags.
    func instruction(tags: [String]) -> String {
        tags.isEmpty
            ? describeWithoutTags
            : describe.replacing("{tags}", with: tags.joined(separator: ", "))
    }
}

/// Foundation's errors about files and JSON, in words.
enum ReadingProblem {
    static func describe(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): "\"\(key.stringValue)\" is missing"
        case DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context):
            "\"\(context.codingPath.map(\.stringValue).joined(separator: "."))\" has the wrong type"
        case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
            "\"\(context.codingPath.map(\.stringValue).joined(separator: "."))\": "
                + context.debugDescription
        case is DecodingError: "it is not valid JSON"
        case let error as CocoaError where error.code == .fileReadNoSuchFile:
            "there is no such file"
        case let error as CocoaError where error.code == .propertyListReadCorrupt:
            "it is not valid JSON"
        default: (error as NSError).localizedDescription
        }
    }
}
