import Tensors
import Testing

@Suite("Workspace")
struct WorkspaceTests {
    @Test("memory comes back when a tensor goes, and is used again")
    func reuse() throws {
        let context = try ComputeContext()
        for _ in 0..<10 {
            let x = Tensor([1000], in: context)
            #expect(context.workspace.usedBytes >= 4000)
            _ = x
        }
        #expect(context.workspace.usedBytes == 0)
        #expect(context.workspace.peakBytes < 8000)
        context.workspace.trim()
        #expect(context.workspace.reservedBytes == 0)
    }

    @Test("a small tensor does not take a large block")
    func fit() throws {
        let context = try ComputeContext()
        _ = Tensor([1_000_000], in: context).shape
        let small = Tensor([1000], in: context)
        #expect(context.workspace.usedBytes < 10_000)
        #expect(small.values.count == 1000)
    }

    @Test("a reshaped tensor shares memory, a copy does not")
    func sharing() throws {
        let context = try ComputeContext()
        let x = Tensor([1, 2, 3, 4], [2, 2], in: context)
        let (view, copy) = (x.reshaped([4]), x.copy(in: context))
        x.withUnsafeMutableFloats { $0[3] = 9 }
        #expect(view.values == [1, 2, 3, 9])
        #expect(copy.values == [1, 2, 3, 4])
    }
}
