internal import Foundation
internal import ModelStore

/// Looks at every byte of a memory and compares its parts with each other.
public struct MemoryVerification: Sendable {
    /// One thing that was looked at.
    public struct Finding: Sendable, Equatable, Codable {
        /// What was looked at.
        public let check: String
        /// Whether it is right.
        public let isRight: Bool
        /// What was found.
        public let detail: String

        enum CodingKeys: String, CodingKey {
            case check, detail
            case isRight = "is_right"
        }
    }

    /// The entries that each query of the recall test asks for.
    public static let recallCount = 8
    /// The part of the true neighbours that an index must find.
    public static let leastRecall = 0.95

    private let memory: TextureMemory
    private let threads: Int

    /// A verification.
    ///
    /// - Parameters:
    ///   - memory: The memory.
    ///   - threads: The number of threads, at least 1.
    public init(_ memory: TextureMemory, threads: Int) {
        precondition(threads >= 1, "\(threads) threads")
        self.memory = memory
        self.threads = threads
    }

    /// Looks at everything.
    ///
    /// - Parameters:
    ///   - encoder: The networks, to make the keys again from the values; nil when they are not at
    ///     hand, and then the keys are not compared.
    ///   - report: Called with each finding as it comes; what it throws ends the work.
    /// - Returns: Whether all is right.
    /// - Throws: What `report` throws, or what keeps the networks from running.
    public func run(
        encoder: (any PatchEncoder)?, report: (Finding) throws -> Void
    ) throws -> Bool {
        var isRight = true
        func tell(_ finding: Finding) throws {
            isRight = isRight && finding.isRight
            try report(finding)
        }
        for file in memory.manifest.files { try tell(checksum(file)) }
        try tell(table())
        try tell(attribution())
        try tell(numbers())
        try tell(index())
        try tell(recall())
        if let encoder { try tell(keys(encoder)) }
        return isRight
    }

    private func checksum(_ file: MemoryManifest.File) -> Finding {
        let url = memory.url.appending(path: file.name)
        let found = (try? Data(contentsOf: url, options: .alwaysMapped)).flatMap(Digest.sha256)
        return Finding(
            check: file.name, isRight: found == file.sha256,
            detail: found == file.sha256
                ? "\(file.bytes) bytes, SHA-256 as written" : "its SHA-256 is another")
    }

    private func table() -> Finding {
        func finding(_ isRight: Bool, _ detail: String) -> Finding {
            Finding(check: "table", isRight: isRight, detail: detail)
        }
        if let problem = memory.table.problem() { return finding(false, problem) }
        do {
            let contents = try memory.contents()
            guard contents.entries.count == memory.count else {
                return finding(false, "\(contents.entries.count) entries, not \(memory.count)")
            }
            let side = memory.description.shape.sidePixels
            for entry in contents.entries {
                let source = contents.sources[entry.source]
                guard entry.side == side, entry.position.x >= 0, entry.position.y >= 0,
                    entry.position.x + side <= source.width,
                    entry.position.y + side <= source.height
                else { return finding(false, "entry \(entry.id) lies outside of \(source.path)") }
            }
            return finding(
                true, "\(contents.entries.count) entries of \(contents.sources.count) pictures")
        } catch {
            return finding(false, "\(error)")
        }
    }

    private func attribution() -> Finding {
        let url = memory.url.appending(path: MemoryFiles.attribution)
        let stored = try? String(contentsOf: url, encoding: .utf8)
        let isRight = stored != nil && stored == (try? memory.attribution())
        return Finding(
            check: "attribution", isRight: isRight,
            detail: isRight ? "as the table says" : "it is not what the table says")
    }

    private func numbers() -> Finding {
        let firstInvalid = memory.numbers.keys.firstInvalid
        let badValue = memory.numbers.withRows { rows in
            // An exponent of all ones is infinite or not a number.
            (0..<rows.count * rows.valueWidth).first { index in
                rows.values.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self) & 0x7C00
                    == 0x7C00
            }
        }
        if let row = firstInvalid {
            return Finding(
                check: "numbers", isRight: false, detail: "key \(row) has not the length 1")
        }
        if let index = badValue {
            let row = index / memory.description.shape.valueSize
            return Finding(
                check: "numbers", isRight: false, detail: "value \(row) is not finite")
        }
        return Finding(
            check: "numbers", isRight: true, detail: "keys of length 1, values finite")
    }

    /// Rows for the tests by search: all, or as many spread evenly.
    private func sample(_ most: Int) -> [Int] {
        let count = min(most, memory.count)
        return (0..<count).map { $0 * memory.count / count }
    }

    private func index() -> Finding {
        let rows = sample(2000)
        do {
            let found = try memory.neighbours(
                of: rows.flatMap { memory.key(of: $0) }, count: 1, threads: threads)
            // Another entry with the very same key is as good.
            let lost = zip(rows, found).filter { row, neighbours in
                neighbours.first.map { $0.index != row && $0.similarity < 0.99999 } ?? true
            }
            return Finding(
                check: "index", isRight: lost.isEmpty,
                detail: lost.isEmpty
                    ? "\(memory.index.factory): each of \(rows.count) keys finds its entry"
                    : "\(lost.count) of \(rows.count) keys do not find their entry")
        } catch {
            return Finding(check: "index", isRight: false, detail: "\(error)")
        }
    }

    private func recall() -> Finding {
        do {
            let recall = try memory.index.recall(
                over: memory.numbers.keys, queries: memory.numbers.keys.queriesBetween(500),
                k: Self.recallCount, threads: threads)
            return Finding(
                check: "recall", isRight: recall >= Self.leastRecall,
                detail: "recall@\(Self.recallCount) "
                    + String(format: "%.4f", recall) + " against comparing with every key")
        } catch {
            return Finding(check: "recall", isRight: false, detail: "\(error)")
        }
    }

    private func keys(_ encoder: any PatchEncoder) throws -> Finding {
        guard encoder.fingerprint == memory.description.fingerprint,
            encoder.shape == memory.description.shape
        else {
            return Finding(
                check: "keys", isRight: false,
                detail: "made with other models than those at hand (\(encoder.fingerprint))")
        }
        let worker = try encoder.makeWorker()
        let rows = sample(500)
        var least = Float.infinity
        for start in stride(from: 0, to: rows.count, by: 50) {
            let part = Array(rows[start..<min(start + 50, rows.count)])
            let made = try worker.keys(of: memory.values(of: part))
            for (place, row) in part.enumerated() {
                let size = memory.description.shape.keySize
                let similarity = zip(memory.key(of: row), made[place * size..<(place + 1) * size])
                    .reduce(Float(0)) { $0 + $1.0 * $1.1 }
                least = min(least, similarity)
            }
        }
        // Another precision or processor rounds otherwise, which costs less than this.
        return Finding(
            check: "keys", isRight: least >= 0.99,
            detail: "made again from \(rows.count) values: similarity "
                + String(format: "%.5f", least) + " or more")
    }
}
