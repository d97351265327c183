import Foundation
import TestSupport
import Tensors
import Testing

@Suite("Operators")
struct OperatorTests {
    let context: ComputeContext

    init() throws {
        context = try ComputeContext(policy: ComputePolicy(threads: 1, precision: .f32))
    }

    @Test("products take columns of a wider tensor in place")
    func products() throws {
        var random = SplitMix(seed: 11)
        let (a, b) = (random.floats(64 * 48), random.floats(300 * 144))
        let wide = Tensor(b, [300, 144], in: context)
        let keys = Matrix(wide, columns: 48..<96)
        let y = try product(
            Matrix(Tensor(a, [64, 48], in: context)), keys, transposingSecond: true, in: context)
        #expect(y.shape == [64, 300])
        let columns = (0..<300).flatMap { b[$0 * 144 + 48..<$0 * 144 + 96] }
        let expected = Reference.linear(a, columns, nil, inputs: 48, outputs: 300)
        expectNear(y.values, expected, absolute: 1e-5, relative: 1e-6)

        let z = try product(Matrix(y), keys, in: context)  // [64, 300] · [300, 48]
        let transposed = (0..<48).flatMap { c in (0..<300).map { b[$0 * 144 + 48 + c] } }
        let second = Reference.linear(y.values, transposed, nil, inputs: 300, outputs: 48)
        expectNear(z.values, second, absolute: 1e-4, relative: 1e-6)
    }

    @Test("products of bf16 numbers are summed in f32", .enabled(if: Processor.current.runsBF16))
    func bf16Products() throws {
        var random = SplitMix(seed: 12)
        let (a, b) = (random.floats(64 * 48), random.floats(128 * 144))
        let x = Tensor(a, [64, 48], in: context).converted(to: .bf16, in: context)
        let wide = Tensor(b, [128, 144], in: context).converted(to: .bf16, in: context)
        let y = try product(
            Matrix(x), Matrix(wide, columns: 96..<144), transposingSecond: true, in: context)
        let columns = (0..<128).flatMap { wide.values[$0 * 144 + 96..<$0 * 144 + 144] }
        let expected = Reference.linear(x.values, columns, nil, inputs: 48, outputs: 128)
        expectNear(y.values, expected, absolute: 1e-5, relative: 1e-6)
    }

    @Test(
        "rows of a softmax equal the double reference and sum to one",
        arguments: [
            1, 2, 15, 16, 64, 100, 4096,
        ])
    func softmax(columns: Int) {
        var random = SplitMix(seed: 13)
        let x = random.floats(9 * columns, in: -60...60)
        let y = Tensor(x, [9, columns], in: context).softmax(scale: 0.7, in: context).values
        for row in 0..<9 {
            let part = x[row * columns..<(row + 1) * columns].map { 0.7 * Double($0) }
            let largest = part.max() ?? 0
            let e = part.map { exp($0 - largest) }
            let sum = e.reduce(0, +)
            // 60 · 0.7 rounded to single precision moves exp by 4e-6 of itself.
            expectNear(
                Array(y[row * columns..<(row + 1) * columns]), e.map { $0 / sum },
                absolute: 1e-30, relative: 1e-5)
        }
    }

