/// For every position along one axis of the result: which source positions count, and how much.
struct ResamplingWeights<Scalar: BinaryFloatingPoint & Sendable>: Sendable {
    /// The weights of one position of the result.
    struct Taps {
        /// The first source position; negative when it lies before the edge.
        var first: Int
        /// Where the weights start.
        var offset: Int
        /// How many weights there are, at least 1.
        var count: Int
    }

    private(set) var taps: [Taps] = []
    private(set) var weights: [Scalar] = []

    /// How many positions before the first source sample are needed.
    private(set) var before = 0

    /// How many positions after the last source sample are needed.
    private(set) var after = 0

    /// Computes weights in double precision, whatever they are stored in.
    ///
    /// Source: `contributions` in MATLAB's `imresize.m`. When shrinking, the filter is stretched by
    /// the scale, which keeps detail finer than the new grid from turning into false patterns.
    ///
    /// - Parameters:
    ///   - sourceCount: Samples along the axis.
    ///   - targetCount: Samples wanted.
    ///   - filter: How to weigh.
    init(sourceCount: Int, targetCount: Int, filter: ResamplingFilter) {
        let scale = Double(targetCount) / Double(sourceCount)
        taps.reserveCapacity(targetCount)
        for target in 0..<targetCount {
            let (first, values) =
                filter == .area
                ? Self.areaWeights(target, scale: scale, sourceCount: sourceCount)
                : Self.kernelWeights(target, scale: scale, filter: filter)
            append(first: first, values: values)
            before = max(before, -taps[target].first)
            after = max(after, taps[target].first + taps[target].count - sourceCount)
        }
    }

    private static func kernelWeights(
        _ target: Int, scale: Double, filter: ResamplingFilter
    ) -> (first: Int, values: [Double]) {
        let stretch = min(scale, 1)
        let width = filter.support / stretch
        let centre = (Double(target) + 0.5) / scale - 0.5
        let first = Int((centre - width / 2).rounded(.down))
        let values = (0..<Int(width.rounded(.up)) + 2).map { tap in
            stretch * filter.weight(at: stretch * (centre - Double(first + tap)))
        }
        return (first, values)
    }

    private static func areaWeights(
        _ target: Int, scale: Double, sourceCount: Int
    ) -> (first: Int, values: [Double]) {
        let start = Double(target) / scale
        let end = min(Double(target + 1) / scale, Double(sourceCount))
        let first = Int(start)
        let values = (first..<max(Int(end.rounded(.up)), first + 1)).map { source in
            max(0, min(end, Double(source + 1)) - max(start, Double(source)))
        }
        return (first, values)
    }

    /// Adds one position: its weights made to sum to one, without zeros at the ends.
    private mutating func append(first: Int, values: [Double]) {
        let sum = values.reduce(0, +)
        let leading = values.prefix { $0 == 0 }.count
        let used = values.dropFirst(leading).reversed().drop { $0 == 0 }.reversed()
        taps.append(Taps(first: first + leading, offset: weights.count, count: used.count))
        weights.append(contentsOf: used.map { Scalar($0 / sum) })
    }
}
