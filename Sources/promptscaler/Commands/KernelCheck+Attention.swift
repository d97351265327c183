internal import Foundation
internal import Tensors

extension KernelCheck {
    /// 4 heads 12 wide over groups of 256 tokens; every 97th token is compared.
    static func groupedAttention() throws -> Outcome {
        let (tokens, channels, heads, group) = (1024, 48, 4, 256)
        let context = try ComputeContext(policy: ComputePolicy(threads: 1, precision: .f32))
        let qkv = values(tokens * 3 * channels, seed: 6)
        let scale = [Float](repeating: 2, count: heads)
        let order = TokenOrder(windows: 16, shift: 8, height: 32, width: 32)
        let input = Tensor(qkv, [tokens, 3 * channels], in: context)
        let result = input.attended(within: order, scale: scale, in: context).values
        func row(_ token: Int, _ part: Int, _ head: Int) -> [Double] {
            let first = (token * 3 + part) * channels + head * channels / heads
            return qkv[first..<first + channels / heads].map(Double.init)
        }
        var worst = 0.0
        for place in stride(from: 0, to: tokens, by: 97) {
            let token = Int(order.tokens[place])
            let own = order.tokens[place / group * group..<(place / group + 1) * group]
            for head in 0..<heads {
                let expected = attend(
                    row(token, 0, head), own.map { row(Int($0), 1, head) },
                    own.map { row(Int($0), 2, head) }, factor: 2)
                for (d, value) in expected.enumerated() {
                    let index = token * channels + head * channels / heads + d
                    worst = max(worst, abs(value - Double(result[index])))
                }
            }
        }
        let speed = try gigaflops(4 * tokens * group * channels) {
            _ = input.attended(within: order, scale: scale, in: context)
        }
        return Outcome(error: worst, gigaflops: speed)
    }

    /// 64 anchors that gather from 1024 pixels; every 7th anchor is compared.
    static func anchorAttention() throws -> Outcome {
        let (pixels, anchorCount, channels) = (1024, 64, 48)
        let context = try ComputeContext(policy: ComputePolicy(threads: 1, precision: .f32))
        let qkv = values(pixels * 3 * channels, seed: 7)
        let anchors = values(anchorCount * channels, seed: 8)
        let input = Tensor(qkv, [pixels, 3 * channels], in: context)
        let anchorTensor = Tensor(anchors, [anchorCount, channels], in: context)
        let result = input.gatheredPrompts(for: anchorTensor, in: context).prompts.values
        func rows(_ part: Int) -> [[Double]] {
            (0..<pixels).map { pixel in
                let first = (pixel * 3 + part) * channels
                return qkv[first..<first + channels].map(Double.init)
            }
        }
        let (keys, contents) = (rows(1), rows(2))
        var worst = 0.0
        for anchor in stride(from: 0, to: anchorCount, by: 7) {
            let query = anchors[anchor * channels..<(anchor + 1) * channels].map(Double.init)
            let expected = attend(query, keys, contents, factor: 1 / Double(channels).squareRoot())
            for (c, value) in expected.enumerated() {
                worst = max(worst, abs(value - Double(result[anchor * channels + c])))
            }
        }
        let speed = try gigaflops(4 * pixels * anchorCount * channels) {
            _ = input.gatheredPrompts(for: anchorTensor, in: context)
        }
        return Outcome(error: worst, gigaflops: speed)
    }

    /// softmax(factor·q·kᵀ)·v for one query, as the formula says.
    private static func attend(
        _ query: [Double], _ keys: [[Double]], _ values: [[Double]], factor: Double
    ) -> [Double] {
        let weights = keys.map { key in
            exp(factor * zip(query, key).reduce(0) { $0 + $1.0 * $1.1 })
        }
        let sum = weights.reduce(0, +)
        return query.indices.map { c in
            zip(weights, values).reduce(0) { $0 + $1.0 * $1.1[c] } / sum
        }
    }
}
