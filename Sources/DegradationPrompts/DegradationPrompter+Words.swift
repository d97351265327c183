internal import Foundation

extension DegradationPrompter {
    /// Reads what a person says of a photo, such as "heavy noise, no blur".
    ///
    /// Parts are separated by commas. A part is a phrase of the bank; or a degree and the name of a type,
    /// or a word of it, which then holds for all types that have it. Where a type lacks the degree,
    /// "light" is its weakest, "heavy" its strongest and "medium" the one between; a type alone
    /// is "medium", and "no" is "none".
    ///
    /// - Parameter text: What was said.
    /// - Returns: For each type that was named the position of its degree.
    /// - Throws: ``DegradationPromptError/unknownWords(_:types:)`` for the first part that says nothing.
    public func degrees(saidBy text: String) throws(DegradationPromptError) -> [Int: Int] {
        var found: [Int: Int] = [:]
        for part in text.split(separator: ",") {
            let said = part.trimmingCharacters(in: .whitespaces).lowercased()
            let understood = phrase(said) ?? degreeAndType(said)
            guard !understood.isEmpty else {
                throw .unknownWords(
                    part.trimmingCharacters(in: .whitespaces), types: kinds.map(\.name))
            }
            found.merge(understood) { $1 }
        }
        return found
    }

    /// A phrase of the bank.
    private func phrase(_ said: String) -> [Int: Int]? {
        for (type, kind) in kinds.enumerated() {
            for (degree, described) in kind.degrees.enumerated()
            where described.phrases.contains(where: { $0.lowercased() == said }) {
                return [type: degree]
            }
        }
        return nil
    }

    /// "heavy noise" and the like.
    private func degreeAndType(_ said: String) -> [Int: Int] {
        var words = said.split(separator: " ").map(String.init)
        let known = Set(
            kinds.flatMap { $0.degrees.map(\.name) } + ["no", "light", "medium", "heavy"])
        var degree = "medium"
        if let first = words.first, known.contains(first) {
            degree = first == "no" ? "none" : first
            words.removeFirst()
        }
        guard !words.isEmpty else { return [:] }
        var found: [Int: Int] = [:]
        for (type, kind) in kinds.enumerated() {
            let name = kind.name.lowercased().split(separator: " ").map(String.init)
            if words.allSatisfy(name.contains) { found[type] = kind.position(of: degree) }
        }
        return found
    }
}

extension DegradationKind {
    /// The position of a degree, or of the nearest that this type has.
    fileprivate func position(of degree: String) -> Int {
        if let exact = degrees.firstIndex(where: { $0.name == degree }) { return exact }
        return switch degree {
        case "none": 0
        case "light": 1
        case "heavy": degrees.count - 1
        default: degrees.count / 2
        }
    }
}
