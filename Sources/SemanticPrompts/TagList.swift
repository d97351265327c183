/// Reads tags in the forms in which services give them.
enum TagList {
    /// The most tags that are used; RAM gives about ten.
    static let limit = 64

    /// The most characters of a tag; longer ones are sentences.
    static let longest = 60

    /// Finds the tags in a value.
    ///
    /// Understood are `"a | b | c"`, `"a, b, c"`, a tag to a line, lists of those, and lists of
    /// objects that name a tag under `tag`, `name` or `label`. Empty words for nothing ("none") are
    /// no tags, and neither are sentences.
    ///
    /// - Parameter value: What stands where the tags should be.
    /// - Returns: Each tag once, in order, on one line; nil when the value has no such form.
    static func read(_ value: JSONValue) -> [String]? {
        guard let parts = parts(of: value) else { return nil }
        var seen = Set<String>()
        var tags: [String] = []
        for part in parts {
            let tag = line(part)
            let key = tag.lowercased()
            guard !tag.isEmpty, tag.count <= longest, !nothing.contains(key),
                tag.contains(where: { $0.isLetter || $0.isNumber }), seen.insert(key).inserted
            else { continue }
            tags.append(tag)
            if tags.count == limit { break }
        }
        return tags
    }

    /// Words that stand for the absence of tags.
    private static let nothing: Set<String> = ["none", "null", "nil", "n/a", "nan", "undefined"]

    private static func parts(of value: JSONValue) -> [String]? {
        switch value {
        case .string(let text): return split(text)
        case .array(let values):
            var all: [String] = []
            for value in values {
                guard let found = parts(of: value) else { return nil }
                all += found
            }
            return all
        case .object:
            let name = value["tag"] ?? value["name"] ?? value["label"]
            return name?.string.map { [$0] }
        case .null: return []
        case .bool, .number: return nil
        }
    }

    /// Cuts at the first of `|`, line end, `;` and `,` that occurs, and at that one only.
    private static func split(_ text: String) -> [String] {
        for separator: Character in ["|", "\n", ";", ","] where text.contains(separator) {
            return text.split(separator: separator).map(String.init)
        }
        return [text]
    }

    /// Text without what steers terminals, in one line, without quotes and dots around it.
    private static func line(_ text: String) -> String {
        let words = CleanText.line(text)
        return words.trimmingCharacters(where: { $0 == "\"" || $0 == "'" || $0 == "." || $0 == " " }
        )
    }
}

extension String {
    /// The text without characters of a kind at both ends.
    func trimmingCharacters(where isDropped: (Character) -> Bool) -> String {
        var rest = self[...]
        while let first = rest.first, isDropped(first) { rest.removeFirst() }
        while let last = rest.last, isDropped(last) { rest.removeLast() }
        return String(rest)
    }

}
