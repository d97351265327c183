import Foundation
import TestSupport
import Testing

@testable import TextureMemory

@Suite("Folders in one step")
struct AtomicFolderTests {
    let folder: TemporaryFolder
    let place: URL

    init() throws {
        folder = try TemporaryFolder()
        place = folder.file("thing")
    }

    func put(_ text: String, replaces: Bool = false) throws {
        let atomic = try AtomicFolder(place)
        try Data(text.utf8).write(to: atomic.temporary.appending(path: "a"))
        try atomic.commit(replaces: replaces)
    }

    var text: String? { try? String(contentsOf: place.appending(path: "a"), encoding: .utf8) }

    @Test("nothing has the name until it is committed, and nothing else is left")
    func first() throws {
        let atomic = try AtomicFolder(place)
        try Data("x".utf8).write(to: atomic.temporary.appending(path: "a"))
        #expect(text == nil)
        try atomic.commit(replaces: false)
        #expect(text == "x")
        #expect(try folder.contents() == ["thing"])
    }

    @Test("a folder that is there stays unless it may be replaced")
    func replaced() throws {
        try put("one")
        #expect(throws: MemoryError.outputExists("thing")) { try put("two") }
        #expect(text == "one")
        try put("two", replaces: true)
        #expect(text == "two")
        #expect(try folder.contents() == ["thing"])
    }

    @Test("an open file of the old folder stays whole")
    func open() throws {
        try put("one")
        let mapped = try Data(
            contentsOf: place.appending(path: "a"), options: .alwaysMapped)
        try put("two", replaces: true)
        #expect(String(decoding: mapped, as: UTF8.self) == "one")
    }

    @Test("two writers at once: the second is told")
    func locked() throws {
        let first = try AtomicFolder(place)
        #expect(throws: MemoryError.inUse("thing")) { try AtomicFolder(place) }
        first.discard()
        #expect(try folder.contents() == [])
    }

    @Test("what a killed process left is replaced, and its old folder comes back")
    func leftovers() throws {
        try put("one")
        // Killed before the commit.
        try folder.write(Data("junk".utf8), ".thing.new/b")
        try put("two", replaces: true)
        #expect(text == "two" && folder.files() == ["thing/a"])
        // Killed between the two renames of a file system without exchange.
        try FileManager.default.moveItem(at: place, to: folder.file(".thing.old"))
        try AtomicFolder.recover(place)
        #expect(text == "two" && folder.files() == ["thing/a"])
        // Killed after them.
        try folder.write(Data("old".utf8), ".thing.old/a")
        try AtomicFolder.recover(place)
        #expect(text == "two" && folder.files() == ["thing/a"])
    }

    @Test("the way without exchange ends with the same folders")
    func twoSteps() throws {
        try put("one")
        let atomic = try AtomicFolder(place)
        try Data("two".utf8).write(to: atomic.temporary.appending(path: "a"))
        try atomic.exchangeInTwoSteps()
        #expect(text == "two" && folder.files() == ["thing/a"])
    }

    @Test("whoever looks while folders are replaced always finds one")
    func observed() async throws {
        try put("0")
        let place = place
        let reader = Task.detached {
            var misses = 0
            while !Task.isCancelled {
                if access(place.path, F_OK) != 0 { misses += 1 }
            }
            return misses
        }
        for number in 1...200 { try put("\(number)", replaces: true) }
        reader.cancel()
        #expect(await reader.value == 0)
        #expect(text == "200")
    }
}
