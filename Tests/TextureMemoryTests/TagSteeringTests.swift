import Foundation
import TestSupport
import Testing

@testable import TextureMemory

@Suite("Retrieval steered by tags")
struct TagSteeringTests {
    let folder: TemporaryFolder
    let memory: TextureMemory
    /// The tags of each entry.
    let tags: [[String]]

    init() throws {
        folder = try TemporaryFolder()
        let corpus = try folder.writeCorpus(pictures: 6)
        let table = try SourceTable(
            Array(
                """
                file,tags
                00.png,"brick wall;red"
                01.png,bricks
                02.png,"grass;field;sky"
                03.png,"Café;GRASSES"
                04.png,"sky;\u{1F600}"

                """.utf8), name: "t.csv", columns: [:])
        var parameters = BuildParameters()
        (parameters.initial, parameters.size) = (120, 90)
        _ = try MemoryBuilder(encoder: PlainEncoder(), parameters: parameters, threads: 2)
            .build(Corpus(inputs: [corpus], tags: table), to: folder.file("m"))
        memory = try TextureMemory(folder.file("m"), expecting: nil)
        tags = try memory.entries().map(\.tags)
    }

    /// Random keys of unit length.
    func keys(_ count: Int, seed: UInt64 = 4) -> [Float] {
        var random = SplitMix(seed: seed)
        return (0..<count).flatMap { _ -> [Float] in
            let raw = random.floats(memory.description.shape.keySize)
            let length = raw.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return raw.map { $0 / length }
        }
    }

    /// The entries of some pictures agree, and nobody else.
    func agreeing(_ words: [String]) throws -> Set<Int> {
        let agreement = try memory.agreement(with: words)
        let found = (0..<memory.count).filter { agreement.share(of: $0) > 0 }
        #expect(found.count == agreement.count)
        return Set(found)
    }

    func entries(having tag: String) -> Set<Int> {
        Set(tags.indices.filter { tags[$0].contains(tag) })
    }

    @Test("a tag is found by its words, in any case, with accents and English endings or without")
    func words() throws {
        let bricks = entries(having: "brick wall").union(entries(having: "bricks"))
        let grass = entries(having: "grass").union(entries(having: "GRASSES"))
        #expect(!bricks.isEmpty && !grass.isEmpty)
        for word in ["brick", "Bricks", "BRICK", " bricks "] {
            #expect(try agreeing([word]) == bricks, "\(word)")
        }
        #expect(try agreeing(["brick wall"]) == entries(having: "brick wall"))
        #expect(try agreeing(["wall brick"]).isEmpty)
        // The words of two tags are no tag.
        #expect(try agreeing(["wall red"]).isEmpty)
        #expect(try agreeing(["brickwork"]).isEmpty)
        #expect(try agreeing(["grass"]) == grass)
        #expect(try agreeing(["cafes"]) == entries(having: "Café"))
        let either = entries(having: "red").union(entries(having: "field"))
        #expect(try agreeing(["red", "fields"]) == either)
    }

    @Test(
        "whatever a service calls a tag, nothing breaks and nothing else is found",
        arguments: [
            "", " ", "\"", "\"\"\"", "*", "brick*", "NEAR(brick sky)", "brick OR sky", "-sky",
            "words : sky", "'; DROP TABLE tag", "\u{0}sky\u{0}", "\u{1F600}", "^sky", "sky\"",
            String(repeating: "sky ", count: 300),
        ])
    func hostile(text: String) throws {
        let found = try agreeing([text])
        // Marks are no words; what is left is looked for as it stands.
        let allowed =
            ["\u{0}sky\u{0}", "-sky", "^sky", "sky\""].contains(text)
            ? entries(having: "sky")
            : text == "brick*" ? try agreeing(["brick"]) : []
        #expect(found == allowed)
    }

    @Test("rare tags count more, several add up, and the best agreement is 1")
    func shares() throws {
        let agreement = try memory.agreement(with: ["sky", "grass", "nonsense", "skies"])
        #expect(agreement.found == ["sky", "grass"])
        let (sky, grass) = (entries(having: "sky"), entries(having: "grass"))
        let n = Double(memory.count)
        let skyRarity = log1p(n / Double(sky.count))
        let grassCount = grass.count + entries(having: "GRASSES").count
        let grassRarity = log1p(n / Double(grassCount))
        for entry in 0..<memory.count {
            let isGrass = grass.contains(entry) || tags[entry].contains("GRASSES")
            let sum = (sky.contains(entry) ? skyRarity : 0) + (isGrass ? grassRarity : 0)
            #expect(
                abs(Double(agreement.share(of: entry)) - sum / (skyRarity + grassRarity)) < 1e-6)
        }
        #expect(try memory.agreement(with: []) == .none)
        #expect(try memory.agreement(with: ["nonsense"]) == .none)
    }

    @Test("the ranking is that of cosine plus weight times share over all entries")
    func exact() throws {
        let queries = keys(40)
        let size = memory.description.shape.keySize
        let all = try memory.neighbours(of: queries, count: memory.count)
        for words in [["sky"], ["brick", "grass"], ["red", "field", "cafe"]] {
            let agreement = try memory.agreement(with: words)
            for weight: Float in [0.02, 0.3, 2] {
                let found = try memory.neighbours(
                    of: queries, count: 7, favouring: agreement, weight: weight)
                for (row, neighbours) in found.enumerated() {
                    let expected = all[row].sorted { a, b in
                        let scores = [a, b].map {
                            $0.similarity + weight * agreement.share(of: $0.index)
                        }
                        return scores[0] != scores[1] ? scores[0] > scores[1] : a.precedes(b)
                    }
                    #expect(neighbours == Array(expected.prefix(7)))
                }
                let threads = try memory.neighbours(
                    of: queries, count: 7, favouring: agreement, weight: weight, threads: 3)
                #expect(threads == found)
                // A query has the same answer alone.
                let alone = try memory.neighbours(
                    of: Array(queries[size * 5..<size * 6]), count: 7, favouring: agreement,
                    weight: weight)
                #expect(alone == [found[5]])
            }
        }
    }

    @Test("without weight, and where nobody agrees, the search is the plain one")
    func plain() throws {
        let queries = keys(10)
        let plain = try memory.neighbours(of: queries, count: 5)
        let agreement = try memory.agreement(with: ["sky"])
        #expect(
            try memory.neighbours(of: queries, count: 5, favouring: agreement, weight: 0) == plain)
        #expect(
            try memory.neighbours(of: queries, count: 5, favouring: .none, weight: 1) == plain)
        let many = try memory.neighbours(of: queries, count: 1000, favouring: agreement, weight: 1)
        #expect(many.allSatisfy { Set($0.map(\.index)) == Set(0..<memory.count) })
    }

    @Test("a photo's tags steer its query, and cosines stay what they are")
    func query() throws {
        let query = MemoryQuery(memory, encoder: PlainEncoder(), threads: 1)
        let photo = TestTexture.noise(width: 64, height: 64, seed: 9)
        let plain = try query.run(photo, scale: 1, count: memory.count)
        let steered = try query.run(photo, scale: 1, count: 4, tags: ["bricks"], weight: 2)
        let bricks = try agreeing(["brick"])
        for (patch, all) in zip(steered.patches, plain.patches) {
            #expect(patch.matches.allSatisfy { bricks.contains($0.entry) && $0.agreement == 1 })
            for match in patch.matches {
                let same = try #require(all.matches.first { $0.entry == match.entry })
                #expect(same.similarity == match.similarity && same.agreement == nil)
            }
        }
        #expect(steered.agreement.found == ["bricks"])
    }
}
