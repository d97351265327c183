import Diffusion
import Foundation
import Tensors

/// What a step of Patch-DiT is done on.
struct PatchFile {
    /// `[B, V, V, c]`.
    let shape: Shape
    private let file: SafetensorsFile

    init(_ file: SafetensorsFile) throws {
        guard let shape = file.shape(of: "z"), shape.rank == 4 else {
            throw WeightsError.damaged(file: file.name, reason: "no 'z' of [B, V, V, c]")
        }
        (self.file, self.shape) = (file, shape)
    }

    /// Some patches of a tensor whose first extent is B, as a tensor of these other extents.
    func tensor(_ name: String, _ rows: Range<Int>, in context: ComputeContext) throws -> Tensor {
        guard let extents = file.shape(of: name), extents[0] == shape[0] else {
            throw WeightsError.damaged(file: file.name, reason: "no '\(name)' of \(shape[0]) rows")
        }
        let size = extents.count / extents[0]
        let values = Array(try file.floats(name)[rows.lowerBound * size..<rows.upperBound * size])
        return Tensor(values, flattened(extents, rows.count), in: context)
    }

    func prompt(_ rows: Range<Int>, in context: ComputeContext) throws -> PromptTokens {
        PromptTokens(
            textures: try tensor("textures", rows, in: context),
            similarities: try tensor("similarities", rows, in: context).values,
            degradation: try tensor("degradation", rows, in: context))
    }

    /// The shape of `rows` rows, with the second extent in the first where there are three or five.
    private func flattened(_ extents: Shape, _ rows: Int) -> Shape {
        switch extents.rank {
        case 2: [rows * extents[1]]
        case 3: [rows * extents[1], extents[2]]
        case 5: [rows * extents[1], extents[2], extents[3], extents[4]]
        default: [rows, extents[1], extents[2], extents[3]]
        }
    }
}
