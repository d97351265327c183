/// The form of what a language model says: marks, sentences and clauses.
enum AnswerText {
    /// The text in one line without thoughts, special tokens, headings, bullets and emphasis.
    static func withoutMarks(_ text: String) -> String {
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

    static func saysNothing(_ text: String) -> Bool {
        ["", "none", "n a", "null", "no description", "unknown"]
            .contains(CleanText.words(text).joined(separator: " "))
    }

    /// Sentences with their marks; dots inside words and after single letters end none.
    static func sentences(_ text: String) -> [String] {
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

    static func clauses(_ sentence: String) -> [String] {
        sentence.replacing(/\s+(but|although|though|while|and the)\s+/) { match in
            match.1 == "and the" ? "; the " : "; "
        }
        .split { ",;".contains($0) }.map(String.init)
    }

    static func sentence(of clauses: [String]) -> String {
        let joined = clauses.map { CleanText.line($0) }.joined(separator: ", ")
        let body = joined.trimmingCharacters(where: { ",;. ".contains($0) })
        return body.prefix(1).uppercased() + body.dropFirst() + "."
    }

    /// "The image shows a dog" is "A dog".
    static func withoutLead(_ sentence: String) -> String {
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
