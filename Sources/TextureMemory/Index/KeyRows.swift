public import Foundation

/// Keys, one after the other: `[N, D]` in single precision, in an array or in a mapped file.
public struct KeyRows: Sendable {
    private enum Source: Sendable {
        case array([Float])
        case data(Data)
    }

    /// The number of keys, N.
    public let count: Int

    /// The numbers of a key, D.
    public let dimension: Int

    private let source: Source

    /// Takes keys from an array.
    ///
    /// - Parameters:
    ///   - numbers: `[N, dimension]`.
    ///   - dimension: The numbers of a key, at least 1.
    public init(_ numbers: [Float], dimension: Int) {
        precondition(
            dimension >= 1 && numbers.count % dimension == 0,
            "\(numbers.count) numbers in keys of \(dimension)")
        count = numbers.count / dimension
        self.dimension = dimension
        source = .array(numbers)
    }

    /// Takes keys from bytes, such as a part of a mapped file, which stay where they are.
    ///
    /// - Parameters:
    ///   - data: `[N, dimension]`, little-endian; it need not be aligned.
    ///   - dimension: The numbers of a key, at least 1.
    public init(_ data: Data, dimension: Int) {
        precondition(
            dimension >= 1 && data.count % (4 * dimension) == 0,
            "\(data.count) bytes in keys of \(dimension) numbers")
        count = data.count / (4 * dimension)
        self.dimension = dimension
        source = .data(data)
    }

    /// The bytes of all keys, which need not be aligned.
    ///
    /// - Parameter body: What reads them; they are valid only inside.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    public func withUnsafeBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        switch source {
        case .array(let numbers): try numbers.withUnsafeBytes(body)
        case .data(let data): try data.withUnsafeBytes(body)
        }
    }

    /// The numbers of all keys, aligned; copied only where they are not.
    func withUnsafeFloats<Result>(
        _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) rethrows -> Result {
        try withUnsafeBytes { bytes in
            let address = bytes.baseAddress.map { UInt(bitPattern: $0) } ?? 0
            if address % UInt(MemoryLayout<Float>.alignment) == 0 {
                return try body(bytes.assumingMemoryBound(to: Float.self))
            }
            let copy = [Float](unsafeUninitializedCapacity: bytes.count / 4) { target, count in
                UnsafeMutableRawBufferPointer(target).copyMemory(from: bytes)
                count = bytes.count / 4
            }
            return try copy.withUnsafeBufferPointer(body)
        }
    }

    /// These keys and some more behind them.
    func appending(_ more: KeyRows) -> KeyRows {
        precondition(dimension == more.dimension, "keys of \(dimension) and \(more.dimension)")
        var numbers = [Float]()
        numbers.reserveCapacity((count + more.count) * dimension)
        for keys in [self, more] { keys.withUnsafeFloats { numbers.append(contentsOf: $0) } }
        return KeyRows(numbers, dimension: dimension)
    }

    /// The first key whose length is not 1, give or take a thousandth.
    var firstInvalid: Int? {
        withUnsafeFloats { numbers in
            (0..<count).first { row in
                var sum: Float = 0
                for k in row * dimension..<(row + 1) * dimension { sum += numbers[k] * numbers[k] }
                return !(abs(sum - 1) <= 2e-3)
            }
        }
    }
}
