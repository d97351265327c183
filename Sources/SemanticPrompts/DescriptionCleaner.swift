/// Makes a prompt of what a language model said.
///
/// What goes: marks of formatting, thoughts, phrases such as "The image shows", and statements about
/// the quality of the picture, which would be painted into the result. A refusal is no description.
public struct DescriptionCleaner: Sendable {
    private let refusals: [[String]]
    private let quality: QualityWords

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
        quality = QualityWords(template)
    }

    /// Cleans an answer.
    ///
    /// - Parameter answer: The text as it came.
    /// - Returns: What is left.
    public func clean(_ answer: String) -> Result {
        let plain = AnswerText.withoutMarks(answer)
        let sentences = AnswerText.sentences(plain)
        guard let first = sentences.first, !AnswerText.saysNothing(plain) else { return .empty }
        let start = CleanText.words(first)
        if refusals.contains(where: { start.starts(with: $0) }) { return .refused }

        var kept: [String] = []
        for sentence in sentences {
            // A refusal in a later sentence ("I cannot tell who it is") is no content either.
            let words = CleanText.words(sentence)
            if refusals.contains(where: { words.starts(with: $0) }) { continue }
            if let rest = quality.rest(of: sentence) { kept.append(AnswerText.withoutLead(rest)) }
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
}
