/// Makes a prompt of what a language model said.
///
/// What goes: marks of formatting, thoughts, phrases such as "The image shows", and statements about
/// the quality of the picture, which would be painted into the result. A refusal is no description.
public struct DescriptionCleaner: Sendable {
    private let refusals: [[String]]
    private let quality: [[String]]
    private let qualityOfPictures: [[String]]
    private let pictures: [[String]]

    /// What is left of an answer.
    public enum Result: Sendable, Equatable {
        /// A description, not empty.
        case description(String)
        /// The model said that it will not, or cannot, describe the picture.
        case refused
        /// Nothing is left; all of it was about quality, or there was nothing.
        case empty
    }

    /// Makes a cleaner with the words of a template.
    ///
    /// - Parameter template: The template.
    public init(_ template: PromptTemplate) {
        refusals = template.refusals.map(CleanText.words).filter { !$0.isEmpty }
        quality = template.quality.map(CleanText.words).filter { !$0.isEmpty }
        qualityOfPictures = template.qualityOfPictures.map(CleanText.words).filter { !$0.isEmpty }
        pictures = template.pictures.map(CleanText.words).filter { !$0.isEmpty }
    }

    /// Cleans an answer.
    ///
    /// - Parameter answer: The text as it came.
    /// - Returns: What is left.
    public func clean(_ answer: String) -> Result {
        let plain = Self.withoutMarks(answer)
        let sentences = Self.sentences(plain)
        guard let first = sentences.first, !Self.saysNothing(plain) else { return .empty }
        let start = CleanText.words(first)
        if refusals.contains(where: { start.starts(with: $0) }) { return .refused }

        var kept: [String] = []
        for sentence in sentences {
            // A refusal in a later sentence ("I cannot tell who it is") is no content either.
            let words = CleanText.words(sentence)
            if refusals.contains(where: { words.starts(with: $0) }) { continue }
            if let rest = withoutQuality(sentence) { kept.append(withoutLead(rest)) }
        }
        let text = kept.filter { !$0.isEmpty }.joined(separator: " ")
        return text.contains(where: \.isLetter) ? .description(text) : .empty
    }

    /// The number of words, each punctuation mark counting as one, as CLIP's tokenizer counts it.
    ///
    /// Rare words are several tokens, so this is the least number of tokens that a text can have.
    ///
    /// - Parameter text: The text.
    /// - Returns: The number.
    public static func length(of text: String) -> Int {
        CleanText.words(text).count
            + text.count { !$0.isLetter && !$0.isNumber && !$0.isWhitespace && $0 != "'" }
    }

    /// Tokens that CLIP's text encoder takes, without its marks for start and end.
    public static let encoderLimit = 75

    // MARK: Quality

    /// A sentence without its clauses about quality; nil when nothing of it is left.
    private func withoutQuality(_ sentence: String) -> String? {
        let adjectives = withoutAdjectives(sentence)
        if !isAboutQuality(adjectives) { return adjectives }
        var kept: [String] = []
        for clause in Self.clauses(adjectives) where !isAboutQuality(clause) { kept.append(clause) }
        // "The photo, which is blurry, shows a dog" keeps its first part only as "The photo".
        guard CleanText.words(kept.joined(separator: " ")).count >= 3 else { return nil }
        return Self.sentence(of: kept)
    }

    private func isAboutQuality(_ text: String) -> Bool {
        let words = CleanText.words(text)
        if quality.contains(where: { Self.position(of: $0, in: words) != nil }) { return true }
        return words.indices.contains { saysOfPicture(words[$0...]) }
    }

    /// Whether words begin as "the photo is slightly grainy" does after its first word.
    ///
    /// "The photo is of grainy wood" and "a photo of clear water" speak of the content.
    private func saysOfPicture(_ words: ArraySlice<String>) -> Bool {
        guard let picture = pictures.first(where: { words.starts(with: $0) }) else { return false }
        let rest = words.dropFirst(picture.count)
        guard let verb = rest.first, Self.linkingVerbs.contains(verb),
            rest.dropFirst().first != "of"
        else { return false }
        let predicate = Array(rest.dropFirst())
        return qualityOfPictures.contains { Self.position(of: $0, in: predicate) != nil }
    }

    private static let linkingVerbs: Set<String> = [
        "is", "are", "was", "were", "has", "have", "looks", "look", "appears", "appear", "seems",
        "seem", "lacks", "lack",
    ]

