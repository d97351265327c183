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
    private var ranked: [(neighbour: Neighbour, score: Float)] = []
    /// Below this nothing is taken any more.
    private var threshold = -Float.infinity

    init(capacity: Int) {
        self.capacity = capacity
        ranked.reserveCapacity(capacity + 1)
    }

    /// The best, by score, then by similarity, then by number.
    var sorted: [Neighbour] { ranked.map(\.neighbour) }

    /// Takes a neighbour in if it belongs to the best.
    ///
    /// One that is no number never does.
    ///
    /// - Parameters:
    ///   - similarity: The inner product.
    ///   - bonus: What makes its score of it.
    ///   - index: The key's number.
    mutating func consider(
        _ similarity: Float, bonus: Float = 0, _ index: @autoclosure () -> Int
    ) {
        let score = similarity + bonus
        if !(score >= threshold) { return }
        insert(Neighbour(index: index(), similarity: similarity), score)
    }

    private mutating func insert(_ new: Neighbour, _ score: Float) {
        var position = ranked.count
        while position > 0 {
            let other = ranked[position - 1]
            guard score > other.score || (score == other.score && new.precedes(other.neighbour))
            else { break }
            position -= 1
        }
        if position >= capacity { return }
        ranked.insert((new, score), at: position)
        if ranked.count > capacity { ranked.removeLast() }
        if ranked.count == capacity, let last = ranked.last { threshold = last.score }
    }
}
