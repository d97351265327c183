internal import Imaging
internal import Regions

/// A picture cut into overlapping regions of equal size, and put together again, enlarged.
struct RegionGrid: Sendable {
    let columns: RegionAxis
    let rows: RegionAxis

    init(width: Int, height: Int, options: RegionOptions) {
        columns = RegionAxis(extent: width, options: options)
        rows = RegionAxis(extent: height, options: options)
    }

    /// How many regions there are.
    var count: Int { columns.starts.count * rows.starts.count }

    /// How many pixels the network sees in all, what lies in several regions counted several times.
    var networkPixels: Int { count * regionPixels }

    /// Pixels of one region.
    var regionPixels: Int { columns.length * rows.length }

    /// Enlarges a picture region by region, several at a time.
    ///
    /// - Parameters:
    ///   - image: RGB, of the size that the grid was made for.
    ///   - scale: How many times larger the network makes a region.
    ///   - threads: How many regions are worked on at the same time.
    ///   - makeWorker: Called once on each thread; gives the network, which gets an RGB region
    ///     whose sides are ``RegionAxis/length``.
    ///   - regionDone: Called after each region, on the calling thread, with the number of regions
    ///     that are done; throwing stops the work.
    /// - Returns: The whole picture, `scale` times as large, not yet clamped. The same bytes for
    ///   any number of threads.
    /// - Throws: What the two closures throw.
    func enlarge(
        _ image: Image, scale: Int, threads: Int,
        makeWorker: @escaping @Sendable () throws -> (Image) throws -> Image,
        regionDone: (Int) throws -> Void
    ) throws -> Image {
        var result = Image(
            width: image.width * scale, height: image.height * scale, channels: .rgb, filledWith: 0)
        let columnWeights = columns.starts.indices.map { columns.weights(of: $0, scale: scale) }
        let rowWeights = rows.starts.indices.map { rows.weights(of: $0, scale: scale) }
        try OrderedWorkers.run(count: count, threads: threads) {
            let network = try makeWorker()
            return { index in
                let (row, column) = index.quotientAndRemainder(dividingBy: columns.starts.count)
                return try network(cut(image, column: column, row: row))
            }
        } use: { index, region in
            precondition(
                region.width == columns.length * scale && region.height == rows.length * scale,
                "a region became \(region.width)×\(region.height) at ×\(scale)")
            let (row, column) = index.quotientAndRemainder(dividingBy: columns.starts.count)
            add(
                region, to: &result, x: columns.starts[column] * scale, y: rows.starts[row] * scale,
                columnWeights[column], rowWeights[row])
            try regionDone(index + 1)
        }
        return result
    }

    /// A region of the picture; beyond the right and lower edge the picture is mirrored.
    func cut(_ image: Image, column: Int, row: Int) -> Image {
        let width = columns.length
        let height = rows.length
        let channels = image.channels.rawValue
        let sourceX = (0..<width).map { Self.mirror(columns.starts[column] + $0, image.width) }
        var pixels: [Float] = []
        pixels.reserveCapacity(width * height * channels)
        image.pixels.withUnsafeBufferPointer { source in
            for y in 0..<height {
                let line = Self.mirror(rows.starts[row] + y, image.height) * image.width
                for x in sourceX {
                    let start = (line + x) * channels
                    pixels.append(contentsOf: source[start..<start + channels])
                }
            }
        }
        return Image(width: width, height: height, channels: image.channels, pixels: pixels)
    }

    /// Mirrors an index at the last pixel, which is not repeated; a single pixel is repeated.
    static func mirror(_ index: Int, _ extent: Int) -> Int {
        if index < extent { return index }
        if extent == 1 { return 0 }
        let period = 2 * (extent - 1)
        let folded = index % period
        return folded < extent ? folded : period - folded
    }

    private func add(
        _ region: Image, to result: inout Image, x: Int, y: Int, _ columnWeights: [Float],
        _ rowWeights: [Float]
    ) {
        let resultWidth = result.width
        // Weights for each sample, so that the inner loop is a plain multiply and add.
        let weights = columnWeights.flatMap { [$0, $0, $0] }
        result.pixels.withUnsafeMutableBufferPointer { target in
            region.pixels.withUnsafeBufferPointer { source in
                for (line, rowWeight) in rowWeights.enumerated() where rowWeight > 0 {
                    let from = line * region.width * 3
                    let to = ((y + line) * resultWidth + x) * 3
                    for sample in 0..<weights.count {
                        target[to + sample] += rowWeight * weights[sample] * source[from + sample]
                    }
                }
            }
        }
    }
}

extension RegionAxis {
    /// Stretches as the options ask for, made of whole windows.
    init(extent: Int, options: RegionOptions) {
        self.init(
            extent: extent, size: options.size, overlap: options.overlap,
            multiple: RegionOptions.multiple)
    }
}
