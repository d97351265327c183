import COneDNNShim

/// What one thread needs to run layers: the policy, its memory, and its stream of operations.
///
/// Every worker has a context of its own and shares nothing, so a network needs no locks and gives
/// the same bytes at any number of workers.
public final class ComputeContext {
    /// How layers run.
    public let policy: ComputePolicy

    /// The threads that one operation may use.
    ///
    /// 1 in workers that run side by side; more for a single large image.
    public let threadsPerOperation: Int

    /// Where tensors come from.
    public let workspace = Workspace()

    /// How the inputs of layers are stored under this policy.
    public var elementType: ElementType { policy.precision.elementType }

    /// Products of shapes that this context has met.
    var products = ProductCache()

    private let stream: OpaquePointer

    /// Makes a context.
    ///
    /// - Parameters:
    ///   - policy: How layers run.
    ///   - threadsPerOperation: The threads that one operation may use, at least 1.
    /// - Throws: ``ComputeError/refused(_:)`` when oneDNN does not start.
    public init(
        policy: ComputePolicy = .automatic(), threadsPerOperation: Int = 1
    ) throws(ComputeError) {
        precondition(threadsPerOperation >= 1, "\(threadsPerOperation) threads for an operation")
        var stream: OpaquePointer?
        guard ps_dnn_stream_make(&stream) == 0, let stream else { throw .fromOneDNN }
        self.policy = policy
        self.threadsPerOperation = threadsPerOperation
        self.stream = stream
    }

    deinit {
        ps_dnn_stream_free(stream)
    }

    /// Runs an operation on memory whose sizes the caller has checked.
    func run(
        _ operation: Operation, source: UnsafeRawPointer, weights: UnsafeRawPointer,
        bias: UnsafePointer<Float>?, destination: UnsafeMutableRawPointer
    ) throws(ComputeError) {
        let scratch = operation.scratchBytes > 0 ? workspace.take(operation.scratchBytes) : nil
        defer { if let scratch { workspace.giveBack(scratch) } }
        let status = ps_dnn_run(
            operation.handle, stream, source, weights, bias, destination, scratch?.address)
        if status != 0 { throw .fromOneDNN }
    }

    /// Brings weights into the layout that an operation wants.
    func pack(_ plain: [Float], for operation: Operation) throws(ComputeError) -> PackedWeights {
        let packed = PackedWeights(byteCount: operation.packedBytes)
        let status = plain.withUnsafeBufferPointer { values in
            values.baseAddress.map { ps_dnn_pack(operation.handle, stream, $0, packed.address) }
        }
        guard status == 0 else { throw .fromOneDNN }
        return packed
    }
}

extension ComputeError {
    /// The error that oneDNN's shim has just reported on this thread.
    static var fromOneDNN: ComputeError { .refused(String(cString: ps_dnn_message())) }
}
