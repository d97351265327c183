internal import CKernels

/// Groups of similar textures: k-means over keys of length 1.
///
/// Source: Dhillon and Modha 2001, "Concept decompositions for large sparse text data" (spherical
/// k-means). The first entries of a memory lie far apart, so they are the first centres, and no
/// random numbers are needed. Sums run in the order of entries, ties go to the lower group, so the
/// result depends on the keys alone.
enum TextureClusters {
    /// The groups that suit a number of entries: about the square root of half of it.
    static func suitableCount(for entries: Int) -> Int {
        min(64, max(1, Int((Double(entries) / 2).squareRoot().rounded())))
    }

    /// Finds groups; they are numbered by their size, the largest first.
    ///
    /// - Parameters:
    ///   - keys: `[N, width]`.
    ///   - width: The numbers of a key.
    ///   - groups: The number of groups, at most N.
    /// - Returns: The group of each key. Groups may stay empty.
    static func groups(of keys: [Float], width: Int, groups: Int) -> [Int] {
        let count = keys.count / width
        precondition(
            keys.count == count * width && (1...max(1, count)).contains(groups),
            "\(groups) groups of \(keys.count) numbers in rows of \(width)")
        // More keys than these make the centres no better.
        let trained = min(count, 20_000)
        var centres = Array(keys[..<(groups * width)])
        var assigned = [Int](repeating: -1, count: trained)
        for _ in 0..<25 {
            let next = nearest(keys, width: width, count: trained, centres)
            if next == assigned { break }
            assigned = next
            move(&centres, keys, width, assigned)
        }
        return numberedBySize(nearest(keys, width: width, count: count, centres), groups)
    }

    private static func nearest(
        _ keys: [Float], width: Int, count: Int, _ centres: [Float]
    ) -> [Int] {
        let groups = centres.count / width
        let size = 4096
        var products = [Float](repeating: 0, count: min(count, size) * groups)
        var result: [Int] = []
        result.reserveCapacity(count)
        for start in stride(from: 0, to: count, by: size) {
            let rows = min(size, count - start)
            keys.withUnsafeBytes { keys in
                centres.withUnsafeBytes { centres in
                    if let keys = keys.baseAddress, let centres = centres.baseAddress {
                        ps_inner_products(
                            keys + start * width * 4, rows, centres, groups, width, &products)
                    }
                }
            }
            for row in 0..<rows {
                let products = products[row * groups..<(row + 1) * groups]
                var best = products.startIndex
                for group in products.indices where products[group] > products[best] {
                    best = group
                }
                result.append(best - products.startIndex)
            }
        }
        return result
    }

    private static func move(
        _ centres: inout [Float], _ keys: [Float], _ width: Int, _ assigned: [Int]
    ) {
        var sums = [Double](repeating: 0, count: centres.count)
        for (row, group) in assigned.enumerated() {
            for i in 0..<width { sums[group * width + i] += Double(keys[row * width + i]) }
        }
        for start in stride(from: 0, to: sums.count, by: width) {
            let length = sums[start..<start + width].reduce(0) { $0 + $1 * $1 }.squareRoot()
            // An empty group keeps its centre.
            guard length > 0 else { continue }
            for i in start..<start + width { centres[i] = Float(sums[i] / length) }
        }
    }

    private static func numberedBySize(_ assigned: [Int], _ groups: Int) -> [Int] {
        var sizes = [Int](repeating: 0, count: groups)
        for group in assigned { sizes[group] += 1 }
        let order = (0..<groups).sorted { (-sizes[$0], $0) < (-sizes[$1], $1) }
        var number = [Int](repeating: 0, count: groups)
        for (place, group) in order.enumerated() { number[group] = place }
        return assigned.map { number[$0] }
    }
}
