internal import Foundation

/// How far the entries of a memory agree with the tags of a photo.
///
/// Made once for a photo by ``TextureMemory/agreement(with:)``, and used for all of its patches.
public struct TagAgreement: Sendable, Equatable {
    /// The tags that some entry has, in the order in which they were given.
    public let found: [String]

    /// Entries that have one of the tags, ascending.
    let entries: [Int]

    /// How far each of ``entries`` agrees, above 0 and at most 1.
    let shares: [Float]

    /// Nobody agrees: searches are not steered.
    public static let none = TagAgreement(found: [], entries: [], shares: [])

    /// How much more alike an entry seems that has all the tags, in units of the cosine, unless
    /// asked otherwise.
    ///
    /// By measurement, see `Documentation/SemanticPrompts.md`.
    public static let standardWeight: Float = 0.1

    /// The greatest weight that makes sense: above it the cosine, from -1 to 1, says nothing
    /// between an entry that agrees and one that does not.
    public static let weights: ClosedRange<Float> = 0...2

    /// The number of entries that have one of the tags.
    public var count: Int { entries.count }

    /// How far an entry agrees: from 0, when it has none of the tags, to 1 for those that agree
    /// most.
    ///
    /// - Parameter entry: The entry's number.
    /// - Returns: The share.
    public func share(of entry: Int) -> Float {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle] < entry { low = middle + 1 } else { high = middle }
        }
        return low < entries.count && entries[low] == entry ? shares[low] : 0
    }
}

extension TextureMemory {
    /// Finds the entries that have the tags of a photo.
    ///
    /// The words of a tag must stand together in one of the entry's tags: "brick" is found in "red
    /// bricks" and not in "brickwork". Letter case, accents and English endings do not matter. A
    /// tag counts by how rare it is, ln(1 + n / m) when m of n entries have it; an entry counts by
    /// the sum over the tags that it has, divided by the greatest such sum. Tags that are found in
    /// the very same tags of entries, such as "brick" and "bricks", count once.
    ///
    /// - Parameter tags: What is in the photo.
    /// - Returns: The agreement; ``TagAgreement/none`` when no entry has one of the tags.
    /// - Throws: ``MemoryError/damaged(memory:file:reason:)``.
    public func agreement(with tags: [String]) throws(MemoryError) -> TagAgreement {
        if tags.isEmpty { return .none }
        let tagged = try table.taggedEntries()
        let search = try TagSearch(tagged.tags, memory: name)
        var (found, seen) = ([String](), Set<[Int]>())
        var sums = [Double](repeating: 0, count: tagged.lists.count)
        for tag in tags {
            let hits = try search.matches(of: tag)
            guard !hits.isEmpty, seen.insert(hits).inserted else { continue }
            found.append(tag)
            let isHit = Set(hits)
            let having = tagged.lists.indices.filter { list in
                tagged.lists[list].tags.contains { isHit.contains($0) }
            }
            let entryCount = having.reduce(0) { $0 + tagged.lists[$1].entryCount }
            for list in having { sums[list] += log1p(Double(count) / Double(entryCount)) }
        }
        guard let greatest = sums.max(), greatest > 0 else { return .none }
        let agreeing = tagged.entries.filter { sums[$0.list] > 0 }
        return TagAgreement(
            found: found, entries: agreeing.map(\.entry),
            shares: agreeing.map { Float(sums[$0.list] / greatest) })
    }
}
