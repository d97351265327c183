import Foundation
import Imaging
import TestSupport
import Testing

@testable import TextureMemory

@Suite("Using a memory")
struct MemoryUseTests {
    let small: SmallMemory

    init() throws { small = try SmallMemory(pictures: 5, size: 40) }

    @Test("verification finds nothing wrong with a new memory, the networks included")
    func verified() throws {
        var findings: [MemoryVerification.Finding] = []
        let isRight = try MemoryVerification(small.open(), threads: 2)
            .run(encoder: small.encoder) { findings.append($0) }
        #expect(isRight, "\(findings.filter { !$0.isRight })")
        #expect(
            findings.map(\.check)
                == MemoryFiles.all + [
                    "table", "attribution", "numbers", "index", "recall", "keys",
                ])
    }

    @Test("a byte changed between the probed pages is found by verification")
    func flipped() throws {
        // Large enough for pages that the probe passes over.
        let folder = try TemporaryFolder()
        let file = folder.file("large")
        var data = Data((0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
        let probe = FileProbe.digest(data)
        data[65_536 + 29_199 * 3 + 5000] ^= 1
        #expect(FileProbe.digest(data) == probe)
        data[65_536 + 29_199 * 3 + 5000] ^= 1
        data[70] ^= 1
        #expect(FileProbe.digest(data) != probe)
        try data.write(to: file)

        let memory = try small.open()
        var bytes = try Data(contentsOf: small.file(MemoryFiles.attribution))
        bytes.append(0x20)
        try bytes.write(to: small.file(MemoryFiles.attribution))
        var wrong: [String] = []
        let isRight = try MemoryVerification(memory, threads: 1).run(encoder: nil) {
            if !$0.isRight { wrong.append($0.check) }
        }
        #expect(!isRight && wrong == [MemoryFiles.attribution, "attribution"])
    }

    @Test("keys of other values than those stored are found by verification")
    func otherKeys() throws {
        var other = small.encoder
        other.shape = PatchShape(side: 4, channels: 3, keySize: 12, downsampling: 8)
        struct Turned: PatchEncoder {
            let inner: PlainEncoder
            var shape: PatchShape { inner.shape }
            var fingerprint: EncoderFingerprint { inner.fingerprint }
            func makeWorker() throws -> any PatchWorker { Worker(inner: try inner.makeWorker()) }
            struct Worker: PatchWorker {
                let inner: any PatchWorker
                func values(at positions: [PatchPosition], of image: Image) throws -> [Float] {
                    try inner.values(at: positions, of: image)
                }
                func keys(of values: [Float]) throws -> [Float] {
                    try inner.keys(of: values.map { -$0 })
                }
                func pictures(of values: [Float]) throws -> [Image] {
                    try inner.pictures(of: values)
                }
            }
        }
        var wrong: [String] = []
        _ = try MemoryVerification(small.open(), threads: 1)
            .run(encoder: Turned(inner: other)) { if !$0.isRight { wrong.append($0.check) } }
        #expect(wrong == ["keys"])
    }

    @Test("a patch of a picture in the memory finds itself, with source and licence")
    func query() throws {
        let memory = try small.open()
        let entry = try memory.entry(at: 7)
        let source = try memory.source(at: entry.source)
        let picture = try ImageFile.read(
            small.folder.url.appending(path: "corpus/" + source.path)
        ).image
        let photo = picture.cropped(
            x: entry.position.x, y: entry.position.y, width: 32, height: 32)
        let answer = try MemoryQuery(memory, encoder: small.encoder, threads: 2)
            .run(photo, scale: 1, count: 3)
        #expect(answer.patches.count == 1 && answer.patches[0].matches.count == 3)
        let best = answer.patches[0].matches[0]
        #expect(best.entry == 7 && best.similarity > 0.999)
        #expect(best.source == source.path && best.licence == "unknown")
        #expect(best.position == entry.position)
    }

    @Test("the grid of a query reaches every edge, and 2048 pixels have 441 patches")
    func grid() {
        let shape = PatchShape(side: 16, channels: 16, keySize: 256, downsampling: 8)
        let grid = MemoryQuery.grid(width: 2048, height: 2048, shape: shape)
        #expect(grid.count == 441)
        #expect(grid.last == PatchPosition(x: 1920, y: 1920))
        let odd = MemoryQuery.grid(width: 300, height: 130, shape: shape)
        #expect(odd.map(\.x) == [0, 96, 168] && odd.allSatisfy { $0.y == 0 })
        #expect(MemoryQuery.grid(width: 128, height: 128, shape: shape).count == 1)
    }

    @Test("a photo smaller than a patch is refused with its size")
    func tiny() throws {
        let photo = Image(width: 10, height: 40, channels: .grey, filledWith: 0.5)
        let query = MemoryQuery(try small.open(), encoder: small.encoder, threads: 1)
        #expect(throws: MemoryError.self) { try query.run(photo, scale: 2, count: 1) }
        #expect(try query.run(photo, scale: 4, count: 1).patches.count > 1)
    }

    @Test("a contact sheet shows the patch and its entries where they belong")
    func sheet() throws {
        let memory = try small.open()
        let photo = TestTexture.noise(width: 96, height: 64, seed: 9)
        let answer = try MemoryQuery(memory, encoder: small.encoder, threads: 1)
            .run(photo, scale: 1, count: 4)
        let sheets = ContactSheet(memory, encoder: small.encoder)
        let sheet = try sheets.sheet(answer, rows: 3)
        #expect(sheet.width == 8 + 40 * 5 + 8 && sheet.height == 8 + 3 * 56)
        // The first row is the first patch in the order of the photo that is shown.
        let first = try #require(
            answer.patches.first { patch in
                sheet.cropped(x: 8, y: 8, width: 32, height: 32)
                    == answer.image.cropped(
                        x: patch.position.x, y: patch.position.y, width: 32, height: 32)
            })
        let worker = try small.encoder.makeWorker()
        for (column, match) in first.matches.enumerated() {
            let picture = try worker.pictures(of: memory.values(of: [match.entry]))[0].clamped()
            let shown = sheet.cropped(x: 16 + 40 * (column + 1), y: 8, width: 32, height: 32)
            #expect(shown == picture)
        }
    }

    @Test("the overview shows every entry once, group by group")
    func overview() throws {
        let memory = try small.open()
        var done: [Int] = []
        let sheet = try ContactSheet(memory, encoder: small.encoder)
            .overview(side: 32, columns: 6) { done.append($0) }
        let groups = Dictionary(grouping: try memory.entries(), by: \.cluster)
        let rows = groups.values.reduce(0) { $0 + ($1.count + 5) / 6 }
        #expect(sheet.height == groups.count * 24 + rows * 34 + 8)
        #expect(done.last == 40 && done.count == rows)
        let first = try #require(groups[0]?.first)
        let picture = try small.encoder.makeWorker().pictures(of: memory.values(of: [first.id]))[0]
        #expect(
            sheet.cropped(x: 8, y: 24, width: 32, height: 32)
                == picture.resized(width: 32, height: 32).clamped())
    }

    @Test("figures are drawn as the font has them")
    func figures() {
        var canvas = SheetCanvas(width: 20, height: 10)
        canvas.write("1.?", x: 1, y: 1)
        let lit = canvas.image.pixels.indices.filter { canvas.image.pixels[$0] > 0.5 }
        // The one has ten pixels and the point four, of three channels each; "?" is not there.
        #expect(lit.count == 14 * 3)
        let before = canvas.image
        canvas.write("8", x: 500, y: -50)
        #expect(canvas.image == before)
    }

    @Test("groups do not depend on anything but keys, and like keys are together")
    func groups() {
        var random = SplitMix(seed: 2)
        let centres = (0..<4).map { _ in random.floats(16) }
        var keys: [Float] = []
        for row in 0..<200 {
            let noisy = zip(centres[row % 4], random.floats(16, in: -0.1...0.1)).map { $0 + $1 }
            let length = noisy.reduce(0) { $0 + $1 * $1 }.squareRoot()
            keys += noisy.map { $0 / length }
        }
        let groups = TextureClusters.groups(of: keys, width: 16, groups: 4)
        #expect(groups == TextureClusters.groups(of: keys, width: 16, groups: 4))
        for row in 4..<200 { #expect(groups[row] == groups[row - 4]) }
        #expect(Set(groups) == [0, 1, 2, 3])
        #expect(TextureClusters.suitableCount(for: 2000) == 32)
        #expect(TextureClusters.suitableCount(for: 1) == 1)
    }

    @Test("tags are found by the beginnings of their words")
    func tags() throws {
        let corpus = small.folder.path("corpus")
        let tags = try SourceTable(
            Array("file,tags\n00.png,\"brick wall;red\"\n01.png,bricks\n02.png,sky\n".utf8),
            name: "t.csv", columns: [:])
        var parameters = BuildParameters()
        (parameters.initial, parameters.size) = (100, 60)
        let url = small.folder.file("tagged")
        _ = try MemoryBuilder(encoder: small.encoder, parameters: parameters, threads: 1)
            .build(Corpus(inputs: [corpus], tags: tags), to: url)
        let memory = try TextureMemory(url, expecting: nil)
        let sources = try memory.sources()
        func paths(_ words: [String]) throws -> Set<String> {
            Set(
                try memory.entries(tagged: words).map { id in
                    sources[try memory.entry(at: id).source].path
                })
        }
        #expect(try paths(["brick"]) == ["00.png", "01.png"])
        #expect(try paths(["brick", "red"]) == ["00.png"])
        #expect(try paths(["SKY"]) == ["02.png"])
        #expect(try paths(["\"; DROP TABLE entry"]) == [])
        #expect(try paths([]) == [])
    }

    @Test("the attribution names licences, authors and origins, and no text breaks its table")
    func attribution() {
        let cells = [UInt8](repeating: 0, count: 81)
        let sources = [
            MemorySource(
                path: "a|b.png", sha256: "1", width: 9, height: 9,
                record: SourceRecord(
                    licence: "CC-BY-4.0", licenceURL: "https://cc/by", author: "Ann\n| x",
                    origin: "https://o/1"), cells: cells),
            MemorySource(
                path: "c.png", sha256: "2", width: 9, height: 9, record: SourceRecord(),
                cells: cells),
        ]
        let entries = [0, 0, 1].enumerated().map { id, source in
            MemoryEntry(
                id: id, source: source, position: PatchPosition(x: 0, y: 0), side: 8, tags: [],
                cluster: 0, squaredDistance: nil)
        }
        let contents = MemoryContents(
            description: MemoryDescription(
                shape: small.encoder.shape, fingerprint: small.encoder.fingerprint,
                parameters: BuildParameters(), scales: PartScales(value: 1, key: 1),
                coveringRadius: nil, indexFactory: "Flat", indexSearch: "", clusters: 1),
            sources: sources, entries: entries)
        let lines = Attribution(contents).text.split(separator: "\n").map(String.init)
        #expect(lines.contains("| CC-BY-4.0 | 1 | 2 |"))
        #expect(lines.contains("<https://cc/by>"))
        #expect(lines.contains("| a\\|b.png | Ann \\| x | https://o/1 | 2 |"))
        #expect(lines.contains("| c.png | unknown | unknown | 1 |"))
        #expect(lines.contains { $0.contains("3 small latents cut from 2 pictures") })
    }
}
