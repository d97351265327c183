/// The category of every token: the anchor that it is most similar to.
public struct TokenCategories: Sendable, Equatable {
    /// A number below ``categoryCount`` for each token.
    public var numbers: [Int32]

    /// The number of categories.
    public let categoryCount: Int

    /// Makes categories from numbers.
    ///
    /// - Parameters:
    ///   - numbers: A number below `categoryCount` for each token.
    ///   - categoryCount: The number of categories.
    public init(_ numbers: [Int32], categoryCount: Int) {
        self.numbers = numbers
        self.categoryCount = categoryCount
    }
}

/// A permutation of tokens; each run of ``groupSize`` tokens attends to itself.
public struct TokenOrder: Sendable, Equatable {
    /// Every token's number once, group after group.
    public let tokens: [Int32]

    /// The number of tokens in a group.
    public let groupSize: Int

    /// Windows of an image, row by row; shifted windows wrap around its edges.
    ///
    /// - Parameters:
    ///   - side: The side of a window, in pixels.
    ///   - shift: How far the windows are moved down and to the right, in pixels.
    ///   - height: The height of the image, a multiple of `side`.
    ///   - width: The width of the image, a multiple of `side`.
    public init(windows side: Int, shift: Int, height: Int, width: Int) {
        precondition(
            height % side == 0 && width % side == 0, "\(height)×\(width) in windows of \(side)")
        groupSize = side * side
        tokens = [Int32](unsafeUninitializedCapacity: height * width) { target, count in
            var next = 0
            for top in stride(from: 0, to: height, by: side) {
                for left in stride(from: 0, to: width, by: side) {
                    for y in top..<top + side {
                        let row = (y + shift) % height * width
                        for x in left..<left + side {
                            target[next] = Int32(row + (x + shift) % width)
                            next += 1
                        }
                    }
                }
            }
            count = next
        }
    }

    /// Tokens by category, those of one category in their own order (a stable counting sort), cut
    /// into groups of equal size.
    ///
    /// Source: category attention of ATD (Zhang et al., CVPR 2024), which PromptSR takes over.
    ///
    /// - Parameters:
    ///   - categories: The category of every token.
    ///   - groupSize: The number of tokens in a group; it divides the number of tokens.
    public init(sorting categories: TokenCategories, groupSize: Int) {
        let numbers = categories.numbers
        precondition(
            groupSize > 0 && numbers.count % groupSize == 0,
            "\(numbers.count) tokens in groups of \(groupSize)")
        self.groupSize = groupSize
        var next = [Int](repeating: 0, count: categories.categoryCount + 1)
        for number in numbers { next[Int(number) + 1] += 1 }
        for category in 0..<categories.categoryCount { next[category + 1] += next[category] }
        tokens = [Int32](unsafeUninitializedCapacity: numbers.count) { target, count in
            for token in numbers.indices {
                let category = Int(numbers[token])
                target[next[category]] = Int32(token)
                next[category] += 1
            }
            count = numbers.count
        }
    }
}
