import COneDNNShim

/// A function that a layer applies to its result before it is written or added.
public enum Activation: String, Sendable, Hashable, CaseIterable {
    /// `max(x, 0)`.
    case relu
    /// `x·Φ(x)` with Φ approximated through tanh, as PyTorch's `gelu(approximate="tanh")`.
    case geluTanh
    /// `x·Φ(x)` with the exact normal distribution function Φ.
    case geluErf
    /// `x / (1 + exp(-x))`, also called SiLU.
    case swish

    /// The same in the shim's terms.
    var postOperation: ps_dnn_post_operation {
        switch self {
        case .relu: PS_DNN_RELU
        case .geluTanh: PS_DNN_GELU_TANH
        case .geluErf: PS_DNN_GELU_ERF
        case .swish: PS_DNN_SWISH
        }
    }
}
