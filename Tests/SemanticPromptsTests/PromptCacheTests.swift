import Foundation
import Locks
import SemanticPrompts
import TestSupport
import Testing
import Transfer

@Suite("Remembered answers")
struct PromptCacheTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func key(_ number: Int, model: String = "m") -> PromptCache.Key {
        Self.key(number, model: model)
    }

    static func key(_ number: Int, model: String = "m") -> PromptCache.Key {
        PromptCache.Key(image: "\(number)", endpoint: "e", model: model, template: "t")
    }

    @Test("an answer is found by all four parts of its key, also after opening again")
    func remembers() throws {
        let file = folder.file("a/b/prompts.sqlite")
        var cache: PromptCache? = try PromptCache(file)
        try cache?.remember(Data("one".utf8), as: key(1))
        try cache?.remember(Data("two".utf8), as: key(1))
        cache = nil
        let again = try PromptCache(file)
        #expect(try again.answer(to: key(1)) == Data("two".utf8))
        #expect(try again.answer(to: key(2)) == nil)
        #expect(try again.answer(to: key(1, model: "n")) == nil)
        let other = PromptCache.Key(image: "1", endpoint: "f", model: "m", template: "t")
        #expect(try again.answer(to: other) == nil)
        #expect(try again.information().answers == 1)
        #expect(try again.information().models == ["e m": 1])
        #expect(try again.clear() == 1)
        #expect(try again.answer(to: key(1)) == nil)
    }

    @Test("only the owner can read the file")
    func permissions() throws {
        _ = try PromptCache(folder.file("c/prompts.sqlite"))
        let attributes = try FileManager.default.attributesOfItem(
            atPath: folder.path("c/prompts.sqlite"))
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test("at its limit it forgets what was not used for the longest time")
    func limit() throws {
        let clock = Guarded(Date(timeIntervalSince1970: 1_000_000))
        let cache = try PromptCache(
            folder.file("p.sqlite"), limit: 1000, now: { clock.withLock { $0 } })
        for number in 0..<10 {
            clock.withLock { $0 += 7200 }
            try cache.remember(Data(repeating: 1, count: 100), as: key(number))
        }
        clock.withLock { $0 += 7200 }
        #expect(try cache.answer(to: key(0)) != nil)
        clock.withLock { $0 += 7200 }
        try cache.remember(Data(repeating: 1, count: 100), as: key(10))
        #expect(try cache.information().bytes == 900)
        #expect(try cache.answer(to: key(0)) != nil)
        #expect(try cache.answer(to: key(1)) == nil)
        #expect(try cache.answer(to: key(2)) == nil)
        #expect(try cache.answer(to: key(10)) != nil)
    }

    @Test("files of something else, of later versions, and damaged ones are refused")
    func refused() throws {
        func reason(_ name: String) -> String {
            do {
                let cache = try PromptCache(folder.file(name))
                _ = try cache.information()
                return ""
            } catch {
                return "\(error)"
            }
        }
        try folder.write(Data("no database at all, but long enough for a page\n".utf8), "text")
        #expect(reason("text").contains("not a database"))
        _ = try PromptCache(folder.file("later"))
        var bytes = try Data(contentsOf: folder.file("later"))
        bytes[63] = 9  // the last byte of user_version in the header
        try folder.write(bytes, "later")
        #expect(reason("later").contains("newer"))
        bytes[63] = 1
        bytes[71] ^= 1  // application_id
        try folder.write(bytes, "other")
        #expect(reason("other").contains("something else"))
        try FileManager.default.createDirectory(
            at: folder.file("folder"), withIntermediateDirectories: true)
        #expect(!reason("folder").isEmpty)
    }

    @Test("several programs may start one file at the same time")
    func startedAtOnce() async throws {
        for round in 0..<100 {
            let file = folder.file("start-\(round).sqlite")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let answers = try PromptCache(file).information().answers
                        #expect(answers == 0)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("two programs may use one file at the same time")
    func shared() async throws {
        let file = folder.file("p.sqlite")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for program in 0..<4 {
                group.addTask {
                    let cache = try PromptCache(file)
                    for number in 0..<20 {
                        try cache.remember(Data("x".utf8), as: Self.key(program * 100 + number))
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try PromptCache(file).information().answers == 80)
    }
}
