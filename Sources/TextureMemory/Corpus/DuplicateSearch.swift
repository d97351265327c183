/// Finds pictures that are copies of others.
///
/// Of each set of copies the one with the largest area stays, and among equals the one with the
/// lower SHA-256: whatever the order in which they come.
enum DuplicateSearch {
    /// One picture.
    struct Item {
        let sha256: String
        let area: Int
        let signature: PictureSignature
    }

    /// For each picture the one that it is a copy of, or nil when it stays.
    ///
    /// Pictures are looked at from the best down; each is compared with those that stay so far and
    /// share one of nine pieces of the signature. Cost: O(N) for pictures that differ.
    ///
    /// - Parameter items: Pictures, no two with the same SHA-256.
    /// - Returns: As many indexes as there are items; each is that of an item that stays.
    static func originals(_ items: [Item]) -> [Int?] {
        let order = items.indices.sorted {
            (-items[$0].area, items[$0].sha256) < (-items[$1].area, items[$1].sha256)
        }
        var originals = [Int?](repeating: nil, count: items.count)
        var kept: [[UInt16: [Int]]] = Array(repeating: [:], count: 9)
        for index in order {
            let signature = items[index].signature
            let pieces = signature.pieces
            var best: (distance: Int, rank: Int, index: Int)?
            for (place, piece) in pieces.enumerated() {
                for candidate in kept[place][piece] ?? []
                where signature.isCopy(of: items[candidate].signature) {
                    let distance = signature.distance(to: items[candidate].signature)
                    let other = (distance, items[candidate].area, candidate)
                    if let found = best, !isBetter(other, found, items) { continue }
                    best = other
                }
            }
            if let best {
                originals[index] = best.index
            } else {
                for (place, piece) in pieces.enumerated() {
                    kept[place][piece, default: []].append(index)
                }
            }
        }
        return originals
    }

    /// Whether a copy is nearer, or as near and ranks higher.
    private static func isBetter(
        _ a: (distance: Int, rank: Int, index: Int), _ b: (distance: Int, rank: Int, index: Int),
        _ items: [Item]
    ) -> Bool {
        (a.distance, -a.rank, items[a.index].sha256) < (b.distance, -b.rank, items[b.index].sha256)
    }
}

/// Pictures that a memory has, found by their digests and by what they look like.
struct KnownPictures {
    private let digests: Set<String>
    private var signatures: [[UInt16: [PictureSignature]]] = Array(repeating: [:], count: 9)

    init(_ sources: [MemorySource]) {
        digests = Set(sources.map(\.sha256))
        for signature in sources.map(\.signature) {
            for (place, piece) in signature.pieces.enumerated() {
                signatures[place][piece, default: []].append(signature)
            }
        }
    }

    /// Whether a picture is there, or a copy of it.
    func contain(_ sha256: String, _ signature: PictureSignature) -> Bool {
        digests.contains(sha256)
            || signature.pieces.enumerated().contains { place, piece in
                signatures[place][piece]?.contains { signature.isCopy(of: $0) } ?? false
            }
    }
}
