import Regions
import Testing

@testable import Upscaling

@Suite("Regions along one axis")
struct RegionAxisTests {
    @Test(
        "weights add up to 1 everywhere, for any extent, region and overlap",
        arguments: [(32, 8), (32, 0), (48, 12), (64, 16), (64, 1)])
    func partition(size: Int, overlap: Int) throws {
        let options = try RegionOptions(size: size, overlap: overlap)
        for extent in 1...300 {
            let axis = RegionAxis(extent: extent, options: options)
            for scale in [1, 3] {
                var sums = [Double](repeating: 0, count: extent * scale)
                for index in axis.starts.indices {
                    let start = axis.starts[index] * scale
                    for (position, weight) in axis.weights(of: index, scale: scale).enumerated() {
                        sums[start + position] += Double(weight)
                    }
                }
                let worst = sums.map { abs($0 - 1) }.max() ?? 1
                #expect(worst < 1e-6, "extent \(extent), scale \(scale)")
            }
        }
    }

    @Test(
        "stretches have one length, a multiple of 16, share the overlap, and end with the picture")
    func layout() throws {
        let options = try RegionOptions(size: 64, overlap: 16)
        for extent in 1...500 {
            let axis = RegionAxis(extent: extent, options: options)
            #expect(axis.length.isMultiple(of: 16))
            #expect(axis.length <= 64)
            #expect(axis.starts.first == 0)
            if axis.starts.count > 1 {
                #expect((axis.starts.last ?? 0) + axis.length == extent)
                for (earlier, later) in zip(axis.starts, axis.starts.dropFirst()) {
                    #expect(earlier + axis.length - later >= 16, "extent \(extent)")
                }
            } else {
                #expect(axis.length >= extent)
            }
        }
    }

    @Test("the outermost pixels of a stretch are not used inside the picture")
    func margins() throws {
        let axis = RegionAxis(extent: 112, options: try RegionOptions(size: 64, overlap: 16))
        #expect(axis.starts == [0, 48])
        let first = axis.weights(of: 0, scale: 1)
        #expect(first.suffix(4).allSatisfy { $0 == 0 })
        #expect(first.prefix(52).allSatisfy { $0 == 1 })
    }

    @Test(
        "regions that cannot be laid out are refused",
        arguments: [(16, 0), (40, 8), (64, 17), (64, -1)])
    func refused(size: Int, overlap: Int) {
        #expect(throws: UpscaleError.self) { try RegionOptions(size: size, overlap: overlap) }
    }
}
