public import Foundation

extension DegradationRecipe {
    /// Reads a recipe: every key must be there, no other may, and every range must make sense.
    ///
    /// - Parameters:
    ///   - data: The bytes of the file.
    ///   - file: What to call the file in errors.
    /// - Throws: ``DegradationError/badRecipe(file:reason:)`` with the place in the file.
    public init(json data: Data, file: String) throws(DegradationError) {
        do {
            // Before all else, so that a later format is not blamed for its keys.
            let head = try JSONDecoder().decode(Head.self, from: data)
            guard head.formatVersion == Self.currentFormatVersion else {
                throw RecipeProblem(
                    "",
                    "format_version is \(head.formatVersion); this program reads "
                        + "\(Self.currentFormatVersion)")
            }
            let recipe = try JSONDecoder().decode(Self.self, from: data)
            let known = try JSONSerialization.jsonObject(with: JSONEncoder().encode(recipe))
            try Self.refuseExcess(
                in: JSONSerialization.jsonObject(with: data), known: known, at: "")
            try recipe.check()
            self = recipe
        } catch {
            throw .badRecipe(file: file, reason: Self.reason(for: error))
        }
    }

    /// Reads a recipe's file.
    ///
    /// - Parameter url: Where it is.
    /// - Throws: ``DegradationError/missing(file:)``, ``DegradationError/unreadable(file:reason:)``
    ///   or ``DegradationError/badRecipe(file:reason:)``.
    public init(contentsOf url: URL) throws(DegradationError) {
        let data: Data
        guard FileManager.default.fileExists(atPath: url.path) else {
            throw .missing(file: url.lastPathComponent)
        }
        do {
            data = try Data(contentsOf: url)
        } catch {
            throw .unreadable(file: url.lastPathComponent, reason: error.localizedDescription)
        }
        try self.init(json: data, file: url.lastPathComponent)
    }

    private struct Head: Decodable {
        let formatVersion: Int

        enum CodingKeys: String, CodingKey { case formatVersion = "format_version" }
    }

    /// Compares what a file says with what was understood of it.
    private static func refuseExcess(in found: Any, known: Any, at path: String) throws {
        if let found = found as? [String: Any], let known = known as? [String: Any] {
            for key in found.keys.sorted() {
                let inner = path.isEmpty ? key : "\(path).\(key)"
                guard let understood = known[key] else {
                    throw RecipeProblem(
                        inner, found[key] is NSNull ? "is null; leave it out" : "is an unknown key")
                }
                try refuseExcess(in: found[key] as Any, known: understood, at: inner)
            }
        } else if let found = found as? [Any], let known = known as? [Any] {
            guard found.count == known.count else {
                throw RecipeProblem(path, "must be two numbers, lowest and highest")
            }
            for index in found.indices {
                try refuseExcess(in: found[index], known: known[index], at: "\(path)[\(index)]")
            }
        }
    }

    private static func reason(for error: any Error) -> String {
        switch error {
        case let problem as RecipeProblem: problem.text
        case DecodingError.keyNotFound(let key, let context):
            RecipeProblem(path(context.codingPath + [key]), "is missing").text
        case DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context):
            context.codingPath.isEmpty
                ? "not a JSON object"
                : RecipeProblem(path(context.codingPath), "has the wrong type").text
        case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
            RecipeProblem(path(context.codingPath), "is wrong: \(context.debugDescription)").text
        default: "not valid JSON"
        }
    }

    /// A place as in `rounds[0].blur.sides`.
    private static func path(_ keys: [any CodingKey]) -> String {
        keys.reduce("") { path, key in
            if let index = key.intValue { return "\(path)[\(index)]" }
            return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
        }
    }
}

/// Something wrong at a place of a recipe.
struct RecipeProblem: Error {
    let text: String

    init(_ path: String, _ what: String) {
        text = path.isEmpty ? what : "\(path) \(what)"
    }
}
