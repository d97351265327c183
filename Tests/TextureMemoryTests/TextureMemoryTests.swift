import Foundation
import GRDB
import Locks
import TestSupport
import Testing

@testable import TextureMemory

/// A memory of a few coloured patches, built anew for each test.
struct SmallMemory {
    let folder: TemporaryFolder
    let encoder = PlainEncoder()

    init(pictures: Int = 4, size: Int = 20, seed: UInt64 = 0) throws {
        folder = try TemporaryFolder()
        let corpus = try folder.writeCorpus(pictures: pictures, seed: seed)
        var parameters = BuildParameters()
        (parameters.initial, parameters.size) = (60, size)
        _ = try MemoryBuilder(encoder: encoder, parameters: parameters, threads: 2)
            .build(Corpus(inputs: [corpus]), to: url)
    }

    var url: URL { folder.url.appending(path: "small") }

    func file(_ name: String) -> URL { url.appending(path: name) }

    func open() throws -> TextureMemory {
        try TextureMemory(url, expecting: encoder.fingerprint)
    }

    /// The error with which the memory is refused.
    func refusal(expecting fingerprint: EncoderFingerprint? = nil) -> MemoryError? {
        do {
            _ = try TextureMemory(url, expecting: fingerprint)
            return nil
        } catch {
            return error
        }
    }

    /// Changes the manifest as text.
    func editManifest(_ from: String, _ to: String) throws {
        let manifest = file(MemoryManifest.fileName)
        let text = try String(contentsOf: manifest, encoding: .utf8)
        let edited = text.replacing(from, with: to)
        #expect(edited != text)
        try edited.write(to: manifest, atomically: true, encoding: .utf8)
    }
}

@Suite("Opening a memory")
struct TextureMemoryTests {
    let small: SmallMemory

    init() throws { small = try SmallMemory() }

