import Testing

@testable import Tensors

@Suite("Compute policy")
struct ComputePolicyTests {
    func processor(hasNativeBF16: Bool) -> Processor {
        Processor(
            threads: 6, instructionSet: "any", hasNativeBF16: hasNativeBF16, runsBF16: true,
            hasAMX: false, oneDNNVersion: "0")
    }

    @Test("bf16 is chosen only where hardware multiplies it, and whatever is asked for is kept")
    func automatic() {
        let (old, new) = (processor(hasNativeBF16: false), processor(hasNativeBF16: true))
        #expect(ComputePolicy.automatic(processor: old) == .init(threads: 6, precision: .f32))
        #expect(ComputePolicy.automatic(processor: new) == .init(threads: 6, precision: .bf16))
        #expect(
            ComputePolicy.automatic(threads: 2, precision: .bf16, processor: old)
                == .init(threads: 2, precision: .bf16))
        #expect(
            ComputePolicy.automatic(precision: .f32, processor: new)
                == .init(threads: 6, precision: .f32))
    }

    @Test("the processor is described")
    func current() {
        let processor = Processor.current
        #expect(processor.threads >= 1)
        #expect(["2", "3"].contains(processor.oneDNNVersion.prefix(1)))
        #expect(!processor.instructionSet.isEmpty)
    }

    @Test("a shape for which oneDNN has only reference code is refused by name")
    func refusal() throws {
        let context = try ComputeContext(policy: .init(threads: 1, precision: .f32))
        let x = Tensor([Float](repeating: 1, count: 6), [2, 3], in: context)
        let error = #expect(throws: ComputeError.self) {
            _ = try product(
                Matrix(x), Matrix(x), transposingSecond: true, output: .bf16, in: context)
        }
        #expect(error?.description.contains("[1, 2, 3] and [3, 2]") == true)
    }

    @Test("layers tell which implementations they use")
    func implementations() throws {
        let context = try ComputeContext(policy: .init(threads: 1, precision: .f32))
        let linear = Linear(weight: [1], bias: nil, in: 1, out: 1)
        #expect(linear.implementations.isEmpty)
        try linear(Tensor([1], [1, 1], in: context), in: context)
        #expect(linear.implementations.count == 1)
    }

    @Test("weights are packed once for shapes whose layouts agree")
    func packing() throws {
        let context = try ComputeContext(policy: .init(threads: 1, precision: .f32))
        let linear = Linear(
            weight: [Float](repeating: 1, count: 48 * 48), bias: nil, in: 48, out: 48)
        for rows in [1024, 4096, 1024, 8192] {
            try linear(Tensor([rows, 48], in: context), output: .f32, in: context)
        }
        #expect(linear.prepared.operationCount == 3)
        #expect(linear.prepared.packedCount == 1)
    }

    @Test("of many shapes the first are forgotten, and work again")
    func bounded() throws {
        let context = try ComputeContext(policy: .init(threads: 1, precision: .f32))
        let linear = Linear(weight: [2], bias: [1], in: 1, out: 1)
        for rows in [Int](1...60) + [1] {
            let x = Tensor([Float](repeating: 3, count: rows), [rows, 1], in: context)
            #expect(try linear(x, in: context).values == [Float](repeating: 7, count: rows))
        }
        #expect(linear.prepared.operationCount == PreparedLayer.capacity)
    }
}
