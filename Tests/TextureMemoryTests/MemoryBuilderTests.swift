import Foundation
import Imaging
import TestSupport
import Testing

@testable import TextureMemory

@Suite("Building a memory")
struct MemoryBuilderTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    static func parameters(initial: Int = 120, size: Int = 40) -> BuildParameters {
        var parameters = BuildParameters()
        parameters.initial = initial
        parameters.size = size
        return parameters
    }

    func build(
        _ inputs: [String], to name: String, parameters: BuildParameters = parameters(),
        threads: Int = 2, encoder: PlainEncoder = PlainEncoder()
    ) throws -> BuildReport {
        try MemoryBuilder(encoder: encoder, parameters: parameters, threads: threads)
            .build(Corpus(inputs: inputs), to: folder.url.appending(path: name))
    }

    @Test("a memory holds the farthest patches of a corpus, with their sources")
    func build() throws {
        let corpus = try folder.writeCorpus()
        let report = try build([corpus], to: "memory")
        #expect(report.files == 6 && report.pictures == 6 && report.entries == 40)
        #expect(report.places == 6 * 6 * 5 && report.candidates == 120)
        #expect(folder.files().filter { !$0.hasPrefix("corpus") && !$0.hasPrefix("memory/") } == [])

        let encoder = PlainEncoder()
        let memory = try TextureMemory(
            folder.url.appending(path: "memory"), expecting: encoder.fingerprint)
        #expect(memory.count == 40)
        let entries = try memory.entries()
        let sources = try memory.sources()
        #expect(Set(entries.map(\.source)).count == sources.count)
        let worker = try encoder.makeWorker()
        for entry in entries {
            let file = folder.url.appending(path: "corpus/" + sources[entry.source].path)
            let image = try ImageFile.read(file).image
            let value = try worker.values(at: [entry.position], of: image)
            expectNear(memory.values(of: [entry.id]), value, absolute: 1e-3, relative: 1e-3)
            let found = try memory.neighbours(of: memory.key(of: entry.id), count: 1)
            #expect(found[0][0].index == entry.id)
        }
    }

    @Test("threads, the order of inputs and their names change no byte of keys and values")
    func reproducible() throws {
        let corpus = try folder.writeCorpus()
        _ = try build([corpus], to: "one", threads: 1)
        _ = try build([corpus], to: "three", threads: 3)
        for name in MemoryFiles.all + [MemoryManifest.fileName] {
            let (a, b) = (folder.file("one/\(name)"), folder.file("three/\(name)"))
            #expect(try Data(contentsOf: a) == Data(contentsOf: b), "\(name)")
        }
        for number in 0..<6 {
            try folder.write(
                Data(contentsOf: folder.url.appending(path: "corpus/0\(number).png")),
                "other/\(9 - number).png")
        }
        let files = folder.files(in: "other").reversed().map { folder.path("other/\($0)") }
        _ = try build(files, to: "renamed")
        for name in [MemoryFiles.index, MemoryFiles.values] {
            let (a, b) = (folder.file("one/\(name)"), folder.file("renamed/\(name)"))
            #expect(try Data(contentsOf: a) == Data(contentsOf: b), "\(name)")
        }
    }
}
