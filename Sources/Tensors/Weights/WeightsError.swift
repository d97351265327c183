/// What is wrong with a file of weights.
public enum WeightsError: Error, Equatable, CustomStringConvertible {
    /// The file is not there or cannot be read.
    case unreadable(file: String, reason: String)

    /// The file is not a safetensors file, or part of it is missing or contradicts another.
    case damaged(file: String, reason: String)

    /// The file is whole, and its tensors are not those of the network.
    case mismatch(file: String, problems: [String])

    /// The file could not be written.
    case unwritable(file: String, reason: String)

    /// What happened, to which file, and what to do.
    public var description: String {
        switch self {
        case .unreadable(let file, let reason): "\(file) cannot be read: \(reason)"
        case .damaged(let file, let reason):
            "\(file) is damaged or no safetensors file: \(reason); fetch it again"
        case .mismatch(let file, let problems):
            "\(file) holds the weights of another network:\n"
                + problems.map { "  \($0)" }.joined(separator: "\n")
        case .unwritable(let file, let reason): "\(file) cannot be written: \(reason)"
        }
    }
}
