import COneDNNShim

/// A oneDNN primitive for one shape, which never changes, so that threads may share it.
final class Operation: @unchecked Sendable {
    let handle: OpaquePointer

    /// The name of oneDNN's implementation.
    var implementation: String { String(cString: ps_dnn_implementation(handle)) }

    /// The memory that a run needs beside its operands.
    let scratchBytes: Int

    /// The size of the weights in the layout that the operation wants.
    let packedBytes: Int

    init(_ specification: ps_dnn_matmul) throws(ComputeError) {
        var (specification, handle) = (specification, OpaquePointer?.none)
        let status = ps_dnn_matmul_make(&specification, &handle)
        guard status == 0, let handle else { throw .fromOneDNN }
        self.handle = handle
        scratchBytes = ps_dnn_scratch_bytes(handle)
        packedBytes = ps_dnn_packed_bytes(handle)
    }

    init(_ specification: ps_dnn_convolution) throws(ComputeError) {
        var (specification, handle) = (specification, OpaquePointer?.none)
        let status = ps_dnn_convolution_make(&specification, &handle)
        guard status == 0, let handle else { throw .fromOneDNN }
        self.handle = handle
        scratchBytes = ps_dnn_scratch_bytes(handle)
        packedBytes = ps_dnn_packed_bytes(handle)
    }

    deinit {
        ps_dnn_operation_free(handle)
    }

    /// Whether weights packed for `other` serve this operation too.
    func hasSamePacking(as other: Operation) -> Bool {
        ps_dnn_same_packing(handle, other.handle) != 0
    }
}

/// Weights in an operation's own layout, to which nobody writes after packing.
final class PackedWeights: @unchecked Sendable {
    let address: UnsafeMutableRawPointer

    init(byteCount: Int) {
        address = .allocate(byteCount: max(byteCount, 1), alignment: Workspace.alignment)
    }

    deinit {
        address.deallocate()
    }
}

extension ElementType {
    /// The same in the shim's terms.
    var shimType: ps_dnn_type {
        switch self {
        case .f32: PS_DNN_F32
        case .bf16: PS_DNN_BF16
        }
    }
}
