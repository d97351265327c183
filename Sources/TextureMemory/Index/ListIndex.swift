internal import CFaissShim
internal import Foundation

/// A FAISS index whose keys lie in lists around centroids; searches look through some lists.
final class ListIndex: @unchecked Sendable {
    // Unchecked: nothing of an index changes after it is made, and FAISS may be searched from
    // several threads at once.

    private let handle: OpaquePointer
    /// The file that the index was opened from.
    ///
    /// FAISS would write no lists of such an index, but the name of that file.
    private let file: Data?

    private init(_ handle: OpaquePointer, file: Data? = nil) {
        self.handle = handle
        self.file = file
    }

    deinit { ps_faiss_free(handle) }

    var listCount: Int { Int(ps_faiss_list_count(handle)) }

    /// Builds an index of any kind that FAISS knows.
    static func build(
        _ keys: KeyRows, factory: String
    ) throws(VectorIndexError) -> ListIndex {
        var handle: OpaquePointer?
        let status = keys.withUnsafeFloats { numbers in
            numbers.baseAddress.map {
                ps_faiss_build($0, Int64(keys.count), Int64(keys.dimension), factory, 64, &handle)
            }
        }
        guard status == 0, let handle else { throw .fromFaiss }
        return ListIndex(handle)
    }

    /// Opens a file whose bytes have been mapped and whose layout has been checked.
    static func open(
        _ url: URL, _ file: Data, layout: IndexLayout, listCount: Int
    ) throws(VectorIndexError) -> ListIndex {
        let name = url.lastPathComponent
        var handle: OpaquePointer?
        guard ps_faiss_open(url.path, &handle) == 0, let handle else {
            throw .damaged(file: name, reason: String(cString: ps_faiss_message()))
        }
        let index = ListIndex(handle, file: file)
        guard ps_faiss_count(handle) == Int64(layout.count),
            ps_faiss_dimension(handle) == Int64(layout.dimension),
            index.listCount == listCount, ps_faiss_measures_inner_product(handle) != 0
        else { throw .damaged(file: name, reason: "it changed while it was opened") }
        return index
    }

    func write(to url: URL) throws(VectorIndexError) {
        if let file {
            do {
                return try file.write(to: url)
            } catch {
                throw .unwritable(file: url.lastPathComponent, reason: error.localizedDescription)
            }
        }
        guard ps_faiss_write(handle, url.path) == 0 else {
            throw .unwritable(
                file: url.lastPathComponent, reason: String(cString: ps_faiss_message()))
        }
    }

    /// The best keys in the lists nearest to each query, unordered among equals.
    ///
    /// - Returns: Up to `k` neighbours of each query.
    func search(
        _ queries: UnsafePointer<Float>, count: Int, dimension: Int, k: Int, probes: Int
    ) throws(VectorIndexError) -> [[Neighbour]] {
        // Below twenty queries FAISS takes another way to the centroids, one after the other and
        // rounded differently.
        let padded = max(count, 20)
        var numbers = Array(UnsafeBufferPointer(start: queries, count: count * dimension))
        for _ in count..<padded { numbers += numbers[..<dimension] }
        var similarities = [Float](repeating: 0, count: padded * k)
        var ids = [Int64](repeating: -1, count: padded * k)
        let status = ps_faiss_search(
            handle, numbers, Int64(padded), Int64(k), Int64(probes), &similarities, &ids)
        guard status == 0 else { throw .fromFaiss }
        return (0..<count).map { query in
            (query * k..<(query + 1) * k).compactMap { position in
                ids[position] < 0
                    ? nil
                    : Neighbour(index: Int(ids[position]), similarity: similarities[position])
            }
        }
    }
}

extension VectorIndexError {
    /// The error that FAISS's shim has just reported on this thread.
    static var fromFaiss: VectorIndexError {
        .refused(reason: String(cString: ps_faiss_message()))
    }
}
