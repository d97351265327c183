import Foundation
import TestSupport
import Testing

@testable import TextureMemory

@Suite("The journal")
struct JournalTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    struct Record: Codable, Equatable {
        let name: String
        let number: Int
    }

    static let records = (0..<5).map { Record(name: "ä\n\($0)", number: $0) }

    func write() throws -> Data {
        let file = folder.file("journal")
        let journal = try Journal<Record>(file)
        for record in Self.records { try journal.append(record) }
        try journal.synchronize()
        return try Data(contentsOf: file)
    }

    @Test("what was written is there when it is opened again, and more can follow")
    func reopened() throws {
        _ = try write()
        let journal = try Journal<Record>(folder.file("journal"))
        #expect(journal.found == Self.records)
        try journal.append(Record(name: "six", number: 6))
        #expect(try Journal<Record>(folder.file("journal")).found.count == 6)
    }

    @Test("cut off at any byte, the whole lines before it remain, and more can follow")
    func cut() throws {
        let whole = try write()
        let file = folder.file("journal")
        for length in 0...whole.count {
            try whole.prefix(length).write(to: file)
            let lines = whole.prefix(length).count { $0 == UInt8(ascii: "\n") }
            let journal = try Journal<Record>(file)
            #expect(journal.found == Array(Self.records[..<lines]))
            if length % 7 == 0 {
                try journal.append(Record(name: "more", number: 9))
                #expect(try Journal<Record>(file).found.count == lines + 1)
            }
        }
    }

    @Test("a changed byte ends the journal there")
    func changed() throws {
        let whole = try write()
        let file = folder.file("journal")
        for index in whole.indices {
            var bytes = whole
            bytes[index] ^= 0x15
            try bytes.write(to: file)
            let before = whole[..<index].count { $0 == UInt8(ascii: "\n") }
            let found = try Journal<Record>(file).found
            #expect(found == Array(Self.records[..<before]), "byte \(index)")
        }
    }
}
