internal import Tensors

/// What the layers of an attention are called, now and in files written before diffusers 0.18.
enum AttentionNames {
    /// Today's name, and the older one.
    static let table = [
        ("to_q", "query"), ("to_k", "key"), ("to_v", "value"), ("to_out.0", "proj_attn"),
    ]

    /// The weights of a layer under whichever of its names the file has.
    static func layer(_ name: String, of weights: Weights) -> Weights {
        let older = table.first { $0.0 == name }?.1
        if let older, weights.contains("\(older).weight") { return weights[older] }
        return weights[name]
    }
}
