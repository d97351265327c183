/// Why a computation could not be done.
public enum ComputeError: Error, Equatable, CustomStringConvertible {
    /// The library for matrix arithmetic refused; the text says which operation and why.
    case refused(String)

    /// What happened, and to which shape.
    public var description: String {
        switch self {
        case .refused(let reason): "this processor cannot run the network: \(reason)"
        }
    }
}
