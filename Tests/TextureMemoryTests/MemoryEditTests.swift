import Foundation
import Imaging
import TestSupport
import Testing

@testable import TextureMemory

@Suite("Merging, adding and removing")
struct MemoryEditTests {
    let folder: TemporaryFolder
    let encoder = PlainEncoder()

    init() throws { folder = try TemporaryFolder() }

    func build(
        _ inputs: [String], to name: String, initial: Int = 400, size: Int = 30,
        shard: BuildParameters.Shard = .init(index: 1, count: 1), licences: SourceTable? = nil
    ) throws -> BuildReport {
        var parameters = BuildParameters()
        (parameters.initial, parameters.size, parameters.shard) = (initial, size, shard)
        return try MemoryBuilder(encoder: encoder, parameters: parameters, threads: 2).build(
            Corpus(inputs: inputs, licences: licences), to: folder.file(name))
    }

    func open(_ name: String) throws -> TextureMemory {
        try TextureMemory(folder.file(name), expecting: encoder.fingerprint)
    }

    /// The distance of the farthest candidate of a corpus to its nearest entry, by comparing all.
    func radius(
        of memory: TextureMemory, over values: [Float16], _ keys: [Float],
        scales: PartScales? = nil
    ) -> Double {
        let shape = encoder.shape
        let scales = scales ?? memory.description.scales
        var largest = 0.0
        let entries = memory.values(of: Array(0..<memory.count))
        for row in 0..<values.count / shape.valueSize {
            var least = Double.infinity
            for entry in 0..<memory.count {
                var (value, key) = (0.0, 0.0)
                for i in 0..<shape.valueSize {
                    let d =
                        Double(values[row * shape.valueSize + i])
                        - Double(entries[entry * shape.valueSize + i])
                    value += d * d
                }
                let entryKey = memory.key(of: entry)
                for i in 0..<shape.keySize {
                    let d = Double(keys[row * shape.keySize + i]) - Double(entryKey[i])
                    key += d * d
                }
                least = min(
                    least,
                    value * scales.value * scales.value + key * scales.key * scales.key)
            }
            largest = max(largest, least)
        }
        return largest.squareRoot()
    }

    /// All patches of a corpus, encoded.
    func patches(of corpus: String) throws -> ([Float16], [Float]) {
        var (values, keys) = ([Float16](), [Float]())
        let worker = try encoder.makeWorker()
        for name in folder.files(in: corpus) {
            let image = try ImageFile.read(folder.file("\(corpus)/\(name)")).image
            let grid = PatchGrid(width: image.width, height: image.height, side: 32, stride: 32)
            let encoded = try PictureEncoder(
                worker: worker, shape: encoder.shape, maximumPixels: 1_000_000
            ).encode(image, at: (0..<grid.count).map(grid.position), name: name)
            values += encoded.values
            keys += encoded.keys
        }
        return (values, keys)
    }

    @Test("the radius that a build reports is that of comparing every candidate with every entry")
    func directRadius() throws {
        let corpus = try folder.writeCorpus(pictures: 8)
        let report = try build([corpus], to: "memory")
        #expect(report.candidates == 8 * 30)
        let (values, keys) = try patches(of: "corpus")
        let memory = try open("memory")
        let measured = radius(of: memory, over: values, keys)
        #expect(abs(measured - (memory.description.coveringRadius ?? 0)) < 1e-4 * measured)
    }

