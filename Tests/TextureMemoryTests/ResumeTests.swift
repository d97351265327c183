import Foundation
import Locks
import TestSupport
import Testing

@testable import TextureMemory

@Suite("Work that is interrupted")
struct ResumeTests {
    let folder: TemporaryFolder
    let corpus: String

    init() throws {
        folder = try TemporaryFolder()
        corpus = try folder.writeCorpus(pictures: 8)
    }

    struct Stop: Error {}

    func builder(_ encoder: PlainEncoder = PlainEncoder(), seed: UInt64 = 0) throws -> MemoryBuilder
    {
        var parameters = BuildParameters()
        (parameters.initial, parameters.size, parameters.seed) = (150, 30, seed)
        return try MemoryBuilder(encoder: encoder, parameters: parameters, threads: 1)
    }

    func bytes(_ name: String) throws -> [Data] {
        try (MemoryFiles.all + [MemoryManifest.fileName]).map {
            try Data(contentsOf: folder.file("\(name)/\($0)"))
        }
    }

    @Test("stopped after any step, the same call goes on and makes the same bytes")
    func anyStep() throws {
        _ = try builder().build(Corpus(inputs: [corpus]), to: folder.file("whole"))
        let whole = try bytes("whole")
        var limit = 0
        var isDone = false
        while !isDone {
            limit += 3
            var steps = 0
            do {
                _ = try builder().build(Corpus(inputs: [corpus]), to: folder.file("part")) { _ in
                    steps += 1
                    if steps > limit { throw Stop() }
                }
                isDone = true
            } catch is Stop {
                #expect(!FileManager.default.fileExists(atPath: folder.path("part")))
            }
        }
        #expect(try bytes("part") == whole)
        #expect(!folder.files().contains { $0.contains("building") })
    }

