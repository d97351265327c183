/// What is wrong with an index of keys.
public enum VectorIndexError: Error, Equatable, CustomStringConvertible {
    /// The file is not there or cannot be read.
    case unreadable(file: String, reason: String)

    /// The file is no index, is cut short, or part of it contradicts another.
    case damaged(file: String, reason: String)

    /// The file is whole, and belongs to other keys.
    case mismatch(file: String, reason: String)

    /// The file could not be written.
    case unwritable(file: String, reason: String)

    /// This kind of index is not supported.
    case unsupported(factory: String)

    /// A key is not of unit length, or not finite; keys count from 0.
    case invalidKey(row: Int)

    /// A query is not finite; queries count from 0.
    case invalidQuery(row: Int)

    /// The library refused; the text says why.
    case refused(reason: String)

    /// What happened, where, and what to do.
    public var description: String {
        switch self {
        case .unreadable(let file, let reason): "\(file) cannot be read: \(reason)"
        case .damaged(let file, let reason):
            "\(file) is damaged or no index of keys: \(reason); build the memory again"
        case .mismatch(let file, let reason):
            "\(file) belongs to another memory: \(reason); build the memory again"
        case .unwritable(let file, let reason): "\(file) cannot be written: \(reason)"
        case .unsupported(let factory):
            "an index of the kind \"\(factory)\" is not supported; \"Flat\" and \"IVF1024,Flat\" "
                + "(any number of lists) are"
        case .invalidKey(let row):
            "key \(row) is not of unit length; the classifier's weights are damaged, or the keys "
                + "were not normalised"
        case .invalidQuery(let row):
            "query \(row) has a number that is infinite or no number; the classifier's weights "
                + "are damaged"
        case .refused(let reason): "the index of keys could not be made or searched: \(reason)"
        }
    }
}
