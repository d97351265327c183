/// The order in which patches are taken: a number that depends on the patch and on nothing else.
///
/// The `n` patches with the lowest numbers are a random sample of all (a bottom-k sample, Cohen
/// and Kaplan 2007, "Summarizing data using bottom-k sketches"): the same one whatever the order,
/// the threads, or how often the work was interrupted.
struct PatchPriority: Sendable {
    private let key: UInt64

    /// - Parameter seed: Which sample.
    init(seed: UInt64) {
        key = Self.mixed(seed &+ 0x9E37_79B9_7F4A_7C15)
    }

    /// A number for a patch.
    ///
    /// - Parameters:
    ///   - position: Where the patch lies.
    ///   - picture: The number of its picture.
    ///   - purpose: Numbers for different purposes are independent.
    /// - Returns: Any number of 64 bits.
    func patch(_ position: PatchPosition, of picture: UInt64, purpose: UInt64 = 0) -> UInt64 {
        var state = picture
        for word in [UInt64(bitPattern: Int64(position.x)), UInt64(bitPattern: Int64(position.y))]
            + [purpose]
        {
            state = Self.mixed(state ^ Self.mixed(word &+ 0x9E37_79B9_7F4A_7C15))
        }
        return state
    }

    /// A number for a picture.
    ///
    /// - Parameter sha256: The SHA-256 of the picture's file, 64 hexadecimal digits.
    /// - Returns: Any number of 64 bits.
    func picture(_ sha256: String) -> UInt64 {
        var state = key
        for start in stride(from: 0, to: 64, by: 16) {
            let digits = sha256.utf8.dropFirst(start).prefix(16)
            let word = UInt64(String(decoding: digits, as: UTF8.self), radix: 16) ?? 0
            state = Self.mixed(state ^ word)
        }
        return state
    }

    /// A one-to-one mixing of 64 bits: the finalizer of SplitMix64 (Steele, Lea and Flood 2014).
    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Keeps those of many values that have the lowest priorities; takes one after the other.
///
/// A heap with the worst value at its top. Cost: O(log k) for each value.
struct LowestFew<Value> {
    private let limit: Int
    private var heap: [(priority: UInt64, value: Value)] = []
    private let precedes: (Value, Value) -> Bool

    /// - Parameters:
    ///   - limit: How many to keep.
    ///   - precedes: Decides between equal priorities.
    init(_ limit: Int, precedes: @escaping (Value, Value) -> Bool) {
        self.limit = limit
        self.precedes = precedes
    }

    /// What is kept, in no particular order.
    var values: [Value] { heap.map(\.value) }

    mutating func add(_ value: Value, priority: UInt64) {
        let new = (priority: priority, value: value)
        if heap.count < limit {
            heap.append(new)
            var index = heap.count - 1
            while index > 0, isBefore(heap[(index - 1) / 2], heap[index]) {
                heap.swapAt(index, (index - 1) / 2)
                index = (index - 1) / 2
            }
        } else if limit > 0, isBefore(new, heap[0]) {
            heap[0] = new
            sink()
        }
    }

    private mutating func sink() {
        var index = 0
        while true {
            var worst = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < heap.count && isBefore(heap[worst], heap[child]) {
                worst = child
            }
            if worst == index { return }
            heap.swapAt(index, worst)
            index = worst
        }
    }

    private func isBefore(
        _ a: (priority: UInt64, value: Value), _ b: (priority: UInt64, value: Value)
    ) -> Bool {
        a.priority != b.priority ? a.priority < b.priority : precedes(a.value, b.value)
    }
}
