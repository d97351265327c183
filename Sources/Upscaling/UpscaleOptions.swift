public import Imaging
public import Tensors

/// What one call wants; what the network is stands in its configuration.
public struct UpscaleOptions: Sendable {
    /// How large the result shall be.
    public var target: TargetSize
    /// How the picture is cut up for the network.
    public var regions: RegionOptions
    /// Threads and precision.
    public var compute: ComputePolicy
    /// Quality of JPEG and WebP files, 1…100.
    public var quality: Int
    /// What a picture may be before it is decoded.
    public var limits: DecodingLimits
    /// Bytes that one job may use; nil for what the system says is free.
    public var memoryLimitBytes: Int?
    /// What only upscalers that restore by diffusion understand.
    public var restoration = RestorationOptions()

    /// Options for one call.
    ///
    /// - Parameters:
    ///   - target: See ``target``.
    ///   - regions: See ``regions``.
    ///   - compute: See ``compute``.
    ///   - quality: See ``quality``.
    ///   - limits: See ``limits``.
    ///   - memoryLimitBytes: See ``memoryLimitBytes``.
    public init(
        target: TargetSize, regions: RegionOptions = .standard, compute: ComputePolicy,
        quality: Int = 95, limits: DecodingLimits = .standard, memoryLimitBytes: Int? = nil
    ) {
        self.target = target
        self.regions = regions
        self.compute = compute
        self.quality = quality
        self.limits = limits
        self.memoryLimitBytes = memoryLimitBytes
    }
}

/// How a picture is cut into regions that the network sees one at a time.
public struct RegionOptions: Sendable, Equatable {
    /// Side of a region in pixels of the input, a multiple of ``multiple``.
    public let size: Int
    /// Pixels of the input that neighbouring regions share at least.
    public let overlap: Int

    /// Networks work on windows of 16×16 pixels, so regions are made of whole windows.
    public static let multiple = 16

    /// The regions used when nothing else is asked for: 64 pixels, 8 of them shared.
    ///
    /// Measured: quality is the same from 48 to 256 pixels, and time is least where the anchors of
    /// a region are few (`Benchmarks/README.md`).
    public static let standard = RegionOptions(uncheckedSize: 64, overlap: 8)

    private init(uncheckedSize size: Int, overlap: Int) {
        self.size = size
        self.overlap = overlap
    }

    /// Regions of some size.
    ///
    /// - Parameters:
    ///   - size: See ``size``; from 32 to 4096.
    ///   - overlap: See ``overlap``; at most a quarter of `size`, so that no more than two regions
    ///     blend at any place of a row or column.
    /// - Throws: ``UpscaleError/badRegions(reason:)``.
    public init(size: Int, overlap: Int) throws(UpscaleError) {
        guard (32...4096).contains(size), size.isMultiple(of: Self.multiple) else {
            throw .badRegions(
                reason: "a region's side must be a multiple of 16 from 32 to 4096, not \(size)")
        }
        guard (0...size / 4).contains(overlap) else {
            throw .badRegions(
                reason: """
                    the overlap must be from 0 to a quarter of the region (\(size / 4)), \
                    not \(overlap)
                    """)
        }
        self.init(uncheckedSize: size, overlap: overlap)
    }
}
