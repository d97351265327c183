internal import Locks

/// The weights of a network, from which layers take theirs by name, each exactly once.
///
/// ```swift
/// let weights = Weights(try SafetensorsFile(url))
/// let head = try Convolution(from: weights["head"], in: 3, out: 48, kernel: 3)
/// try weights.finish()
/// ```
///
/// A tensor that is missing or has another shape does not stop the loading: its place is taken by
/// zeros, and ``finish()`` reports all such problems together.
public struct Weights: Sendable {
    private let source: Source
    private let prefix: String

    /// All weights of a file.
    ///
    /// - Parameter file: The file.
    public init(_ file: SafetensorsFile) {
        self.source = Source(file)
        self.prefix = ""
    }

    /// The weights below a name: `weights["groups.0"]["norm"]` holds `groups.0.norm.weight`.
    ///
    /// - Parameter name: The name, without a dot at its end.
    public subscript(name: String) -> Weights {
        Weights(source: source, prefix: prefix + name + ".")
    }

    private init(source: Source, prefix: String) {
        self.source = source
        self.prefix = prefix
    }

    /// The `__metadata__` of the file.
    public var metadata: [String: String] { source.file.metadata }

    /// Whether the file has a tensor of a name, taken or not: for files that come with the names of
    /// several versions.
    ///
    /// - Parameter name: The tensor's name below this prefix.
    /// - Returns: Whether it is there.
    public func contains(_ name: String) -> Bool { source.file.shape(of: prefix + name) != nil }

    /// Takes a tensor.
    ///
    /// - Parameters:
    ///   - name: The tensor's name below this prefix.
    ///   - shape: The shape that the network needs.
    /// - Returns: The numbers in PyTorch's order; zeros when something was wrong, which
    ///   ``finish()`` will report.
    /// - Throws: ``WeightsError/mismatch(file:problems:)`` at once when the shape asked for could
    ///   not lie in the file at all, as with an absurd configuration.
    public func take(_ name: String, _ shape: [Int]) throws(WeightsError) -> [Float] {
        try source.take(prefix + name, shape)
    }

    /// Ends the loading of a network.
    ///
    /// - Throws: ``WeightsError/mismatch(file:problems:)`` with every tensor that was missing, of
    ///   another shape, taken twice, or never taken.
    public func finish() throws(WeightsError) {
        try source.finish()
    }
}

/// A file, and what has been taken from it.
private final class Source: Sendable {
    let file: SafetensorsFile

    private struct State {
        var left: Set<String>
        var problems: [String] = []
    }

    private let state: Guarded<State>

    init(_ file: SafetensorsFile) {
        self.file = file
        self.state = Guarded(State(left: Set(file.names)))
    }

    func take(_ name: String, _ shape: [Int]) throws(WeightsError) -> [Float] {
        // Zeros stand in for what is missing, so their number must be bounded by the file.
        let limit = max(file.dataByteCount, 1 << 20)
        var count = 1
        for size in shape {
            let (next, overflow) = count.multipliedReportingOverflow(by: size)
            guard size > 0, !overflow, next <= limit else {
                note("\(name) should have the impossible shape \(shape)")
                throw mismatch
            }
            count = next
        }
        if let values = values(name, shape) { return values }
        return [Float](repeating: 0, count: count)
    }

    /// The numbers of a tensor, or nil after its problem has been noted.
    private func values(_ name: String, _ shape: [Int]) -> [Float]? {
        guard let found = file.shape(of: name) else { return note("\(name) is missing") }
        guard state.withLock({ $0.left.remove(name) }) != nil else {
            return note("\(name) is taken twice")
        }
        guard found.dimensions == shape else {
            return note("\(name) has shape \(found), and \(shape) is needed")
        }
        do {
            return try file.floats(name)
        } catch {
            return note("\(name) is \(file.type(of: name) ?? "?"), not F32, F16 or BF16")
        }
    }

    @discardableResult
    private func note(_ problem: String) -> [Float]? {
        state.withLock { $0.problems.append(problem) }
        return nil
    }

    func finish() throws(WeightsError) {
        for name in state.withLock({ $0.left.sorted() }) {
            note("\(name) belongs to no layer")
        }
        guard state.withLock({ $0.problems.isEmpty }) else { throw mismatch }
    }

    private var mismatch: WeightsError {
        .mismatch(file: file.name, problems: state.withLock { $0.problems })
    }
}
