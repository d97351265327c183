extension PromptSRConfiguration {
    /// The number of learned numbers in a network with these settings.
    ///
    /// PromptSR, table I, gives 764K (×2) and 779K (×4), and 982K and 998K for PromptSR*; the
    /// network here has 0.6 % more (`Documentation/PromptSR.md` says where).
    public var parameterCount: Int {
        let c = channels
        func convolution(_ inputs: Int, _ outputs: Int, _ kernel: Int) -> Int {
            (inputs * kernel * kernel + 1) * outputs
        }
        func linear(_ outputs: Int) -> Int { (c + 1) * outputs }
        let norm = 2 * c
        let feedForward = norm + 2 * linear(c)
        let globalPrompting =
            norm + linear(3 * c) + convolution(1, c, anchorStride + 1) + linear(c) + linear(2 * c)
            + linear(c) + feedForward
        let localPrompting =
            norm + linear(3 * c) + 2 * heads + linear(c) + feedForward + convolution(1, c, 3)
        let group = blocksPerGroup * (globalPrompting + 2 * localPrompting) + convolution(c, c, 3)
        return convolution(3, c, 3) + residualGroups * group + convolution(c, c, 3)
            + convolution(c, 3 * scale * scale, 3)
    }
}
