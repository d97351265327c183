import Foundation
import Locks
import TestSupport
import Testing

@testable import TextureMemory

/// Names pictures by their files, and remembers what it was asked.
private final class StubTagger: PictureTagger {
    struct Failure: Error, CustomStringConvertible { let description: String }

    struct State {
        var asked: [String] = []
        var (open, most) = (0, 0)
    }

    let state = Guarded(State())
    let identity: String
    let concurrency: Int
    let fails: @Sendable (String) -> Bool
    let words: @Sendable (String) -> [String]

    init(
        identity: String = "stub", concurrency: Int = 3,
        fails: @escaping @Sendable (String) -> Bool = { _ in false },
        tags: @escaping @Sendable (String) -> [String] = { ["picture", "number \($0)"] }
    ) {
        self.identity = identity
        self.concurrency = concurrency
        self.fails = fails
        words = tags
    }

    var asked: [String] { state.withLock { $0.asked.sorted() } }

    func tags(ofPictureAt file: URL) throws -> [String] {
        let name = file.lastPathComponent
        state.withLock { state in
            state.asked.append(name)
            state.open += 1
            state.most = max(state.most, state.open)
        }
        defer { state.withLock { $0.open -= 1 } }
        usleep(UInt32(500 + name.utf8.reduce(0) { $0 &+ Int($1) } % 7 * 400))
        if fails(name) { throw Failure(description: "no word for \(name)") }
        return words(name)
    }
}

@Suite("Tags asked for at build time")
struct PictureTaggingTests {
    let folder: TemporaryFolder
    let corpus: String
    let names = (0..<8).map { "0\($0).png" }

    init() throws {
        folder = try TemporaryFolder()
        corpus = try folder.writeCorpus(pictures: 8)
    }

    struct Stop: Error {}

    private func build(
        _ name: String, _ tagger: StubTagger?, table: SourceTable? = nil,
        progress: (MemoryProgress) throws -> Void = { _ in }
    ) throws -> BuildReport {
        var parameters = BuildParameters()
        (parameters.initial, parameters.size) = (150, 60)
        return try MemoryBuilder(
            encoder: PlainEncoder(), parameters: parameters, threads: 1, tagger: tagger
        ).build(
            Corpus(inputs: [corpus], tags: table), to: folder.file(name), progress: progress)
    }

    /// The tags of each picture's entries.
    private func tags(in name: String) throws -> [String: [String]] {
        let memory = try TextureMemory(folder.file(name), expecting: nil)
        let sources = try memory.sources()
        var result: [String: [String]] = [:]
        for entry in try memory.entries() { result[sources[entry.source].path] = entry.tags }
        return result
    }

    @Test("each picture is asked about once, its own tags come first, and no tag breaks the table")
    func asks() throws {
        let table = try SourceTable(
            Array("file,tags\n00.png,\"own;picture\"\n".utf8), name: "t.csv", columns: [:])
        let tagger = StubTagger(tags: { ["picture", " ", "a;b ", "a", "of \($0)"] })
        let report = try build("m", tagger, table: table)
        #expect(tagger.asked == names)
        #expect(tagger.state.withLock { $0.most } <= 3)
        #expect(report.tagged == 8 && report.untagged.isEmpty)
        let found = try tags(in: "m")
        #expect(found["00.png"] == ["own", "picture", "a", "b", "of 00.png"])
        #expect(found["05.png"] == ["picture", "a", "b", "of 05.png"])
        #expect(folder.files(in: "m").contains("manifest.json"))
        // The textures are those of a build without tags, and the bytes do not depend on luck.
        _ = try build("plain", nil)
        _ = try build("again", StubTagger(concurrency: 1, tags: tagger.words), table: table)
        for file in [MemoryFiles.values, MemoryFiles.index] {
            #expect(try bytes("plain", file) == bytes("m", file))
        }
        for file in MemoryFiles.all { #expect(try bytes("again", file) == bytes("m", file)) }
    }

    private func bytes(_ memory: String, _ file: String) throws -> Data {
        try Data(contentsOf: folder.file("\(memory)/\(file)"))
    }

    @Test("a picture for which the tagger fails is named in the report and has no tags")
    func failures() throws {
        let tagger = StubTagger(fails: { $0 == "02.png" || $0 == "05.png" })
        let report = try build("m", tagger)
        #expect(report.tagged == 6)
        #expect(report.untagged.map(\.file).sorted() == ["02.png", "05.png"])
        #expect(report.untagged.allSatisfy { $0.reason == "no word for \($0.file)" })
        let found = try tags(in: "m")
        #expect(found["02.png"] == [] && found["03.png"] == ["picture", "number 03.png"])
    }

    @Test("stopped after any picture, no answer is asked for twice")
    func resumed() throws {
        let tagger = StubTagger(concurrency: 2)
        var (limit, isDone) = (0, false)
        while !isDone {
            limit += 1
            var steps = 0
            do {
                _ = try build("m", tagger) { progress in
                    if progress.stage == .tagging { steps += 1 }
                    if steps > limit { throw Stop() }
                }
                isDone = true
            } catch is Stop {}
        }
        #expect(limit > 1)
        #expect(tagger.asked == names)
        _ = try build("whole", StubTagger())
        for file in MemoryFiles.all { #expect(try bytes("m", file) == bytes("whole", file)) }
    }

    @Test("failures and another tagger's answers are asked for again when work goes on")
    func again() throws {
        let first = StubTagger(fails: { $0 == "04.png" })
        #expect(throws: Stop.self) {
            try build("m", first) { if $0.stage == .choosing { throw Stop() } }
        }
        let second = StubTagger()
        _ = try build("m", second) { _ in }
        #expect(second.asked == ["04.png"])
        #expect(throws: Stop.self) {
            try build("n", first) { if $0.stage == .choosing { throw Stop() } }
        }
        let other = StubTagger(identity: "other", tags: { _ in ["other"] })
        _ = try build("n", other)
        #expect(other.asked == names)
        #expect(try tags(in: "n").values.allSatisfy { $0 == ["other"] })
    }

    @Test("a tagger that fails from the start ends the build, which can go on")
    func dead() throws {
        let error = #expect(throws: MemoryError.self) {
            try build("m", StubTagger(fails: { _ in true }))
        }
        guard case .noTags(let reason) = error else { return #expect(error == nil) }
        #expect(reason.hasPrefix("no word for"))
        #expect(!FileManager.default.fileExists(atPath: folder.path("m")))
        #expect(try build("m", StubTagger()).tagged == 8)
    }

    @Test("an addition asks about the new pictures only")
    func addition() throws {
        _ = try build("m", StubTagger())
        let more = try folder.writeCorpus("more", pictures: 3, seed: 70, base: 0.25)
        var parameters = BuildParameters()
        (parameters.initial, parameters.size) = (100, 50)
        let tagger = StubTagger(tags: { _ in ["new"] })
        let report = try MemoryAddition(
            encoder: PlainEncoder(), parameters: parameters, threads: 1, tagger: tagger
        ).add(Corpus(inputs: [corpus, more]), to: folder.file("m"))
        #expect(report.tagged == 3 && tagger.asked == ["00.png", "01.png", "02.png"])
        let memory = try TextureMemory(folder.file("m"), expecting: nil)
        #expect(try memory.entries().suffix(report.entries).allSatisfy { $0.tags == ["new"] })
    }
}
