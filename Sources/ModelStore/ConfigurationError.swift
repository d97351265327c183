/// Why the file `configuration.json` of a model cannot be used.
public enum ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file is not what it should be.
    case unreadable(String)
    /// A key that this version does not know.
    case unknownKey(String)
    /// A value with which no network can be made.
    case invalid(key: String, reason: String)

    /// What is wrong, and where.
    public var description: String {
        switch self {
        case .unreadable(let reason): "configuration: \(reason)"
        case .unknownKey(let key):
            "configuration: unknown key \"\(key)\"; was it made by a later version?"
        case .invalid(let key, let reason): "configuration: \"\(key)\" \(reason)"
        }
    }
}
