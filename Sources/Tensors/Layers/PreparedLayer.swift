import COneDNNShim
internal import Locks

/// Weights and bias of a layer with the operations made for the shapes met so far.
///
/// The first call with a shape plans an operation (0.1 to 17 ms) and packs the weights; later calls
/// find both under a lock that is held for a dictionary look-up. Shapes whose operations want the
/// same layout share one packed copy. Of many shapes, as pictures of a thousand sizes have, the ones
/// met first are forgotten, so memory stays bounded.
final class PreparedLayer: Sendable {
    /// What decides which operation is needed, besides the layer itself.
    struct Key: Hashable {
        var batch = 1
        var height = 1
        var width: Int
        var source: ElementType
        var destination: ElementType
        var activation: Activation?
        var isSum: Bool
        var threads: Int
        /// Of a convolution by Winograd's algorithm; nil for any other operation.
        var edges: WinogradEdges?
    }

    /// An operation with its weights.
    struct Entry {
        let operation: Operation
        let weights: PackedWeights
    }

    /// How many shapes are remembered.
    static let capacity = 48

    private struct Known {
        var entries: [Key: Entry] = [:]
        /// The keys in the order in which they were met.
        var order: [Key] = []
    }

    private let weights: [Float]
    let bias: [Float]?
    private let known = Guarded(Known())

    init(weights: [Float], bias: [Float]?) {
        self.weights = weights
        self.bias = bias
    }

    /// The operation for a key, made with `make` when the key is new.
    func entry(
        for key: Key, in context: ComputeContext,
        _ make: () throws(ComputeError) -> Operation
    ) throws(ComputeError) -> Entry {
        if let found = known.withLock({ $0.entries[key] }) { return found }
        let operation = try make()
        let others = known.withLock { Array($0.entries.values) }
        let shared = others.first { operation.hasSamePacking(as: $0.operation) }?.weights
        let packed =
            if let shared { shared } else { try context.pack(weights, for: operation) }
        let entry = Entry(operation: operation, weights: packed)
        // Two workers may have come here at once; both entries are good, and the first one stays.
        return known.withLock { known in
            if let found = known.entries[key] { return found }
            if known.order.count == Self.capacity {
                known.entries[known.order.removeFirst()] = nil
            }
            known.entries[key] = entry
            known.order.append(key)
            return entry
        }
    }

    /// Runs the operation for a key.
    func run(
        _ key: Key, on source: Tensor, into destination: Tensor, in context: ComputeContext,
        _ make: () throws(ComputeError) -> Operation
    ) throws(ComputeError) {
        let entry = try entry(for: key, in: context, make)
        defer { withExtendedLifetime((source, destination, entry)) {} }
        func run(_ bias: UnsafePointer<Float>?) throws(ComputeError) {
            try context.run(
                entry.operation, source: source.address, weights: entry.weights.address,
                bias: bias, destination: destination.address)
        }
        guard let bias else { return try run(nil) }
        try bias.withUnsafeBufferPointer { values throws(ComputeError) in
            try run(values.baseAddress)
        }
    }

    /// The number of shapes met so far.
    var operationCount: Int { known.withLock { $0.entries.count } }

    /// The number of layouts in which the weights are kept.
    var packedCount: Int {
        known.withLock { Set($0.entries.values.map { ObjectIdentifier($0.weights) }).count }
    }

    /// The names of the implementations in use, for reports.
    var implementations: [String] {
        Set(known.withLock { $0.entries.values.map { $0.operation.implementation } }).sorted()
    }
}

extension PreparedLayer.Key {
    /// The part of a specification that all operations share.
    func common(hasBias: Bool) -> ps_dnn_common {
        var common = ps_dnn_common()
        common.source = source.shimType
        common.weights = source.shimType
        common.destination = destination.shimType
        common.has_bias = hasBias ? 1 : 0
        common.threads = Int32(threads)
        if let activation {
            common.post_operations.0 = activation.postOperation
            common.post_operation_count = 1
        }
        if isSum {
            if activation == nil {
                common.post_operations.0 = PS_DNN_SUM
            } else {
                common.post_operations.1 = PS_DNN_SUM
            }
            common.post_operation_count += 1
        }
        return common
    }
}
