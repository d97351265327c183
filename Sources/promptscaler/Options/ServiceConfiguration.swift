internal import Foundation
internal import SemanticPrompts

/// Services as the configuration file and the environment name them.
///
/// An option of the command line comes first, then the environment, then the file.
struct ServiceConfiguration {
    /// What can be said about one service.
    struct Service: Codable, Equatable {
        var url: String?
        var api: String?
        var model: String?
        /// A file that holds the key.
        var keyFile: String?
        /// Where the tags stand in an answer; tag services only.
        var tagsAt: String?
        /// The name of the input that takes the picture; tag services only.
        var input: String?
        /// The shape that is declared for the picture; tag services only.
        var shape: [Int]?
        /// The most tokens of an answer; describing services only.
        var maxTokens: Int?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case url, api, model, input, shape
            case keyFile = "key_file"
            case tagsAt = "tags_at"
            case maxTokens = "max_tokens"
        }
    }

    private struct Stored: Codable {
        var describe: Service?
        var tag: Service?
        /// A file of certificates to trust.
        var certificates: String?
        /// The most megabytes of remembered answers.
        var cacheMegabytes: Int?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case describe, tag, certificates
            case cacheMegabytes = "cache_megabytes"
        }
    }

    var describe = Service()
    var tag = Service()
    var certificates: String?
    var cacheMegabytes: Int?
    /// Keys of the environment, by the service they are for.
    var describeKey: String?
    var tagKey: String?

    /// The configuration of this user; a file that is not there says nothing.
    ///
    /// - Throws: ``CommandError`` when the file is wrong.
    init(environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        if let file = Self.file(environment),
            FileManager.default.fileExists(atPath: file.path)
        {
            try read(file)
        }
        func variable(_ name: String) -> String? {
            environment["PROMPTSCALER_" + name].flatMap { $0.isEmpty ? nil : $0 }
        }
        describe.url = variable("DESCRIBE_URL") ?? describe.url
        describe.api = variable("DESCRIBE_API") ?? describe.api
        describe.model = variable("DESCRIBE_MODEL") ?? describe.model
        tag.url = variable("TAG_URL") ?? tag.url
        tag.api = variable("TAG_API") ?? tag.api
        tag.model = variable("TAG_MODEL") ?? tag.model
        describeKey = variable("API_KEY")
        tagKey = variable("TAG_API_KEY")
    }

    /// `config.json` in the user's folder for configurations; nil when there is no such folder.
    static func file(_ environment: [String: String]) -> URL? {
        folder(environment, variable: "XDG_CONFIG_HOME", fallback: ".config")?
            .appending(path: "config.json")
    }

    /// The file of remembered answers in the user's folder for caches.
    static func cacheFile(_ environment: [String: String]) -> URL? {
        folder(environment, variable: "XDG_CACHE_HOME", fallback: ".cache")?
            .appending(path: "prompts.sqlite")
    }

    /// The program's folder below one of the XDG base folders.
    private static func folder(
        _ environment: [String: String], variable: String, fallback: String
    ) -> URL? {
        var base = environment[variable].map { URL(filePath: $0) }
        // The specification says to pass over what is not absolute.
        if environment[variable]?.hasPrefix("/") != true {
            base = environment["HOME"].flatMap { $0.isEmpty ? nil : URL(filePath: $0) }?
                .appending(path: fallback)
        }
        return base?.appending(path: "promptscaler")
    }

    private mutating func read(_ file: URL) throws {
        func wrong(_ reason: String) -> CommandError {
            CommandError(.configuration, "\(file.lastPathComponent): \(reason)")
        }
        let stored: Stored
        do {
            let data = try Data(contentsOf: file)
            guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
                throw wrong("it is not a JSON object")
            }
            try Self.refuseUnknown(object, known: Stored.CodingKeys.allCases.map(\.rawValue), wrong)
            for name in ["describe", "tag"] {
                guard let service = object[name] as? [String: Any] else { continue }
                try Self.refuseUnknown(
                    service, known: Service.CodingKeys.allCases.map(\.rawValue), wrong)
            }
            stored = try JSONDecoder().decode(Stored.self, from: data)
        } catch let error as CommandError {
            throw error
        } catch DecodingError.typeMismatch(_, let context) {
            let key = context.codingPath.map(\.stringValue).joined(separator: ".")
            throw wrong("\"\(key)\" has the wrong type")
        } catch {
            throw wrong("it is not valid JSON")
        }
        describe = stored.describe ?? Service()
        tag = stored.tag ?? Service()
        certificates = stored.certificates
        cacheMegabytes = stored.cacheMegabytes
    }

    private static func refuseUnknown(
        _ object: [String: Any], known: [String], _ wrong: (String) -> CommandError
    ) throws {
        if let key = Set(object.keys).subtracting(known).sorted().first {
            let hint = key.contains("key") ? "; keys stand in files of their own, see key_file" : ""
            throw wrong("\"\(key)\" is not known\(hint)")
        }
    }
}
