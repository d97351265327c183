internal import Imaging
internal import Tensors

/// A network as the pipeline sees it: something that enlarges RGB regions by a whole factor.
protocol RegionNetwork: Sendable {
    /// The model folder's name.
    var name: String { get }
    /// The identity of its weights.
    var fingerprint: String { get }
    /// What it takes in memory.
    var footprint: NetworkFootprint { get }

    /// Makes ready to enlarge regions; what it returns stays on the thread that called.
    ///
    /// - Parameters:
    ///   - policy: Precision; its number of threads is the caller's business.
    ///   - threads: Threads for each operation inside.
    func makeWorker(policy: ComputePolicy, threads: Int) throws -> (Image) throws -> Image
}
