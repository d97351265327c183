import Foundation
import Tensors

/// Regions of equal size.
struct Batch: Sendable {
    let count: Int
    private let shape: Shape
    private let values: [Float]

    /// The pixels of all regions together.
    var pixels: Int { values.count / 3 }

    /// Reads `regions`, `[R, H, W, 3]`.
    init(file: URL) throws {
        let file = try SafetensorsFile(file)
        guard let size = file.shape(of: "regions"), size.rank == 4, size.last == 3 else {
            throw WeightsError.damaged(file: file.name, reason: "no 'regions' of [R, H, W, 3]")
        }
        count = size[0]
        shape = [size[1], size[2], 3]
        values = try file.floats("regions")
    }

    /// Square regions with a pattern that is neither flat nor noise.
    init(patternOf count: Int, side: Int) {
        self.count = count
        shape = [side, side, 3]
        values = (0..<count * side * side * 3).map { Float($0 * 7919 % 256) / 255 }
    }

    /// One region, `[H, W, 3]`.
    func region(_ index: Int, in context: ComputeContext) -> Tensor {
        let size = shape.count
        return Tensor(Array(values[index * size..<(index + 1) * size]), shape, in: context)
    }
}
