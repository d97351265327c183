public import Foundation

/// What a network is, read from JSON that must hold every key and no other.
public protocol StrictConfiguration: Decodable {
    /// Every key of the file, in snake case.
    static var keys: Set<String> { get }

    /// Checks that a network can be made with these settings.
    ///
    /// - Throws: ``ConfigurationError/invalid(key:reason:)`` for the first that cannot be.
    func validate() throws(ConfigurationError)
}

extension StrictConfiguration {
    /// Reads a configuration file.
    ///
    /// - Parameter data: The bytes of the file.
    /// - Throws: ``ConfigurationError`` naming the key.
    public init(json data: Data) throws(ConfigurationError) {
        let found: Set<String>
        do {
            guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
                throw ConfigurationError.unreadable("not a JSON object")
            }
            found = Set(object.keys)
            self = try JSONDecoder().decode(Self.self, from: data)
        } catch let error as ConfigurationError {
            throw error
        } catch DecodingError.keyNotFound(let key, _) {
            throw .unreadable("\"\(key.stringValue)\" is missing")
        } catch DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context)
        {
            let key = context.codingPath.first?.stringValue ?? ""
            throw .unreadable("\"\(key)\" has the wrong type")
        } catch {
            throw .unreadable("not valid JSON")
        }
        if let unknown = found.subtracting(Self.keys).sorted().first { throw .unknownKey(unknown) }
        try validate()
    }

    /// Throws unless a condition holds: a line of ``validate()``.
    ///
    /// - Parameters:
    ///   - condition: What must hold.
    ///   - key: The key whose value it is about.
    ///   - reason: What the value must be, such as "must be 1 or more".
    /// - Throws: ``ConfigurationError/invalid(key:reason:)``.
    public func require(
        _ condition: Bool, _ key: some CodingKey, _ reason: String
    ) throws(ConfigurationError) {
        if !condition { throw .invalid(key: key.stringValue, reason: reason) }
    }
}
