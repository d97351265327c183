import Foundation
import Imaging
import Regions
import TestSupport
import Testing

@testable import Upscaling

@Suite("Planning")
struct PlanningTests {
    @Test(
        "sizes are read as people write them",
        arguments: [
            ("1920x1080", .size(PixelSize(width: 1920, height: 1080))), ("1920x", .width(1920)),
            ("x1080", .height(1080)), ("12×8", .size(PixelSize(width: 12, height: 8))),
            ("", nil), ("x", nil), ("12", nil), ("0x5", nil), ("-3x5", nil), ("1x2x3", nil),
            ("ax5", nil),
        ] as [(String, TargetSize?)])
    func sizes(text: String, expected: TargetSize?) {
        #expect(TargetSize(size: text) == expected)
    }

    @Test("an output has at least one pixel, and no more than a side can hold")
    func outputSizes() throws {
        let line = PixelSize(width: 1000, height: 1)
        #expect(try TargetSize.width(100).outputSize(for: line) == PixelSize(width: 100, height: 1))
        #expect(throws: UpscaleError.impossibleSize) {
            try TargetSize.scale(1e9).outputSize(for: line)
        }
    }

    @Test("a batch names its results, keeps folders, and is sorted")
    func batch() throws {
        let folder = try TemporaryFolder()
        for name in ["in/b.png", "in/a.jpg", "in/sub/c.webp", "d.png"] {
            try folder.writePicture(name)
        }
        let plan = try BatchPlan.make(
            inputs: [folder.path("in"), folder.path("d.png"), folder.path("no.png")],
            output: folder.path("out"), format: nil)
        let prefix = folder.path("out") + "/"
        #expect(
            plan.jobs.map { String($0.output.path.dropFirst(prefix.count)) } == [
                "a.jpg", "b.png", "sub/c.webp", "d.png",
            ])
        #expect(plan.rejected.map(\.error) == [.noInput(folder.path("no.png"))])
    }

    @Test("an asked format changes extensions, and other spellings of it stay")
    func formats() throws {
        let folder = try TemporaryFolder()
        for name in ["in/a.jpeg", "in/b.png"] { try folder.writePicture(name) }
        let plan = try BatchPlan.make(
            inputs: [folder.path("in")], output: folder.path("out"), format: .jpeg)
        #expect(plan.jobs.map(\.output.lastPathComponent) == ["a.jpeg", "b.jpg"])
    }

    @Test("the same file named twice is one job")
    func twice() throws {
        let folder = try TemporaryFolder()
        let file = try folder.writePicture("a.png")
        let plan = try BatchPlan.make(
            inputs: [file, file], output: folder.path("out"), format: nil)
        #expect(plan.jobs.count == 1)
        #expect(plan.rejected.isEmpty)
    }

    @Test("a name without a known extension needs a format")
    func unknownExtension() throws {
        let folder = try TemporaryFolder()
        let file = try folder.writePicture("a.png")
        let plan = try BatchPlan.make(
            inputs: [file], output: folder.path("b.tiff"), format: nil)
        #expect(plan.rejected.map(\.error) == [.unknownFormat("b.tiff")])
        let asked = try BatchPlan.make(
            inputs: [file], output: folder.path("b.tiff"), format: .png)
        #expect(asked.jobs.count == 1)
    }

    @Test("available memory is read in KiB, and page cache is not counted as used")
    func memory() {
        let text = "MemTotal:       24689016 kB\nMemAvailable:   1000 kB\n"
        #expect(AvailableMemory.availableInMemoryInformation(text) == 1_024_000)
        #expect(AvailableMemory.availableInMemoryInformation("MemTotal: 1 kB\n") == nil)
        #expect(AvailableMemory.fileCache("anon 5\ninactive_file 7\nactive_file 11\n") == 18)
        #expect((AvailableMemory.bytes() ?? 1) > 0)
    }

    @Test("ordered workers hand over every piece once, in order, at any number of threads")
    func orderedWorkers() throws {
        for threads in [1, 2, 7] {
            var seen: [Int] = []
            try OrderedWorkers.run(count: 50, threads: threads) {
                { piece in
                    // Later pieces are quicker, so they would overtake.
                    Thread.sleep(forTimeInterval: Double(50 - piece) * 2e-5)
                    return piece * piece
                }
            } use: { index, square in
                #expect(square == index * index)
                seen.append(index)
            }
            #expect(seen == Array(0..<50))
        }
    }

    @Test("a worker that cannot start is an error")
    func workerFails() {
        struct NoWorker: Error {}
        #expect(throws: NoWorker.self) {
            try OrderedWorkers.run(count: 5, threads: 2) { () -> (Int) throws -> Int in
                throw NoWorker()
            } use: { _, _ in
            }
        }
    }
}
