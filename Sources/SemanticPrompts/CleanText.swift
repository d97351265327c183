/// Text that comes from a service and goes to a terminal, a file, or another service.
enum CleanText {
    /// The text in one line: control and formatting characters count as white space, and white
    /// space between words is one space.
    static func line(_ text: String) -> String {
        visible(text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// The text with its line ends, all else that is not visible replaced by spaces.
    static func visible(_ text: String) -> String {
        String(
            text.unicodeScalars.map { scalar -> Character in
                switch scalar.properties.generalCategory {
                case .control, .format, .privateUse, .surrogate:
                    scalar == "\n" ? "\n" : " "
                default: Character(scalar)
                }
            })
    }

    /// The words of a text in lower case, for comparison: letters and digits, apostrophes inside.
    static func words(_ text: some StringProtocol) -> [String] {
        text.lowercased().replacing("\u{2019}", with: "'")
            .split { !($0.isLetter || $0.isNumber || $0 == "'") }
            .map { $0.trimmingPrefix(while: { $0 == "'" }) }.filter { !$0.isEmpty }.map(String.init)
    }
}
