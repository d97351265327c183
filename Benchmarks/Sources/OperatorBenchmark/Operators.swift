import CReference
import Tensors

/// The operators of PromptSR ×4 (C = 48, S = 4 heads, d = 8, 12 blocks) on a square region.
struct Operators {
    let side: Int
    private let channels = 48
    private let heads = 4
    private let scale = 4

    private var pixels: Int { side * side }
    private var anchors: Int { pixels / 64 }
    /// Bytes of one f32 number for each channel of each pixel.
    private var features: Double { Double(pixels * channels * 4) }

    var all: [Operator] {
        [
            convolution("head, 3×3, 3 → 48", calls: 1, inputs: 3),
            convolution("3×3, 48 → 48, added", calls: 5, inputs: channels, added: true),
            convolution("upsample, 3×3, 48 → 48", calls: 1, inputs: channels),
            linear("linear 48 → 144", calls: 36, outputs: 3 * channels),
            linear("linear 48 → 48, GELU", calls: 36, activation: .geluTanh),
            linear("linear 48 → 48, added", calls: 72, added: true),
            depthwise("depthwise 3×3", calls: 24, kernel: 3, stride: 1),
            depthwise("depthwise 9×9, every 8th", calls: 12, kernel: 9, stride: 8),
            layerNorm, attention("attention, windows of 256", group: 256),
            attention("attention, groups of 128", group: 128), gather, read, sort, shuffle,
        ]
    }

    private func features(_ last: Int, in context: ComputeContext) -> Tensor {
        Tensor(numbers(pixels * last), [1, side, side, last], in: context)
    }

    /// Numbers from -0.5 to 0.5 that look irregular and are the same every time.
    private func numbers(_ count: Int) -> [Float] {
        (0..<count).map { Float($0 * 7919 % 1009) / 1009 - 0.5 }
    }

    private func linear(
        _ name: String, calls: Int, outputs: Int? = nil, activation: Activation? = nil,
        added: Bool = false
    ) -> Operator {
        let (c, outputs) = (channels, outputs ?? channels)
        let layer = Linear(
            weight: numbers(c * outputs), bias: numbers(outputs), in: c, out: outputs)
        return Operator(
            name: name, calls: calls, operations: Double(2 * pixels * c * outputs),
            bytes: Double(pixels * 4 * (c + outputs * (added ? 2 : 1)))
        ) {
            reference_matmul_seconds(1, Int64(pixels), Int64(c), Int64(outputs))
        } prepare: { context in
            let x = features(c, in: context)
            let sum = added ? features(outputs, in: context) : nil
            return { try layer(x, activation: activation, addingTo: sum, in: context) }
        }
    }

    private func convolution(
        _ name: String, calls: Int, inputs: Int, added: Bool = false
    ) -> Operator {
        let c = channels
        let layer = Convolution(
            weight: numbers(9 * inputs * c), bias: numbers(c),
            .init(inputs: inputs, outputs: c, kernel: 3, padding: 1))
        return Operator(
            name: name, calls: calls, operations: Double(2 * 9 * pixels * inputs * c),
            bytes: Double(pixels * 4 * (inputs + c * (added ? 2 : 1)))
        ) {
            reference_convolution_seconds(Int64(side), Int64(inputs), Int64(c), 1, 3, 1)
        } prepare: { context in
            let x = features(inputs, in: context)
            let sum = added ? features(c, in: context) : nil
            return { try layer(x, addingTo: sum, in: context) }
        }
    }

    private func depthwise(_ name: String, calls: Int, kernel: Int, stride: Int) -> Operator {
        let c = channels
        let results = pixels / (stride * stride)
        let layer = DepthwiseConvolution(
            weight: numbers(c * kernel * kernel), bias: numbers(c), channels: c, kernel: kernel,
            stride: stride)
        return Operator(
            name: name, calls: calls, operations: Double(2 * kernel * kernel * results * c),
            bytes: Double((pixels + results) * c * 4)
        ) {
            reference_convolution_seconds(
                Int64(side), Int64(c), Int64(c), Int64(c), Int64(kernel), Int64(stride))
        } prepare: { context in
            let x = features(c, in: context)
            return { _ = try layer(x, in: context) }
        }
    }

    private var layerNorm: Operator {
        let layer = LayerNorm(gain: numbers(channels), shift: numbers(channels))
        return Operator(
            name: "layer norm", calls: 72, operations: 0, bytes: 2 * features
        ) {
            nil
        } prepare: { context in
            let x = features(channels, in: context)
            return { _ = layer(x, in: context) }
        }
    }

    private func attention(_ name: String, group: Int) -> Operator {
        let batch = Int64(pixels / group * heads)
        let (t, d) = (Int64(group), Int64(channels / heads))
        return Operator(
            name: name, calls: 24, operations: Double(4 * pixels * group * channels),
            bytes: 4 * features
        ) {
            reference_matmul_seconds(batch, t, d, t) + reference_matmul_seconds(batch, t, t, d)
        } prepare: { context in
            let qkv = features(3 * channels, in: context)
            let order = TokenOrder(
                sorting: TokenCategories((0..<pixels).map { Int32($0 % 7) }, categoryCount: 7),
                groupSize: group)
            let scale = [Float](repeating: 0.3, count: heads)
            return { _ = qkv.attended(within: order, scale: scale, in: context) }
        }
    }

    private var gather: Operator {
        anchorAttention("anchors gather") { qkv, anchors, context in
            _ = qkv.gatheredPrompts(for: anchors, in: context)
        }
    }

    private var read: Operator {
        anchorAttention("pixels read from anchors") { qkv, anchors, context in
            let keysAndValues = Tensor(
                numbers(2 * channels * self.anchors), [self.anchors, 2 * channels], in: context)
            _ = qkv.readPrompts(keysAndValues, anchors: anchors, in: context)
        }
    }

    private func anchorAttention(
        _ name: String, _ body: @escaping (Tensor, Tensor, ComputeContext) -> Void
    ) -> Operator {
        let (n, m, c) = (Int64(pixels), Int64(anchors), Int64(channels))
        return Operator(
            name: name, calls: 12, operations: Double(4 * n * m * c), bytes: 3 * features
        ) {
            reference_matmul_seconds(1, m, c, n) + reference_matmul_seconds(1, m, n, c)
        } prepare: { context in
            let qkv = features(3 * channels, in: context)
            let anchors = Tensor(
                numbers(channels * self.anchors), [self.anchors, channels], in: context)
            return { body(qkv, anchors, context) }
        }
    }

    private var sort: Operator {
        Operator(
            name: "sort by category", calls: 24, operations: 0, bytes: Double(pixels * 8)
        ) {
            nil
        } prepare: { _ in
            let categories = TokenCategories(
                (0..<pixels).map { Int32($0 * 7919 % anchors) }, categoryCount: anchors)
            return { _ = TokenOrder(sorting: categories, groupSize: 128) }
        }
    }

    private var shuffle: Operator {
        Operator(name: "pixel shuffle", calls: 1, operations: 0, bytes: 2 * features) {
            nil
        } prepare: { context in
            let x = features(3 * scale * scale, in: context)
            return { _ = x.pixelShuffled(by: scale, adding: [0.4, 0.4, 0.4], in: context) }
        }
    }
}
