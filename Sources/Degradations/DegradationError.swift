/// What can go wrong with recipes and degradations.
public enum DegradationError: Error, Equatable, Sendable {
    /// There is no recipe of this name.
    case noRecipe(name: String, searched: [String], available: [String])
    /// There is no such file.
    case missing(file: String)
    /// The recipe's file cannot be read.
    case unreadable(file: String, reason: String)
    /// The recipe says something that cannot be done, or nothing that is understood.
    case badRecipe(file: String, reason: String)
    /// A step would make the picture larger than is allowed.
    case tooLarge(width: Int, height: Int, limit: Int)
}

extension DegradationError: CustomStringConvertible {
    /// What is wrong, where, and what to do about it.
    public var description: String {
        switch self {
        case .noRecipe(let name, let searched, let available):
            "no recipe '\(name)' in \(searched.joined(separator: ", ")); "
                + (available.isEmpty
                    ? "there are none" : "there are: \(available.joined(separator: ", "))")
                + ". A path must contain a slash or end with .json"
        case .missing(let file):
            "\(file): there is no such recipe. Check the name and the folder."
        case .unreadable(let file, let reason):
            "\(file): the recipe cannot be read (\(reason))"
        case .badRecipe(let file, let reason):
            "\(file): \(reason); Documentation/Degradations.md explains the fields"
        case .tooLarge(let width, let height, let limit):
            "a step would make the picture \(width)×\(height) pixels, more than "
                + "\(limit / 1_000_000) megapixels; use a smaller picture or factor"
        }
    }
}
