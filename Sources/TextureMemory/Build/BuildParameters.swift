/// Everything that decides what a build makes of a corpus.
///
/// Stored beside unfinished work, which can only be continued with the same parameters, and in the
/// finished memory.
public struct BuildParameters: Sendable, Equatable, Codable {
    /// A part of a corpus that is built by itself.
    public struct Shard: Sendable, Equatable, Codable, CustomStringConvertible {
        /// Which part, from 1 to ``count``.
        public let index: Int
        /// The number of parts.
        public let count: Int

        /// A part of a corpus.
        ///
        /// - Parameters:
        ///   - index: Which part, from 1 to `count`.
        ///   - count: The number of parts.
        public init(index: Int, count: Int) {
            precondition((1...count).contains(index), "shard \(index) of \(count)")
            self.index = index
            self.count = count
        }

        /// As on the command line: `2/4`.
        public var description: String { "\(index)/\(count)" }
    }

    /// Patches that are encoded in each shard, at most.
    ///
    /// Those of all shards together hold the ones that a build of the whole corpus encodes.
    public var initial = 20_000
    /// The most that ``initial`` may be.
    static let largestInitial = 100_000_000

    /// Entries of the memory.
    public var size = 2_000
    /// Which sample of patches is taken.
    public var seed: UInt64 = 0
    /// The part of the corpus.
    public var shard = Shard(index: 1, count: 1)
    /// Pixels from one patch to the next; nil for the side of a patch, so that none overlap.
    public var stride: Int?
    /// The gradient energy below which a patch is flat, in squared levels of 255.
    public var flatBelow = 12.0
    /// The share of flat patches that is kept, so that a memory knows skies too.
    public var flatShare = 0.05
    /// The weight of keys beside values in the squared distance between two patches.
    public var keyWeight = 1.0
    /// Pictures of more pixels are passed over.
    public var maximumPixels = 256_000_000

    /// The parameters that the command line has when nothing is said.
    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case initial, size, seed, shard, stride
        case flatBelow = "flat_below"
        case flatShare = "flat_share"
        case keyWeight = "key_weight"
        case maximumPixels = "maximum_pixels"
    }

    /// Refuses what makes no sense.
    ///
    /// - Parameter shape: The patches of the encoder.
    /// - Throws: ``MemoryError/badOption(name:reason:)``.
    func validate(for shape: PatchShape) throws(MemoryError) {
        func require(_ holds: Bool, _ name: String, _ reason: String) throws(MemoryError) {
            if !holds { throw .badOption(name: name, reason: reason) }
        }
        try require(size >= 1, "--size", "must be at least 1, not \(size)")
        try require(
            initial >= size, "--initial", "must be at least the size \(size), not \(initial)")
        try require(
            initial <= Self.largestInitial, "--initial",
            "must be at most \(Self.largestInitial), not \(initial)")
        let pixels = stride ?? shape.sidePixels
        try require(
            pixels >= shape.downsampling && pixels % shape.downsampling == 0, "--stride",
            "must be a multiple of \(shape.downsampling), not \(pixels)")
        try require(
            flatBelow >= 0 && flatBelow.isFinite, "--flat-below",
            "must be a number from 0, not \(flatBelow)")
        try require(
            (0...1).contains(flatShare), "--flat-share", "must be from 0 to 1, not \(flatShare)")
        try require(
            keyWeight >= 0 && keyWeight.isFinite, "--key-weight",
            "must be a number from 0, not \(keyWeight)")
    }
}
