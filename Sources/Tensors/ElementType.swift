/// How one number of a tensor is stored.
public enum ElementType: String, Sendable, Hashable, CaseIterable {
    /// IEEE 754 single precision.
    case f32
    /// The upper half of single precision: the same range with 8 significant bits.
    case bf16

    /// The size of one element in bytes.
    public var byteCount: Int {
        switch self {
        case .f32: 4
        case .bf16: 2
        }
    }
}
