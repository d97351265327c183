public import Transfer

/// Why there is no prompt for a photo.
///
/// Descriptions hold hosts and names of files; no key, no path, nothing of the photo.
public enum PromptError: Error, Equatable, Sendable {
    /// The service did not answer.
    case service(TransferError)
    /// The service answered something else than was agreed.
    case badAnswer(host: String, reason: String)
    /// The service answered, and said nothing.
    case emptyAnswer(host: String, reason: String)
    /// The answer is not remembered, and no service may be asked.
    case notRemembered(host: String)
    /// The service knows several models, or does not say which.
    case noModel(host: String, available: [String])
    /// A file of templates cannot be used.
    case badTemplate(file: String, reason: String)
    /// A bundle cannot be used.
    case badBundle(file: String, reason: String)
    /// An option or a configuration file has a value that makes no sense.
    case badOption(name: String, reason: String)
    /// The file of remembered answers cannot be used.
    case cache(file: String, reason: String)
    /// The photo cannot be sent.
    case badPhoto(reason: String)
}

extension PromptError: CustomStringConvertible {
    /// What is wrong, where, and what to do about it.
    public var description: String {
        switch self {
        case .service(let error): return error.description
        case .badAnswer(let host, let reason):
            return "\(host): its answer cannot be used: \(reason)"
        case .emptyAnswer(let host, let reason): return "\(host): it said nothing\(reason)"
        case .notRemembered(let host):
            return "\(host) was not asked because of --offline, and its answer is not remembered"
        case .noModel(let host, let available):
            let names = available.prefix(20).joined(separator: ", ")
            return available.isEmpty
                ? "\(host) does not say which models it has; name one with --describe-model"
                : "\(host) has several models; name one with --describe-model: \(names)"
        case .badTemplate(let file, let reason): return "template \(file): \(reason)"
        case .badBundle(let file, let reason): return "prompt bundle \(file): \(reason)"
        case .badOption(let name, let reason): return "\(name): \(reason)"
        case .cache(let file, let reason):
            return """
                the remembered answers (\(file)) cannot be used: \(reason); 'promptscaler prompt \
                cache clear' starts anew, --no-cache goes without
                """
        case .badPhoto(let reason): return "the photo cannot be sent: \(reason)"
        }
    }
}
