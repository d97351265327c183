import Foundation
import Imaging
import TestSupport
import Testing

struct AtomicWriteTests {
    @Test("a file is written whole and nothing else is left in the folder")
    func writing() throws {
        let folder = try TemporaryFolder()
        let bytes = Data((0..<100_000).map { UInt8($0 % 251) })
        try ImageFile.write(bytes, to: folder.file("a.png"))
        #expect(try Data(contentsOf: folder.file("a.png")) == bytes)
        #expect(try folder.contents() == ["a.png"])
    }

    @Test("an existing file is replaced")
    func replacing() throws {
        let folder = try TemporaryFolder()
        try ImageFile.write(Data([1, 2, 3]), to: folder.file("a.png"))
        try ImageFile.write(Data([4]), to: folder.file("a.png"))
        #expect(try Data(contentsOf: folder.file("a.png")) == Data([4]))
        #expect(try folder.contents() == ["a.png"])
    }

    @Test("a failure leaves no temporary file behind")
    func failing() throws {
        let folder = try TemporaryFolder()
        let taken = folder.file("taken")
        try FileManager.default.createDirectory(at: taken, withIntermediateDirectories: false)
        #expect(throws: ImageError.folder(file: "taken")) {
            try ImageFile.write(Data([1]), to: taken)
        }
        #expect(try folder.contents() == ["taken"])
    }

    @Test("a missing folder is reported as such")
    func missingFolder() throws {
        let folder = try TemporaryFolder()
        #expect(
            throws: ImageError.unwritable(file: "a.png", reason: "the folder does not exist")
        ) {
            try ImageFile.write(Data([1]), to: folder.file("none/a.png"))
        }
    }

    @Test("a name that the system refuses leaves no temporary file behind")
    func longName() throws {
        let folder = try TemporaryFolder()
        let name = String(repeating: "n", count: 300) + ".png"
        #expect(throws: ImageError.self) { try ImageFile.write(Data([1]), to: folder.file(name)) }
        #expect(try folder.contents() == [])
    }
}
