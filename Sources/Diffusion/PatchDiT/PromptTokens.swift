public import Tensors

/// What conditions a batch of patches.
///
/// Textures and degradation may each be absent. A value of the memory, or of the classifier of
/// degradations, is known here only by its numbers.
public struct PromptTokens {
    /// Latents of the textures, `[B·K, V, V, c]`, f32: K for each patch, the most similar first.
    public let textures: Tensor?

    /// The cosine of each texture with its patch, `[B·K]`.
    public let similarities: [Float]

    /// Tokens of the degradation prompt, `[B·G, size]`, f32.
    public let degradation: Tensor?

    /// Makes a prompt.
    ///
    /// - Parameters:
    ///   - textures: `[B·K, V, V, c]`, or nil for none.
    ///   - similarities: `[B·K]`.
    ///   - degradation: `[B·G, size]`, or nil for none.
    public init(
        textures: Tensor? = nil, similarities: [Float] = [], degradation: Tensor? = nil
    ) {
        precondition((textures?.shape[0] ?? 0) == similarities.count, "a cosine for each texture")
        self.textures = textures
        self.similarities = similarities
        self.degradation = degradation
    }
}