    @Test("opening leaves no file behind, not even in a folder that cannot be written")
    func untouched() throws {
        let before = small.folder.files(in: "small")
        #expect(before == (MemoryFiles.all + [MemoryManifest.fileName]).sorted())
        let memory = try small.open()
        _ = try memory.entries()
        _ = try memory.entries(tagged: ["a"])
        _ = try memory.neighbours(of: memory.key(of: 0), count: 3)
        #expect(small.folder.files(in: "small") == before)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o555], ofItemAtPath: small.url.path)
        defer {
            try? FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: small.url.path)
        }
        #expect(try small.open().count == 20)
    }

    @Test("a memory of other networks is refused, and both are named")
    func otherEncoder() throws {
        let other = EncoderFingerprint(
            autoencoder: small.encoder.fingerprint.autoencoder,
            classifier: String(repeating: "d", count: 64))
        let error = small.refusal(expecting: other)
        #expect(
            error
                == .otherEncoder(
                    memory: "small", expected: other, found: small.encoder.fingerprint))
        #expect(error?.description.contains("dddddddddddd") == true)
        #expect(error?.description.contains("cccccccccccc") == true)
    }

    @Test("a folder that is no memory is told apart from a damaged one")
    func foreign() throws {
        func error(_ folder: URL) -> MemoryError? {
            do {
                _ = try TextureMemory(folder, expecting: nil)
                return nil
            } catch { return error }
        }
        let missing = small.folder.file("nowhere")
        #expect(
            error(missing)
                == .notAMemory(folder: "nowhere", reason: "there is no such folder"))
        try small.folder.write(Data("x".utf8), "photos/a.txt")
        let photos = small.folder.file("photos")
        #expect(
            error(photos) == .notAMemory(folder: "photos", reason: "it has no manifest.json"))
        try small.folder.write(
            Data("{\"format_version\": 1, \"name\": \"promptsr-x4\"}".utf8),
            "photos/manifest.json")
        guard case .notAMemory = error(photos) else {
            Issue.record("\(String(describing: error(photos)))")
            return
        }
        try Data("{".utf8).write(to: small.file(MemoryManifest.fileName))
        guard case .damaged("small", "manifest.json", _) = small.refusal() else {
            Issue.record("\(String(describing: small.refusal()))")
            return
        }
    }

    @Test("a newer format is named, whatever else it changed")
    func newer() throws {
        try Data("{\"format_version\": 7, \"kind\": \"texture-memory\", \"x\": []}".utf8)
            .write(to: small.file(MemoryManifest.fileName))
        #expect(
            small.refusal()
                == .madeByNewerVersion(memory: "small", version: 7, newestKnown: 1))
        #expect(small.refusal()?.description.contains("made by a newer PromptScaler") == true)
    }

    @Test("a newer table is named, too")
    func newerTable() throws {
        let table = small.file(MemoryFiles.table)
        do {
            let queue = try DatabaseQueue(path: table.path)
            try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 9") }
            try queue.close()
        }
        // Whoever wrote the newer table wrote its manifest, too.
        let manifest = try MemoryManifest.read(small.url)
        let files = try manifest.files.map { try MemoryFiles.describe($0.name, in: small.url) }
        try MemoryManifest(
            formatVersion: 1, kind: MemoryManifest.kind, entries: manifest.entries,
            shape: manifest.shape, fingerprint: manifest.fingerprint, files: files
        ).encoded().write(to: small.file(MemoryManifest.fileName))
        #expect(
            small.refusal()
                == .madeByNewerVersion(memory: "small", version: 9, newestKnown: 1))
    }

    @Test("a file that is missing is named", arguments: MemoryFiles.all)
    func missing(name: String) throws {
        try FileManager.default.removeItem(at: small.file(name))
        #expect(small.refusal() == .missingFile(memory: "small", file: name))
    }

    @Test("a file cut short is damaged, at whatever length", arguments: MemoryFiles.all)
    func truncated(name: String) throws {
        let whole = try Data(contentsOf: small.file(name))
        for part in 0..<20 {
            try whole.prefix(whole.count * part / 20).write(to: small.file(name))
            guard case .damaged("small", name, _) = small.refusal() else {
                Issue.record("\(part): \(String(describing: small.refusal()))")
                return
            }
        }
    }

    @Test("the file of another memory is not taken for this one's", arguments: MemoryFiles.all)
    func swapped(name: String) throws {
        let other = try SmallMemory(seed: 50)
        try FileManager.default.removeItem(at: small.file(name))
        try FileManager.default.copyItem(at: other.file(name), to: small.file(name))
        let error = small.refusal()
        // Another length may look like a file cut short; the same length never does.
        switch error {
        case .otherFile("small", name), .damaged("small", name, _): break
        default: Issue.record("\(String(describing: error))")
        }
        let (size, otherSize) = (
            try Data(contentsOf: small.file(name)).count,
            try MemoryManifest.read(small.url).files.first { $0.name == name }?.bytes
        )
        if size == otherSize { #expect(error == .otherFile(memory: "small", file: name)) }
    }

    @Test("files that agree with the manifest and not with each other are found")
    func disagreeing() throws {
        let other = try SmallMemory(size: 19)
        let otherManifest = try MemoryManifest.read(other.url)
        for name in [MemoryFiles.table, MemoryFiles.values, MemoryFiles.index] {
            let small = try SmallMemory()
            try FileManager.default.removeItem(at: small.file(name))
            try FileManager.default.copyItem(at: other.file(name), to: small.file(name))
            let manifest = try MemoryManifest.read(small.url)
            let files = manifest.files.map { file in
                otherManifest.files.first { $0.name == name && $0.name == file.name } ?? file
            }
            try MemoryManifest(
                formatVersion: 1, kind: MemoryManifest.kind, entries: manifest.entries,
                shape: manifest.shape, fingerprint: manifest.fingerprint, files: files
            ).encoded().write(to: small.file(MemoryManifest.fileName))
            #expect(small.refusal() == .otherFile(memory: "small", file: name), "\(name)")
        }
    }

    @Test("bytes of the manifest changed at random: an error or the same memory, nothing worse")
    func manifestBytes() throws {
        let manifest = small.file(MemoryManifest.fileName)
        let whole = try Data(contentsOf: manifest)
        var random = SplitMix(seed: 4)
        for _ in 0..<400 {
            var bytes = whole
            bytes[Int.random(in: 0..<bytes.count, using: &random)] =
                .random(in: 0...255, using: &random)
            try bytes.write(to: manifest)
            if let memory = try? TextureMemory(small.url, expecting: nil) {
                #expect(memory.count == 20)
            }
        }
    }

    @Test("bytes of the table changed behind a manifest that agrees: errors, nothing worse")
    func tableBytes() throws {
        let table = small.file(MemoryFiles.table)
        let whole = try Data(contentsOf: table)
        let manifest = try MemoryManifest.read(small.url)
        var random = SplitMix(seed: 5)
        var refused = 0
        for _ in 0..<150 {
            var bytes = whole
            for _ in 0..<8 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] =
                    .random(in: 0...255, using: &random)
            }
            try bytes.write(to: table)
            let files = try manifest.files.map { file in
                file.name == MemoryFiles.table
                    ? try MemoryFiles.describe(file.name, in: small.url) : file
            }
            try MemoryManifest(
                formatVersion: 1, kind: MemoryManifest.kind, entries: manifest.entries,
                shape: manifest.shape, fingerprint: manifest.fingerprint, files: files
            ).encoded().write(to: small.file(MemoryManifest.fileName))
            do {
                let memory = try TextureMemory(small.url, expecting: nil)
                _ = try memory.contents()
                _ = try memory.entries(tagged: ["a"])
            } catch {
                refused += 1
            }
        }
        #expect(refused > 5)
    }

    @Test("replaced again and again, the memory that opens is always a whole one")
    func replaced() throws {
        let (url, encoder) = (small.url, small.encoder)
        let memory = try small.open()
        let contents = try memory.contents()
        let log = ReaderLog()
        Thread.detachNewThread {
            while !log.isDone.withLock({ $0 }) {
                do {
                    _ = try TextureMemory(url, expecting: encoder.fingerprint)
                    log.opened.withLock { $0 += 1 }
                } catch {
                    log.errors.withLock { $0.append("\(error)") }
                }
            }
            log.hasEnded.withLock { $0 = true }
        }
        var rounds = 0
        try memory.numbers.withRows { rows in
            while rounds < 20 || (log.opened.withLock { $0 } < 20 && rounds < 1000) {
                let kept = Array(0..<20 - rounds % 2)
                var part = contents
                part.entries = Array(contents.entries[..<kept.count])
                _ = try MemoryWriter(contents: part, rows: kept)
                    .write(from: rows, to: url, replaces: true)
                rounds += 1
            }
        }
        log.isDone.withLock { $0 = true }
        while !log.hasEnded.withLock({ $0 }) { Thread.sleep(forTimeInterval: 0.001) }
        #expect(log.opened.withLock { $0 } >= 20)
        #expect(log.errors.withLock { $0 } == [])
        #expect(memory.key(of: 19).count == 12)
    }

    /// What a reader on another thread has met.
    final class ReaderLog: Sendable {
        let isDone = Guarded(false)
        let hasEnded = Guarded(false)
        let opened = Guarded(0)
        let errors = Guarded([String]())
    }
}
