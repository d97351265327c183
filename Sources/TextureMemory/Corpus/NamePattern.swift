internal import Foundation

/// A pattern for names: `*` stands for any letters, `?` for one, `[a-z]` for one of several.
///
/// Letters in capitals and small are the same. `*` also stands for slashes, so `holiday/*` means
/// everything in that folder at any depth.
public struct NamePattern: Sendable, Hashable, CustomStringConvertible {
    /// The pattern as it was written.
    public let text: String

    /// Takes a pattern.
    ///
    /// - Parameter text: The pattern; without `*`, `?` and `[` it means the name itself.
    public init(_ text: String) {
        self.text = text
    }

    /// Whether a name fits.
    ///
    /// - Parameter name: The name.
    /// - Returns: Whether the whole name fits.
    public func matches(_ name: String) -> Bool {
        fnmatch(text, name, Self.foldCase) == 0
    }

    /// The pattern as it was written.
    public var description: String { text }

    /// `FNM_CASEFOLD`, which the header shows to GNU sources only.
    private static let foldCase: Int32 = 1 << 4
}
