extension KeyRows {
    /// Queries to try an index with: two parts of one key and one of the next, where neighbours are
    /// hardest to find.
    ///
    /// - Parameter most: The most queries; they are spread evenly over the keys.
    /// - Returns: Queries of length 1, at least one when there are keys.
    func queriesBetween(_ most: Int) -> KeyRows {
        let rows = min(most, count)
        let chosen = (0..<rows).map { $0 * count / rows }
        return withUnsafeFloats { numbers in
            let queries = zip(chosen, chosen.dropFirst() + chosen.prefix(1)).flatMap {
                a, b -> [Float] in
                let sum = (0..<dimension).map {
                    2 * numbers[a * dimension + $0] + numbers[b * dimension + $0]
                }
                let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
                return sum.map { $0 / max(length, .leastNormalMagnitude) }
            }
            return KeyRows(queries, dimension: dimension)
        }
    }
}
