/// A key or password.
///
/// It goes into a request's head and nowhere else: no description shows it.
public struct Secret: Sendable, Equatable {
    /// The text, which only this module reads.
    let text: String

    /// Takes a key; white space around it, such as the line end of a file, is dropped.
    ///
    /// It is nil when it is empty, or contains what cannot stand in a line of a head.
    ///
    /// - Parameter text: The key.
    public init?(_ text: String) {
        let trimmed = text.trimmingPrefix(while: \.isWhitespace)
        let end = trimmed.lastIndex { !$0.isWhitespace }
        guard let end else { return nil }
        let key = String(trimmed[...end])
        guard key.unicodeScalars.allSatisfy({ (0x21...0x7E).contains($0.value) }) else {
            return nil
        }
        self.text = key
    }

    /// Text in which the key, should it occur, is replaced.
    func removed(from text: String) -> String { text.replacing(self.text, with: "(key)") }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Says only that there is a key.
    public var description: String { "(key)" }
    /// Says only that there is a key.
    public var debugDescription: String { "(key)" }
    /// Shows nothing to `dump` and debuggers.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
