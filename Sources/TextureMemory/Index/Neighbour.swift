/// A key that was found for a query.
public struct Neighbour: Sendable, Equatable {
    /// The key's number, counted from 0.
    public let index: Int

    /// The inner product of query and key, their cosine as both have unit length.
    public let similarity: Float

    /// Makes a neighbour.
    ///
    /// - Parameters:
    ///   - index: The key's number.
    ///   - similarity: The inner product of query and key.
    public init(index: Int, similarity: Float) {
        self.index = index
        self.similarity = similarity
    }

    /// Whether this one comes before another: more similar, or as similar with a lower number.
    func precedes(_ other: Neighbour) -> Bool {
        similarity > other.similarity || (similarity == other.similarity && index < other.index)
    }
}

/// The best few of many neighbours.
struct BestNeighbours {
    private let capacity: Int
    private(set) var sorted: [Neighbour] = []
    /// Below this nothing is taken any more.
    private var threshold = -Float.infinity

    init(capacity: Int) {
        self.capacity = capacity
        sorted.reserveCapacity(capacity + 1)
    }

    /// Takes a neighbour in if it belongs to the best.
    ///
    /// One that is no number never does.
    mutating func consider(_ similarity: Float, _ index: @autoclosure () -> Int) {
        if !(similarity >= threshold) { return }
        insert(Neighbour(index: index(), similarity: similarity))
    }

    private mutating func insert(_ new: Neighbour) {
        var position = sorted.count
        while position > 0 && new.precedes(sorted[position - 1]) { position -= 1 }
        if position >= capacity { return }
        sorted.insert(new, at: position)
        if sorted.count > capacity { sorted.removeLast() }
        if sorted.count == capacity, let last = sorted.last { threshold = last.similarity }
    }
}