    /// A sentence without words about quality that stand before a word for a picture: "a blurry,
    /// grainy photo of a dog" becomes "a photo of a dog".
    private func withoutAdjectives(_ sentence: String) -> String {
        var words = sentence.split(separator: " ").map(String.init)
        var index = words.count - 1
        while index > 0 {
            guard starts(words, at: index, with: pictures) else {
                index -= 1
                continue
            }
            var (end, isShorter) = (index, false)
            while end > 0, let length = adjective(words, before: end) {
                words.removeSubrange(end - length..<end)
                end -= length
                isShorter = true
                if end > 0, ["and", "very", "slightly", "somewhat"].contains(words[end - 1]) {
                    words.remove(at: end - 1)
                    end -= 1
                }
            }
            // "An old, grainy photo" is "an old photo".
            if isShorter, end > 0, words[end - 1].hasSuffix(",") { words[end - 1].removeLast() }
            if end < index, end > 0, ["a", "an", "A", "An"].contains(words[end - 1]),
                end < words.count
            {
                let vowel = words[end].first.map { "aeiouAEIOU".contains($0) } ?? false
                let isCapital = words[end - 1].first?.isUppercase ?? false
                words[end - 1] = (isCapital ? "A" : "a") + (vowel ? "n" : "")
            }
            index = min(index, end) - 1
        }
        return words.joined(separator: " ")
    }

    private func starts(_ words: [String], at index: Int, with phrases: [[String]]) -> Bool {
        let rest = CleanText.words(words[index...].prefix(3).joined(separator: " "))
        return phrases.contains { rest.starts(with: $0) }
    }

    /// How many words before an index make up a phrase about quality.
    private func adjective(_ words: [String], before end: Int) -> Int? {
        for count in [3, 2, 1] where end - count >= 0 {
            let phrase = CleanText.words(words[(end - count)..<end].joined(separator: " "))
            if quality.contains(phrase) || qualityOfPictures.contains(phrase) { return count }
        }
        return nil
    }

    private static func position(of phrase: [String], in words: [String]) -> Int? {
        guard phrase.count <= words.count else { return nil }
        return (0...words.count - phrase.count).first { start in
            words[start..<start + phrase.count].elementsEqual(phrase)
        }
    }

    // MARK: Form

    /// The text in one line without thoughts, special tokens, headings, bullets and emphasis.
    private static func withoutMarks(_ text: String) -> String {
        var text = CleanText.visible(text)
        text.replace(/(?s)<think>.*?<\/think>/, with: " ")
        // A thought that was cut off by the limit of tokens never ended.
        if let start = text.firstRange(of: "<think>") { text.removeSubrange(start.lowerBound...) }
        text.replace(/<\|[^|<>]{1,40}\|>|<\/?s>|<unk>|<pad>|<image>|\[\/?INST\]/, with: " ")
        text.replace(/(?m)^\s*(#{1,6}\s+|[-*•]\s+|\d{1,2}[.)]\s+|>\s*)/, with: "")
        text.replace(/(?i)^\s*(assistant|description|caption|answer)\s*:\s*/, with: "")
        text.replace("**", with: "")
        text.replace("`", with: "")
        return CleanText.line(text).trimmingCharacters(where: { "\"'“”* ".contains($0) })
    }

    private static func saysNothing(_ text: String) -> Bool {
        ["", "none", "n a", "null", "no description", "unknown"]
            .contains(CleanText.words(text).joined(separator: " "))
    }

    /// Sentences with their marks; dots inside words and after single letters end none.
    private static func sentences(_ text: String) -> [String] {
        var sentences: [String] = []
        var current: [Substring] = []
        for word in text.split(separator: " ") {
            current.append(word)
            let bare = word.trimmingSuffix(while: { "\"'”)".contains($0) })
            guard let last = bare.last, ".!?".contains(last), bare.count > 2 else { continue }
            sentences.append(current.joined(separator: " "))
            current = []
        }
        if !current.isEmpty { sentences.append(current.joined(separator: " ")) }
        return sentences
    }

    private static func clauses(_ sentence: String) -> [String] {
        sentence.replacing(/\s+(but|although|though|while|and the)\s+/) { match in
            match.1 == "and the" ? "; the " : "; "
        }
        .split { ",;".contains($0) }.map(String.init)
    }

    private static func sentence(of clauses: [String]) -> String {
        let joined = clauses.map { CleanText.line($0) }.joined(separator: ", ")
        let body = joined.trimmingCharacters(where: { ",;. ".contains($0) })
        return body.prefix(1).uppercased() + body.dropFirst() + "."
    }

    /// "The image shows a dog" is "A dog".
    private func withoutLead(_ sentence: String) -> String {
        let pattern =
            /(?i)^(in\s+)?(the|this|an?)\s+(\w+\s+)?(image|photo|photograph|picture|scene)\s*,?\s*((there\s+(is|are)|we\s+(can\s+)?see)|shows|depicts|features|displays|captures|contains|presents|portrays|is\s+of|of)\s+/
        let rest = sentence.replacing(pattern, with: "", maxReplacements: 1)
        return rest.prefix(1).uppercased() + rest.dropFirst()
    }
}

extension Substring {
    fileprivate func trimmingSuffix(while isDropped: (Character) -> Bool) -> Substring {
        var rest = self
        while let last = rest.last, isDropped(last) { rest.removeLast() }
        return rest
    }
}
