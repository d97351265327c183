import ArgumentParser
import Foundation
import TextureMemory

/// Builds, opens and searches an index of synthetic keys that lie in clusters.
struct Index: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Times the index of keys: build, open, search; recall and peak memory.")

    @Option(help: "How many keys.")
    var count = 1_000_000
    @Option(help: "The numbers of a key.")
    var dimension = 256
    @Option(help: "How many clusters the keys lie in.")
    var clusters = 20_000
    @Option(help: "The length of a key's random part beside that of its cluster's centre.")
    var noise: Float = 0.4
    @Option(help: "How many queries: keys of the same clusters that are not in the index.")
    var queries = 441
    @Option(help: "How many neighbours are wanted.")
    var k = 8
    @Option(help: "How many threads search.")
    var threads = ProcessInfo.processInfo.activeProcessorCount
    @Option(help: "The kind of index. Default: the one that suits the number of keys.")
    var factory: String?
    @Option(help: "The lists that a search looks through. Several are tried in turn.")
    var probes: [Int] = []
    @Flag(help: "Take keys and index that an earlier run with the same options has left.")
    var reuse = false
    @Option(help: "Where to write keys and index.")
    var folder = FileManager.default.temporaryDirectory.path

    func run() throws {
        let keyFile = URL(filePath: folder).appending(path: "keys-\(count)-\(dimension).f32")
        let indexFile = URL(filePath: folder).appending(path: "keys-\(count)-\(dimension).faiss")
        let synthetic = SyntheticKeys(dimension: dimension, clusters: clusters, noise: noise)
        if !reuse { try synthetic.write(count, to: keyFile) }
        let keys = KeyRows(
            try Data(contentsOf: keyFile, options: .alwaysMapped), dimension: dimension)
        let queries = KeyRows(
            synthetic.keys(count..<count + queries).flatMap { $0 }, dimension: dimension)

        let building = try seconds {
            if !reuse { try VectorIndex.build(keys, factory: factory).write(to: indexFile) }
        }
        print("build and write: \(building) s, \(try memory())")
        for probes in try probes.isEmpty ? [tuned(indexFile, keys, synthetic)] : probes {
            var index: VectorIndex?
            let opening = try seconds {
                index = try VectorIndex.open(indexFile, keys: keys, probes: probes)
            }
            guard let index else { return }
            let first = try seconds { _ = try index.search(queries, k: k, threads: threads) }
            let before = clock()
            let again = try seconds { _ = try index.search(queries, k: k, threads: threads) }
            let processor = Double(clock() - before) / 1e6
            let recall = try index.recall(over: keys, queries: queries, k: k, threads: threads)
            print(
                "\(index.factory), \(index.probes) lists: open \(opening) s, \(queries.count) "
                    + "queries \(first) s, again \(again) s (\(processor) s of processors), recall@\(k) \(recall)"
            )
        }
        print(try memory())
    }

    /// The lists it takes to reach a recall of 0.95 with other queries than those measured.
    private func tuned(_ file: URL, _ keys: KeyRows, _ synthetic: SyntheticKeys) throws -> Int {
        let first = count + queries
        let others = KeyRows(
            synthetic.keys(first..<first + 256).flatMap { $0 }, dimension: dimension)
        let index = try VectorIndex.open(file, keys: keys)
        return try index.reaching(
            recall: 0.95, over: keys, queries: others, k: k, threads: threads
        ).probes
    }

    private func seconds(_ body: () throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        try body()
        return (clock.now - start) / .seconds(1)
    }

    /// The largest resident size of the process so far, and what is not a mapped file now.
    private func memory() throws -> String {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        func megabytes(_ name: String) -> Int {
            let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") } ?? ""
            return (line.split(separator: " ").compactMap { Int($0) }.first ?? 0) / 1024
        }
        return "peak memory \(megabytes("VmHWM")) MB, mapped pages included; now "
            + "\(megabytes("RssAnon")) MB besides mapped pages"
    }
}