    @Test("pixel shuffle orders channels as colour, row, column")
    func pixelShuffle() {
        // Two pixels side by side, two colours, scale 2: channel = colour·4 + row·2 + column.
        let x = Tensor((0..<16).map(Float.init), [1, 1, 2, 8], in: context)
        let y = x.pixelShuffled(by: 2, adding: [100, 200], in: context)
        #expect(y.shape == [1, 2, 4, 2])
        #expect(
            y.values == [
                100, 204, 101, 205, 108, 212, 109, 213, 102, 206, 103, 207, 110, 214, 111, 215,
            ])
    }

    @Test("pixel unshuffle is the way back of pixel shuffle, in a batch and with offsets")
    func pixelUnshuffle() {
        var random = SplitMix(seed: 18)
        let x = Tensor(random.floats(2 * 6 * 10 * 3), [2, 6, 10, 3], in: context)
        let y = x.pixelUnshuffled(by: 2, adding: [0, 0, 0], in: context)
        #expect(y.shape == [2, 3, 5, 12])
        #expect(y.pixelShuffled(by: 2, adding: [0, 0, 0], in: context).values == x.values)
        let one = Tensor([1, 2, 3, 4], [1, 2, 2, 1], in: context)
        #expect(one.pixelUnshuffled(by: 2, adding: [10], in: context).values == [11, 12, 13, 14])
    }

    @Test("spread pixels keep their channels together")
    func pixelsSpread() {
        // Two pixels side by side, two colours, scale 2: channel = row·4 + column·2 + colour.
        let x = Tensor((0..<16).map(Float.init), [1, 1, 2, 8], in: context)
        let y = x.pixelsSpread(by: 2, in: context)
        #expect(y.shape == [1, 2, 4, 2])
        #expect(y.values == [0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 12, 13, 14, 15])
    }

    @Test("repeated pixels are blocks of equal ones")
    func pixelsRepeated() {
        let x = Tensor([1, 2, 3, 4], [1, 1, 2, 2], in: context)
        let y = x.pixelsRepeated(by: 2, in: context)
        #expect(y.shape == [1, 2, 4, 2])
        #expect(y.values == [1, 2, 1, 2, 3, 4, 3, 4, 1, 2, 1, 2, 3, 4, 3, 4])
    }

    @Test("SiLU equals the double reference, also far out")
    func silu() throws {
        let x = (-400...400).map { Float($0) / 4 }
        let y = Tensor(x, [801], in: context).silu(in: context)
        let expected = x.map { Reference.activation(.swish, Double($0)) }
        // exp stops at e^88, so far below zero the result is -x·e^-88 instead of 0.
        expectNear(y.values, expected, absolute: 1e-35, relative: 1e-6)
        let halves = try ComputeContext(policy: ComputePolicy(threads: 1, precision: .bf16))
        let rounded = Tensor(x, [801], in: halves).silu(in: halves)
        #expect(rounded.values == y.values.map(Reference.bf16))
    }

    @Test("channels are scaled and shifted by themselves")
    func scaledChannels() {
        let x = Tensor([1, 2, 3, 4], [2, 2], in: context)
        #expect(x.scaled(by: [2, 10], adding: [1, 0], in: context).values == [3, 20, 7, 40])
    }

    @Test("a transposed matrix has rows for columns")
    func transpose() {
        let x = Tensor((0..<35 * 18).map(Float.init), [35, 18], in: context)
        let y = x.transposed(in: context)
        #expect(y.shape == [18, 35])
        #expect(y.values[17 * 35 + 34] == 629 && y.values[1] == 18)
        #expect(y.transposed(in: context).values == x.values)
    }

    @Test("sums and blends are done in place")
    func arithmetic() {
        let (x, y) = (Tensor([1, 2], [2], in: context), Tensor([10, 30], [2], in: context))
        x.add(y)
        #expect(x.values == [11, 32])
        x.blend(with: y, weight: 0.25)
        #expect(x.values == [10.75, 31.5])
    }

    @Test("what is added may have a factor for each channel, or be the same for every stretch")
    func factorsAndStretches() {
        let x = Tensor([1, 2, 3, 4, 5, 6], [3, 2], in: context)
        x.add(Tensor([1, 1, 2, 2, 3, 3], [3, 2], in: context), times: [10, -1])
        #expect(x.values == [11, 1, 23, 2, 35, 3])
        x.add(repeating: [100, 0])
        #expect(x.values == [111, 1, 123, 2, 135, 3])
    }

    @Test("f32 becomes bf16 by rounding to nearest, ties to even, and NaN stays NaN")
    func conversion() {
        let x: [Float] = [
            1, 1.00390625, 1.01171875, -3.14159, -0.0, .infinity, Float(bitPattern: 0x7F80_0001),
            Float(bitPattern: 0x7F7F_FFFF),
        ]
        let y = Tensor(x, [8], in: context).converted(to: .bf16, in: context).values
        #expect(y[0...2] == [1, 1, 1.015625])
        #expect(y[3] == -3.140625 && y[5] == .infinity && y[6].isNaN && y[7] == .infinity)
        #expect(y[4].bitPattern == 0x8000_0000)
        var random = SplitMix(seed: 17)
        let many = random.floats(1000)
        let halves = Tensor(many, [1000], in: context).converted(to: .bf16, in: context)
        #expect(halves.values == many.map(Reference.bf16))
        #expect(halves.converted(to: .f32, in: context).values == halves.values)
    }
}
