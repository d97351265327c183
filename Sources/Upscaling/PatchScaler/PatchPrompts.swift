internal import Diffusion
internal import Tensors
internal import TextureMemory

/// What conditions the diffusion of each patch: textures and degradation, of which each may be absent.
struct PatchPrompts: Sendable {
    var memory: TextureMemory?
    var textures: [Int: [Neighbour]] = [:]
    var degradation: DegradationTokens?

    /// All that it depends on, to know it again.
    var description: String {
        let entries = textures.sorted { $0.key < $1.key }
        let found = entries.map { "\($0.key): \($0.value.map { ($0.index, $0.similarity) })" }
        return "\(found) \(degradation?.values ?? [])"
    }

    /// The prompt of a batch.
    func tokens(of patches: [Int], shape: (side: Int, channels: Int), in context: ComputeContext)
        -> PromptTokens
    {
        var latents: Tensor?
        var similarities: [Float] = []
        if let memory {
            let found = patches.flatMap { textures[$0] ?? [] }
            similarities = found.map(\.similarity)
            if !found.isEmpty {
                latents = Tensor(
                    memory.values(of: found.map(\.index)),
                    [found.count, shape.side, shape.side, shape.channels], in: context)
            }
        }
        let numbers = degradation.map { tokens in
            let values = patches.flatMap(tokens.values)
            return Tensor(values, [values.count / tokens.size, tokens.size], in: context)
        }
        return PromptTokens(textures: latents, similarities: similarities, degradation: numbers)
    }
}