    @Test("what was encoded is not encoded again")
    func notAgain() throws {
        final class Counter: Sendable {
            let patches = Guarded(0)
        }
        let counter = Counter()
        var encoder = PlainEncoder()
        encoder.willEncode = { number in
            try counter.patches.withLock {
                $0 += number
                if $0 > 80, $0 < 1000 {
                    $0 += 1000
                    throw Stop()
                }
            }
        }
        #expect(throws: Stop.self) {
            try builder(encoder).build(Corpus(inputs: [corpus]), to: folder.file("part"))
        }
        let first = counter.patches.withLock { $0 } - 1000
        var resumed = 0
        _ = try builder(encoder).build(Corpus(inputs: [corpus]), to: folder.file("part")) {
            if $0.stage == .encoding { resumed = $0.resumed }
        }
        let all = counter.patches.withLock { $0 } - 1000
        // The picture in work when it stopped is encoded twice, no other.
        #expect(resumed > 0 && all - first == 150 - resumed)
    }

    @Test("other parameters are refused with their names, and --restart discards the work")
    func otherParameters() throws {
        #expect(throws: Stop.self) {
            try builder().build(Corpus(inputs: [corpus]), to: folder.file("part")) {
                if $0.stage == .encoding { throw Stop() }
            }
        }
        do {
            _ = try builder(seed: 4).build(Corpus(inputs: [corpus]), to: folder.file("part"))
            Issue.record("no error")
        } catch let error as MemoryError {
            #expect(
                error
                    == .otherBuild(
                        folder: "part.building", differences: ["seed: 0 there, 4 now"]))
        }
        let report = try builder(seed: 4).build(
            Corpus(inputs: [corpus]), to: folder.file("part"), restarts: true)
        #expect(report.entries == 30)
    }

    @Test("pictures that come or go between two runs are taken into account")
    func changedCorpus() throws {
        #expect(throws: Stop.self) {
            try builder().build(Corpus(inputs: [corpus]), to: folder.file("part")) {
                if $0.stage == .choosing { throw Stop() }
            }
        }
        try FileManager.default.removeItem(at: folder.file("corpus/03.png"))
        _ = try folder.writeCorpus("corpus/more", pictures: 2, seed: 90)
        _ = try builder().build(Corpus(inputs: [corpus]), to: folder.file("part"))
        _ = try builder().build(Corpus(inputs: [corpus]), to: folder.file("fresh"))
        #expect(try bytes("part") == bytes("fresh"))
    }

    @Test("a memory that is there is not replaced without being told, and a folder of photos never")
    func outputs() throws {
        _ = try builder().build(Corpus(inputs: [corpus]), to: folder.file("memory"))
        let before = try bytes("memory")
        #expect(throws: MemoryError.self) {
            try builder(seed: 1).build(Corpus(inputs: [corpus]), to: folder.file("memory"))
        }
        #expect(try bytes("memory") == before)
        _ = try builder(seed: 1).build(
            Corpus(inputs: [corpus]), to: folder.file("memory"), overwrites: true)
        #expect(try bytes("memory") != before)
        do {
            _ = try builder().build(
                Corpus(inputs: [corpus]), to: folder.file("corpus"), overwrites: true)
            Issue.record("no error")
        } catch MemoryError.notAMemory("corpus", _) {
            #expect(folder.files(in: "corpus").count == 8)
        }
    }

    @Test("a foreign folder of the work's name is left alone")
    func foreignWork() throws {
        try folder.write(Data("mine".utf8), "part.building/letter.txt")
        #expect(throws: MemoryError.outputExists("part.building")) {
            try builder().build(Corpus(inputs: [corpus]), to: folder.file("part"))
        }
        #expect(folder.files(in: "part.building") == ["letter.txt"])
    }

    @Test("an addition that is stopped leaves the memory as it was, and goes on")
    func addition() throws {
        _ = try builder().build(Corpus(inputs: [corpus]), to: folder.file("memory"))
        let before = try bytes("memory")
        let more = try folder.writeCorpus("more", pictures: 5, seed: 70, base: 0.25)
        var parameters = BuildParameters()
        (parameters.initial, parameters.size) = (100, 50)
        let addition = try MemoryAddition(
            encoder: PlainEncoder(), parameters: parameters, threads: 1)
        var limit = 0
        var isDone = false
        while !isDone {
            limit += 4
            var steps = 0
            do {
                let report = try addition.add(
                    Corpus(inputs: [more]), to: folder.file("memory")
                ) { _ in
                    steps += 1
                    if steps > limit { throw Stop() }
                }
                isDone = true
                #expect(report.entries > 0)
            } catch is Stop {
                #expect(try bytes("memory") == before)
            }
        }
        let memory = try TextureMemory(
            folder.file("memory"), expecting: PlainEncoder().fingerprint)
        #expect(memory.count > 30)
        #expect(try folder.contents() == ["corpus", "memory", "more"])
    }

    @Test("finished work is removed plan first: what a kill leaves of it then counts for nothing")
    func removal() {
        let names = ["encoded.log", "values.f16", BuildPlan.fileName, "keys.f32"]
        #expect(
            WorkFolder.inRemovalOrder(names)
                == [BuildPlan.fileName, "encoded.log", "keys.f32", "values.f16"])
    }

    @Test(
        "encoded patches whose values or keys are gone are encoded again",
        arguments: [
            WorkFolder.valuesFile, WorkFolder.keysFile,
        ])
    func missingRows(file: String) throws {
        _ = try builder().build(Corpus(inputs: [corpus]), to: folder.file("whole"))
        #expect(throws: Stop.self) {
            _ = try builder().build(Corpus(inputs: [corpus]), to: folder.file("part")) {
                if $0.stage == .choosing { throw Stop() }
            }
        }
        let lost = folder.files().filter { $0.hasSuffix(file) }
        #expect(lost.count == 1)
        for name in lost { try FileManager.default.removeItem(at: folder.file(name)) }
        _ = try builder().build(Corpus(inputs: [corpus]), to: folder.file("part"))
        #expect(try bytes("part") == bytes("whole"))
    }
}
