/// The kinds of index that are supported, among the many that FAISS's factory strings can name.
enum IndexKind: Equatable {
    case flat
    case lists(Int)

    init(_ factory: String) throws(VectorIndexError) {
        if factory == "Flat" {
            self = .flat
            return
        }
        let parts = factory.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1] == "Flat", parts[0].hasPrefix("IVF"),
            let lists = Int(parts[0].dropFirst(3)), (1...1 << 20).contains(lists),
            parts[0] == "IVF\(lists)"
        else { throw .unsupported(factory: factory) }
        self = .lists(lists)
    }

    var factory: String {
        switch self {
        case .flat: "Flat"
        case .lists(let count): "IVF\(count),Flat"
        }
    }
}

extension VectorIndex {
    /// The kind of index that suits a number of keys.
    ///
    /// - Parameters:
    ///   - count: The number of keys.
    ///   - dimension: The numbers of a key.
    /// - Returns: A factory string: `Flat` up to 100,000 keys, then lists, the power of two that is
    ///   nearest to the root of the number of keys.
    public static func recommendedFactory(count: Int, dimension: Int) -> String {
        if count <= 100_000 { return IndexKind.flat.factory }
        var lists = 256
        // The next power is nearer once the count is past the product of both.
        while lists < 1 << 16 && count > 2 * lists * lists { lists *= 2 }
        return IndexKind.lists(lists).factory
    }

    /// The lists that a search looks through when nobody says otherwise: one of 64, at least 16.
    ///
    /// - Parameter lists: The lists that there are.
    /// - Returns: The number to look through.
    public static func recommendedProbes(lists: Int) -> Int {
        min(lists, max(16, lists / 64))
    }
}
