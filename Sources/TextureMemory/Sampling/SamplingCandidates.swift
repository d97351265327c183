/// Rows to choose from: a value in half precision and a key in single precision each.
///
/// The rows are borrowed, from arrays or from a mapped file; whoever makes this keeps them alive and
/// unchanged while it is used. Neither part need be aligned.
///
/// | part | shape | meaning |
/// |---|---|---|
/// | `values` | `[N, valueWidth]` | half precision, little-endian |
/// | `keys` | `[N, keyWidth]` | single precision, little-endian, of unit length |
public struct SamplingCandidates: @unchecked Sendable {
    // Unchecked: nobody writes to the rows.

    /// The number of rows.
    public let count: Int
    /// The numbers of a value; 0 when rows have no values.
    public let valueWidth: Int
    /// The numbers of a key; 0 when rows have no keys.
    public let keyWidth: Int

    let values: UnsafeRawBufferPointer
    let keys: UnsafeRawBufferPointer

    /// Borrows rows.
    ///
    /// - Parameters:
    ///   - values: `count · valueWidth` half-precision numbers.
    ///   - keys: `count · keyWidth` single-precision numbers.
    ///   - count: The number of rows.
    ///   - valueWidth: The numbers of a value.
    ///   - keyWidth: The numbers of a key.
    public init(
        values: UnsafeRawBufferPointer, keys: UnsafeRawBufferPointer, count: Int, valueWidth: Int,
        keyWidth: Int
    ) {
        precondition(
            values.count == count * valueWidth * 2 && keys.count == count * keyWidth * 4,
            "\(values.count) and \(keys.count) bytes for \(count) rows of \(valueWidth) half and "
                + "\(keyWidth) single precision numbers")
        self.count = count
        self.valueWidth = valueWidth
        self.keyWidth = keyWidth
        self.values = values
        self.keys = keys
    }

    /// The bytes of one row.
    public var rowByteCount: Int { 2 * valueWidth + 4 * keyWidth }

    /// Lends the rows of two arrays.
    ///
    /// - Parameters:
    ///   - values: `[N, valueWidth]`.
    ///   - valueWidth: The numbers of a value, at least 1.
    ///   - keys: `[N, keyWidth]`, empty when rows have no keys.
    ///   - keyWidth: The numbers of a key.
    ///   - body: What uses the rows; they are valid only inside.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    public static func withArrays<Result>(
        values: [Float16], valueWidth: Int, keys: [Float] = [], keyWidth: Int = 0,
        _ body: (SamplingCandidates) throws -> Result
    ) rethrows -> Result {
        precondition(
            valueWidth > 0 && values.count % valueWidth == 0,
            "\(values.count) numbers in rows of \(valueWidth)")
        return try values.withUnsafeBytes { values in
            try keys.withUnsafeBytes { keys in
                try body(
                    SamplingCandidates(
                        values: values, keys: keys, count: values.count / 2 / valueWidth,
                        valueWidth: valueWidth, keyWidth: keyWidth))
            }
        }
    }
}
