internal import Locks

/// The networks of one model at its several scales, each loaded when it is first needed.
final class NetworkShelf: Sendable {
    /// The scales there are, ascending, at least one.
    let scales: [Int]
    private let load: @Sendable (Int) throws -> any RegionNetwork
    private let loaded = Guarded<[Int: any RegionNetwork]>([:])

    init(scales: [Int], load: @escaping @Sendable (Int) throws -> any RegionNetwork) {
        precondition(!scales.isEmpty, "an upscaler needs at least one scale")
        self.scales = scales.sorted()
        self.load = load
    }

    /// The smallest scale that makes a picture at least as large as asked, so that the resize
    /// after the network only ever makes smaller.
    func smallestScale(from input: PixelSize, to output: PixelSize) throws(UpscaleError) -> Int {
        let needed = max(
            Double(output.width) / Double(input.width),
            Double(output.height) / Double(input.height))
        guard needed > 1 else { throw .notLarger(input: input, output: output) }
        let largest = scales.last ?? 1
        guard let scale = scales.first(where: { Double($0) >= needed }) else {
            throw .scaleTooLarge(asked: needed, largest: largest)
        }
        return scale
    }

    /// The network of one of ``scales``.
    func network(scale: Int) throws -> any RegionNetwork {
        try loaded.withLock { networks in
            if let network = networks[scale] { return network }
            let network = try load(scale)
            networks[scale] = network
            return network
        }
    }
}
