import ArgumentParser
import Foundation
import TextureMemory

/// Chooses points from a file of candidates; `farthest_points.py` runs NumPy beside it.
struct Sample: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Times farthest point sampling; prints one line of JSON.")

    @Argument(help: "A safetensors file with 'values', F16 [N, …], and 'keys', F32 [N, D].")
    var candidates: String
    @Option(help: "How many points.")
    var count = 2000
    @Option(help: "How many threads.")
    var threads = ProcessInfo.processInfo.activeProcessorCount
    @Option(help: "The first row.")
    var first = 0
    @Option(help: "The numbers kept of each row for lower bounds.")
    var sketch = 64
    @Option(help: "How many sets of points are drawn at random to compare with.")
    var random = 3

    func run() throws {
        let file = try CandidateFile(URL(filePath: candidates))
        try file.withCandidates { candidates in
            let sampling = FarthestPointSampling(
                start: .index(first), threads: threads, sketchWidth: sketch)
            let clock = ContinuousClock()
            let start = clock.now
            let points = try sampling.select(count, from: candidates)
            let seconds = (clock.now - start) / .seconds(1)
            let radii = try (0..<random).map { _ in
                try sampling.coveringRadius(
                    of: Array((0..<candidates.count).shuffled().prefix(count)), over: candidates)
            }
            let work = points.statistics
            let report = Report(
                rows: candidates.count, points: points.indices.count, threads: threads,
                seconds: seconds, coveringRadius: points.coveringRadius, randomRadii: radii,
                megabytesPerStep: Double(work.bytesRead) / Double(work.points) / 1e6,
                preparationMegabytes: Double(work.preparationBytes) / 1e6,
                sketchMegabytes: Double(work.sketchBytes) / 1e6,
                rowMegabytes: Double(work.rowBytes) / 1e6,
                naiveMegabytesPerStep: Double(work.naiveBytes) / Double(work.points) / 1e6,
                distances: .init(
                    naive: work.naiveDistances, neverNeeded: work.distancesNeverNeeded,
                    ruledOut: work.distancesRuledOut, exact: work.exactDistances,
                    cutShort: work.distancesCutShort),
                indices: points.indices)
            print(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
        }
    }

    private struct Report: Encodable {
        struct Distances: Encodable {
            let naive, neverNeeded, ruledOut, exact, cutShort: Int
        }

        let rows, points, threads: Int
        let seconds, coveringRadius: Double
        let randomRadii: [Double]
        let megabytesPerStep, preparationMegabytes, sketchMegabytes, rowMegabytes: Double
        let naiveMegabytesPerStep: Double
        let distances: Distances
        let indices: [Int]
    }
}
