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
    /// - Parameter policy: Precision; its number of threads is the caller's business. A region is
    ///   worked on by one thread, so that its bytes do not depend on how many there are.
    /// - Returns: The network as a function of one RGB region.
    /// - Throws: What stops this processor from running it.
    func makeWorker(policy: ComputePolicy) throws -> (Image) throws -> Image
}