    @Test("four shards merged cover the corpus nearly as well as one build, in any order")
    func shards() throws {
        let corpus = try folder.writeCorpus(pictures: 16)
        _ = try build([corpus], to: "direct", initial: 480, size: 40)
        var pictures = 0
        for index in 1...4 {
            let report = try build(
                [corpus], to: "part\(index)", initial: 480, size: 40,
                shard: .init(index: index, count: 4))
            pictures += report.pictures
            #expect(report.otherShards == 16 - report.pictures)
        }
        #expect(pictures == 16)
        let parts = try (1...4).map { try open("part\($0)") }
        let merge = MemoryMerge(threads: 2)
        let report = try merge.merge(parts, to: folder.file("merged"))
        #expect(report.entries == 40 && report.memories == 4)
        #expect(report.candidates == parts.reduce(0) { $0 + $1.count })
        _ = try merge.merge(parts.reversed(), to: folder.file("reversed"))
        for name in MemoryFiles.all + [MemoryManifest.fileName] {
            #expect(
                try Data(contentsOf: folder.file("merged/\(name)"))
                    == Data(contentsOf: folder.file("reversed/\(name)")), "\(name)")
        }
        let (values, keys) = try patches(of: "corpus")
        let (one, other) = (try open("direct"), try open("merged"))
        let direct = radius(of: one, over: values, keys)
        let merged = radius(of: other, over: values, keys, scales: one.description.scales)
        #expect(merged <= 1.10 * direct, "merged \(merged), direct \(direct)")
        #expect(radius(of: other, over: values, keys) <= (report.coveringRadius ?? 0))
    }

    @Test("an entry that two memories have is one entry of their union, and copies go")
    func union() throws {
        let corpus = try folder.writeCorpus(pictures: 3)
        _ = try build([corpus], to: "a", size: 20)
        // The same pictures and one more, of which another memory has a smaller copy.
        let extra = TestTexture.noise(width: 200, height: 168, seed: 500)
        try folder.write(ImageFile.encode(extra, as: .png), "large/x.png")
        try folder.write(
            ImageFile.encode(extra.resized(width: 150, height: 126), as: .png), "small/x.png")
        _ = try build([corpus, folder.path("large")], to: "b", size: 200)
        _ = try build([folder.path("small")], to: "c", size: 5)
        let memories = try ["a", "b", "c"].map { try open($0) }
        let report = try MemoryMerge(threads: 1).merge(
            memories, to: folder.file("all"), size: 1000)
        #expect(report.sameEntries == 20)
        #expect(report.copies == memories[2].count)
        #expect(report.entries == memories[1].count)
    }

    @Test("memories of other networks are not merged")
    func otherNetworks() throws {
        let corpus = try folder.writeCorpus(pictures: 2)
        _ = try build([corpus], to: "a", size: 10)
        var other = encoder
        other.fingerprint = EncoderFingerprint(autoencoder: "x", classifier: "y")
        var parameters = BuildParameters()
        (parameters.initial, parameters.size) = (50, 10)
        _ = try MemoryBuilder(encoder: other, parameters: parameters, threads: 1)
            .build(Corpus(inputs: [corpus]), to: folder.file("b"))
        let b = try TextureMemory(folder.file("b"), expecting: nil)
        do {
            _ = try MemoryMerge(threads: 1).merge([open("a"), b], to: folder.file("c"))
            Issue.record("no error")
        } catch MemoryError.cannotMerge("a", "b", _) {}
        #expect(!FileManager.default.fileExists(atPath: folder.path("c")))
    }

    @Test("adding keeps every entry, covers the new pictures, and passes over those it knows")
    func add() throws {
        let corpus = try folder.writeCorpus(pictures: 4)
        _ = try build([corpus], to: "memory")
        let before = try open("memory")
        let (old, oldValues) = (try before.entries(), before.values(of: Array(0..<before.count)))
        let more = try folder.writeCorpus("more", pictures: 4, seed: 60, base: 0.25)
        var parameters = BuildParameters()
        (parameters.initial, parameters.size) = (500, 500)
        let addition = try MemoryAddition(encoder: encoder, parameters: parameters, threads: 2)
        let report = try addition.add(
            Corpus(inputs: [corpus, more]), to: folder.file("memory"))
        #expect(report.known >= 1 && report.entries > 0)
        let after = try open("memory")
        #expect(after.count == before.count + report.entries)
        #expect(after.values(of: Array(0..<before.count)) == oldValues)
        for (a, b) in zip(old, try after.entries()) {
            #expect(a.position == b.position && a.squaredDistance == b.squaredDistance)
        }
        let (values, keys) = try patches(of: "more")
        let limit = try #require(before.description.coveringRadius)
        #expect(radius(of: after, over: values, keys) <= limit * 1.0001)
        let again = try addition.add(Corpus(inputs: [more]), to: folder.file("memory"))
        #expect(again.entries == 0)
    }

    @Test("removing by licence or name leaves all other entries as they were")
    func remove() throws {
        let corpus = try folder.writeCorpus(pictures: 4)
        let table = try SourceTable(
            Array("file,licence\n00.png,CC0-1.0\n01.png,CC-BY-NC-4.0\n02.png,CC0-1.0\n".utf8),
            name: "t.csv", columns: [:])
        _ = try build([corpus], to: "memory", licences: table)
        let before = try open("memory")
        let contents = try before.contents()
        func kept(_ test: (MemorySource) -> Bool) -> [MemoryEntry] {
            contents.entries.filter { !test(contents.sources[$0.source]) }
        }
        let removal = MemoryRemoval(
            from: before, .init(licences: [NamePattern("cc-by-nc*")]))
        #expect(try removal.plan().removed == 30 - kept { $0.path == "01.png" }.count)
        #expect(try open("memory").count == 30)
        let report = try removal.run()
        #expect(report.sources.map(\.path) == ["01.png"])
        let after = try open("memory")
        let staying = kept { $0.path == "01.png" }
        #expect(after.count == staying.count && after.description.coveringRadius == nil)
        #expect(after.values(of: Array(0..<after.count)) == before.values(of: staying.map(\.id)))
        let (entries, sources) = (try after.entries(), try after.sources())
        for (new, old) in zip(entries, staying) {
            #expect(sources[new.source].path == contents.sources[old.source].path)
            #expect(new.position == old.position)
        }
        #expect(!(try after.attribution()).contains("01.png"))

        _ = try MemoryRemoval(from: after, .init(licences: [NamePattern("unknown")])).run()
        #expect(try open("memory").sources().map(\.path).sorted() == ["00.png", "02.png"])
        let last = try open("memory")
        #expect(throws: MemoryError.self) {
            try MemoryRemoval(from: last, .init(sources: [NamePattern("*.jpg")])).run()
        }
        #expect(throws: MemoryError.self) {
            try MemoryRemoval(from: last, .init(sources: [NamePattern("*")])).run()
        }
        #expect(try open("memory").count == last.count)
    }
}
