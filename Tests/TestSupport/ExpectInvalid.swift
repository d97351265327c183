public import Foundation
internal import ModelStore
public import Testing

/// Expects a configuration to be refused after an edit, with an error that names the key.
///
/// - Parameters:
///   - key: The key.
///   - text: The configuration as a file.
///   - from: What is edited; it must be there.
///   - to: What stands in its place.
///   - sourceLocation: Where to report.
///   - read: Reads a configuration.
public func expectInvalid(
    _ key: String, _ text: String, replacing from: String, with to: String,
    sourceLocation: SourceLocation = #_sourceLocation, read: (Data) throws -> Void
) {
    #expect(text.contains(from), sourceLocation: sourceLocation)
    let edited = Data(text.replacingOccurrences(of: from, with: to).utf8)
    let error = #expect(throws: ConfigurationError.self, sourceLocation: sourceLocation) {
        try read(edited)
    }
    if case .invalid(let found, _) = error {
        #expect(found == key, sourceLocation: sourceLocation)
    } else if let error {
        #expect("\(error)".contains("\"\(key)\""), sourceLocation: sourceLocation)
    }
}
