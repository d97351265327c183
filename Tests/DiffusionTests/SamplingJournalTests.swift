import Foundation
import TestSupport
import Testing

@testable import Diffusion

@Suite("The journal of sampling")
struct SamplingJournalTests {
    let folder: TemporaryFolder
    let url: URL
    let work = Data("this".utf8)

    init() throws {
        folder = try TemporaryFolder()
        url = folder.url.appending(path: "journal")
    }

    @Test("what was added is there again, and after the end the file is gone")
    func again() throws {
        let first = try SamplingJournal(url, work: work)
        #expect(first.known.isEmpty)
        try first.add([1, -2.5, .pi], of: 0)
        try first.add([], of: 7)
        let second = try SamplingJournal(url, work: work)
        #expect(second.known == [0, 7])
        #expect(second.numbers(of: 0) == [1, -2.5, .pi])
        #expect(second.numbers(of: 7) == [] && second.numbers(of: 1) == nil)
        try second.add([4], of: 1)
        #expect(try SamplingJournal(url, work: work).known == [0, 1, 7])
        try second.remove()
        #expect(!FileManager.default.fileExists(atPath: url.path))
    }

    @Test("other work begins anew")
    func otherWork() throws {
        try SamplingJournal(url, work: work).add([1], of: 0)
        #expect(try SamplingJournal(url, work: Data("that".utf8)).known.isEmpty)
        #expect(try SamplingJournal(url, work: work).known.isEmpty)
    }

    @Test("a record that was cut off or changed is not used, and what follows takes its place")
    func damaged() throws {
        let journal = try SamplingJournal(url, work: work)
        try journal.add([1, 2], of: 0)
        try journal.add([3, 4], of: 1)
        let whole = try Data(contentsOf: url)
        for length in 64 + 32..<whole.count {
            try whole.prefix(length).write(to: url)
            #expect(try SamplingJournal(url, work: work).known == [0])
        }
        var changed = whole
        changed[64 + 32 + 10] ^= 1
        try changed.write(to: url)
        let next = try SamplingJournal(url, work: work)
        #expect(next.known == [0])
        try next.add([5, 6], of: 2)
        #expect(try SamplingJournal(url, work: work).numbers(of: 2) == [5, 6])
        // A count that no file could hold.
        try (whole.prefix(64) + Data(repeating: 255, count: 8)).write(to: url)
        #expect(try SamplingJournal(url, work: work).known.isEmpty)
    }
}
