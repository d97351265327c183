import COneDNNShim
import Foundation

/// What the processor and the library for matrix arithmetic offer.
public struct Processor: Sendable {
    /// The number of logical processors that this process may use.
    public let threads: Int

    /// The best instruction set that oneDNN will use, such as "AVX-512 with VNNI".
    public let instructionSet: String

    /// Whether products of bf16 numbers run in hardware.
    public let hasNativeBF16: Bool

    /// Whether bf16 can be used at all, if only slowly.
    public let runsBF16: Bool

    /// Whether products of bf16 numbers run in whole tiles, many times as fast as those of f32.
    public let hasAMX: Bool

    /// The version of oneDNN, such as "2.6.3".
    public let oneDNNVersion: String

    /// The processor that runs this.
    public static let current: Processor = {
        var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
        ps_dnn_version(&major, &minor, &patch)
        return Processor(
            threads: max(1, ProcessInfo.processInfo.activeProcessorCount),
            instructionSet: String(cString: ps_dnn_instruction_set()),
            hasNativeBF16: ps_dnn_has_native_bf16() != 0,
            runsBF16: ps_dnn_runs_bf16() != 0, hasAMX: ps_dnn_has_amx() != 0,
            oneDNNVersion: "\(major).\(minor).\(patch)")
    }()
}
