/// Words about the quality of a picture, and how they are taken out of sentences.
struct QualityWords: Sendable {
    private let quality: [[String]]
    private let qualityOfPictures: [[String]]
    private let pictures: [[String]]

    init(_ template: PromptTemplate) {
        quality = template.quality.map(CleanText.words).filter { !$0.isEmpty }
        qualityOfPictures = template.qualityOfPictures.map(CleanText.words).filter { !$0.isEmpty }
        pictures = template.pictures.map(CleanText.words).filter { !$0.isEmpty }
    }

    /// A sentence without its clauses about quality; nil when nothing of it is left.
    func rest(of sentence: String) -> String? {
        let adjectives = withoutAdjectives(sentence)
        if !isAboutQuality(adjectives) { return adjectives }
        var kept: [String] = []
        for clause in AnswerText.clauses(adjectives) where !isAboutQuality(clause) {
            kept.append(clause)
        }
        // "The photo, which is blurry, shows a dog" keeps its first part only as "The photo".
        guard CleanText.words(kept.joined(separator: " ")).count >= 3 else { return nil }
        return AnswerText.sentence(of: kept)
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
}
