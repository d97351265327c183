import Foundation
import TestSupport
import Tensors
import Testing

/// Attention as its formula says, in double precision.
private enum SlowAttention {
    /// softmax(factor·q·kᵀ)·v over C numbers each, and the scores before the softmax.
    static func attend(
        _ q: [[Double]], _ k: [[Double]], _ v: [[Double]], factor: Double
    ) -> (result: [[Double]], scores: [[Double]]) {
        let scores = q.map { query in
            k.map { key in factor * zip(query, key).reduce(0) { $0 + $1.0 * $1.1 } }
        }
        let result = scores.map { row in
            let top = row.max() ?? 0
            let weights = row.map { exp($0 - top) }
            let sum = weights.reduce(0, +)
            return v[0].indices.map { c in
                zip(weights, v).reduce(0) { $0 + $1.0 * $1.1[c] } / sum
            }
        }
        return (result, scores)
    }

    /// Columns of a row-major matrix, as rows of doubles.
    static func columns(_ values: [Float], of width: Int, _ range: Range<Int>) -> [[Double]] {
        (0..<values.count / width).map { row in
            range.map { Double(values[row * width + $0]) }
        }
    }
}

@Suite("Attention")
struct AttentionTests {
    let context: ComputeContext

    init() throws {
        context = try ComputeContext(policy: ComputePolicy(threads: 1, precision: .f32))
    }

    @Test(
        "tokens attend to the tokens of their group, head by head",
        arguments: [(64, 48, 4), (128, 48, 4), (256, 16, 2), (64, 15, 1), (64, 3, 3)])
    func grouped(groupSize: Int, channels: Int, heads: Int) {
        let n = 2 * groupSize
        var random = SplitMix(seed: 21)
        let qkv = random.floats(n * 3 * channels, in: -3...3)
        let scale = random.floats(heads, in: 0.1...1)
        let categories = TokenCategories(
            (0..<n).map { _ in Int32.random(in: 0..<9, using: &random) }, categoryCount: 9)
        let order = TokenOrder(sorting: categories, groupSize: groupSize)
        var expected = [Double](repeating: 0, count: n * channels)
        let d = channels / heads
        for group in 0..<2 {
            let tokens = order.tokens[group * groupSize..<(group + 1) * groupSize].map(Int.init)
            for head in 0..<heads {
                func rows(_ part: Int) -> [[Double]] {
                    let first = part * channels + head * d
                    let all = SlowAttention.columns(qkv, of: 3 * channels, first..<first + d)
                    return tokens.map { all[$0] }
                }
                let slow = SlowAttention.attend(
                    rows(0), rows(1), rows(2), factor: Double(scale[head]))
                for (token, row) in zip(tokens, slow.result) {
                    for c in 0..<d { expected[token * channels + head * d + c] = row[c] }
                }
            }
        }
        let tensor = Tensor(qkv, [n, 3 * channels], in: context)
        let result = tensor.attended(within: order, scale: scale, in: context)
        expectNear(result.values, expected, absolute: 2e-5)
        tensor.attend(within: order, scale: scale, addingTo: result, in: context)
        expectNear(result.values, expected.map { 2 * $0 }, absolute: 4e-5)
    }

    @Test("scores far apart neither overflow nor make NaN")
    func extremeScores() {
        var random = SplitMix(seed: 22)
        let qkv = random.floats(64 * 36, in: -1000...1000)
        let order = TokenOrder(windows: 8, shift: 0, height: 8, width: 8)
        let result = Tensor(qkv, [64, 36], in: context)
            .attended(within: order, scale: [5], in: context)
        #expect(result.values.allSatisfy { abs($0) <= 1000.1 })
    }

    @Test(
        "anchors gather from all pixels, and pixels read from all anchors",
        arguments: [(64, 1, 16), (256, 4, 48), (128, 64, 48), (192, 33, 64), (64, 6, 80)])
    func anchors(pixels: Int, anchorCount: Int, channels: Int) {
        var random = SplitMix(seed: 23)
        let qkv = random.floats(pixels * 3 * channels, in: -2...2)
        let a = random.floats(anchorCount * channels, in: -2...2)
        let kv = random.floats(anchorCount * 2 * channels, in: -2...2)
        func part(_ index: Int) -> [[Double]] {
            SlowAttention.columns(qkv, of: 3 * channels, index * channels..<(index + 1) * channels)
        }
        let anchorRows = SlowAttention.columns(a, of: channels, 0..<channels)
        let factor = 1 / Double(channels).squareRoot()
        let tensor = Tensor(qkv, [pixels, 3 * channels], in: context)
        let anchors = Tensor(a, [anchorCount, channels], in: context)

        let coarse = SlowAttention.attend(anchorRows, part(1), part(2), factor: factor)
        let gathered = tensor.gatheredPrompts(for: anchors, in: context)
        expectNear(gathered.prompts.values, coarse.result.flatMap { $0 }, absolute: 2e-5)
        let coarseCategories = (0..<pixels).map { n in first(coarse.scores.map { $0[n] }) }
        #expect(gathered.categories.numbers == coarseCategories)

        let keys = zip(SlowAttention.columns(kv, of: 2 * channels, 0..<channels), anchorRows)
            .map { zip($0, $1).map(+) }
        let values = SlowAttention.columns(kv, of: 2 * channels, channels..<2 * channels)
        let fine = SlowAttention.attend(part(0), keys, values, factor: factor)
        let read = tensor.readPrompts(
            Tensor(kv, [anchorCount, 2 * channels], in: context), anchors: anchors, in: context)
        expectNear(read.features.values, fine.result.flatMap { $0 }, absolute: 2e-5)
        #expect(read.categories.numbers == fine.scores.map(first))
    }

    @Test("among equal anchors the first one is the category")
    func ties() {
        let qkv = Tensor([Float](repeating: 1, count: 64 * 48), [64, 48], in: context)
        let anchors = Tensor([Float](repeating: 1, count: 5 * 16), [5, 16], in: context)
        let gathered = qkv.gatheredPrompts(for: anchors, in: context)
        #expect(gathered.categories.numbers.allSatisfy { $0 == 0 })
        let kv = Tensor([Float](repeating: 1, count: 5 * 32), [5, 32], in: context)
        let read = qkv.readPrompts(kv, anchors: anchors, in: context)
        #expect(read.categories.numbers.allSatisfy { $0 == 0 })
    }

    private func first(_ scores: [Double]) -> Int32 {
        Int32(scores.firstIndex(of: scores.max() ?? 0) ?? -1)
    }
}
