/// How a network runs: never what it computes, except for rounding.
public struct ComputePolicy: Sendable, Equatable {
    /// The precision of matrix arithmetic.
    ///
    /// With bf16 the inputs and weights of linear layers and convolutions are bf16, sums are kept
    /// in f32, and so is everything that is added up along a network (the residual stream).
    public enum Precision: String, Sendable, CaseIterable {
        /// Single precision throughout.
        case f32
        /// Products of bf16 numbers, summed in f32.
        case bf16

        /// How the inputs of layers are stored.
        public var elementType: ElementType {
            switch self {
            case .f32: .f32
            case .bf16: .bf16
            }
        }
    }

    /// The number of regions worked on at the same time, each on its own thread.
    public var threads: Int

    /// The precision of matrix arithmetic.
    public var precision: Precision

    /// Makes a policy.
    ///
    /// - Parameters:
    ///   - threads: The number of threads, at least 1.
    ///   - precision: The precision of matrix arithmetic.
    public init(threads: Int, precision: Precision) {
        precondition(threads >= 1, "\(threads) threads")
        self.threads = threads
        self.precision = precision
    }

    /// A policy for this processor: all its threads, and bf16 only where hardware multiplies it.
    ///
    /// - Parameters:
    ///   - threads: The number of threads, or nil for as many as the process may use.
    ///   - precision: The precision, or nil to choose.
    ///   - processor: The processor to choose for.
    /// - Returns: The policy.
    public static func automatic(
        threads: Int? = nil, precision: Precision? = nil, processor: Processor = .current
    ) -> ComputePolicy {
        ComputePolicy(
            threads: threads ?? processor.threads,
            precision: precision ?? (processor.hasNativeBF16 ? .bf16 : .f32))
    }
}
