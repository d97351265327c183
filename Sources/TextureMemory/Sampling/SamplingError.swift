/// Why no points could be chosen.
public enum SamplingError: Error, Equatable, CustomStringConvertible {
    /// There are no rows.
    case noCandidates

    /// A row has an infinite number or a NaN in its value or key; rows count from 0.
    case notFinite(row: Int)

    /// What is wrong, where, and what to do.
    public var description: String {
        switch self {
        case .noCandidates: "there are no patches to choose from; give a corpus with larger photos"
        case .notFinite(let row):
            "patch \(row) has a number that is infinite or no number; the encoder's weights or "
                + "the file of patches are damaged, make them again"
        }
    }
}
