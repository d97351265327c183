import Degradations
import Foundation
import Imaging
import RandomDraws
import TestSupport
import Testing

@Suite("Recipes")
struct RecipeTests {
    static let file = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Prompts/real-esrgan.recipe.json")

    static func shipped() throws -> DegradationRecipe {
        try DegradationRecipe(contentsOf: file)
    }

    @Test("the shipped recipe has the published ranges")
    func published() throws {
        let recipe = try Self.shipped()
        #expect(recipe.name == "real-esrgan" && recipe.scale == 4 && recipe.rounds.count == 2)
        #expect(recipe.rounds[0].blur?.sigmaPixels == 0.2...3)
        #expect(recipe.rounds[1].blur?.probability == 0.8)
        #expect(recipe.rounds[0].noise?.gaussianSigma8Bit == 1...30)
        #expect(recipe.rounds[1].noise?.poissonScale == 0.05...2.5)
        #expect(recipe.rounds[1].jpeg == nil)
        #expect(recipe.final.jpeg?.quality == 30...95)
        #expect(recipe.final.sinc?.cutoffRadians.upperBound == .pi)
    }

    @Test(
        "what cannot be done is refused with its place",
        arguments: [
            (#""scale": 4"#, #""scale": 4, "x": 1"#, "x is an unknown key"),
            (#""scale": 4"#, #""scale": 0"#, "scale is 0"),
            (#""scale": 4"#, #""scale": "four""#, "scale has the wrong type"),
            (#""scale": 4,"#, "", "scale is missing"),
            (#""format_version": 1"#, #""format_version": 2"#, "format_version is 2"),
            (#""sides": [7, 21]"#, #""sides": [7, 20]"#, "rounds[0].blur.sides is 7 to 20"),
            (#""sides": [7, 21]"#, #""sides": [7, 21, 3]"#, "rounds[0].blur.sides must be two"),
            (#""sides": [7, 21]"#, #""sides": [7]"#, "rounds[0].blur.sides"),
            (#""sides": [7, 21]"#, #""sides": [21, 7]"#, "rounds[0].blur.sides is wrong"),
            (#"[0.05, 3.0]"#, #"[0.05, 1e9]"#, "rounds[0].noise.poisson_scale is 0.05 to 1"),
            (#""beta": [0.5, 4.0]"#, #""beta": [2.0, 4.0]"#, "generalized.beta must contain 1"),
            (#", "beta": [0.5, 4.0]"#, "", "generalized.beta is missing"),
            (
                #""keep_probability": 0.1"#, #""keep_probability": 0.4"#,
                "rounds[0].resize has probabilities that add up to 1.3"
            ),
            (#"["area", "#, #"["lanczos", "#, "rounds[0].resize.methods must name"),
            (#""relative_to": "input""#, #""relative_to": "middle""#, "relative_to is wrong"),
            (#""probability": 1.0,"#, #""probability": 1.5,"#, "blur.probability is 1.5"),
            (#""quality": [30, 95]"#, #""quality": [0, 95]"#, "rounds[0].jpeg.quality is 0"),
            (#""jpeg_last_probability": 0.5"#, #""jpeg_last_probability": 0.5, "y": null"#, "null"),
            ("{", "[", "not valid JSON"),
        ])
    func refused(text: String, replacement: String, message: String) throws {
        var recipe = try String(contentsOf: Self.file, encoding: .utf8)
        let place = try #require(recipe.range(of: text))
        recipe.replaceSubrange(place, with: replacement)
        #expect {
            _ = try DegradationRecipe(json: Data(recipe.utf8), file: "mine.recipe.json")
        } throws: { error in
            let said = "\(error)"
            return said.hasPrefix("mine.recipe.json: ") && said.contains(message)
        }
    }

    @Test("bytes that are no recipe are refused, whatever they are")
    func hostile() throws {
        let whole = try Data(contentsOf: Self.file)
        var random = SplitMix(seed: 5)
        for length in stride(from: 0, to: whole.count - 2, by: 97) {
            #expect(throws: DegradationError.self) {
                _ = try DegradationRecipe(json: whole.prefix(length), file: "r")
            }
        }
        for _ in 0..<200 {
            var bytes = whole
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
                in: 0...255, using: &random)
            // Many still are recipes; none may crash, and those that pass can be drawn from.
            guard let recipe = try? DegradationRecipe(json: bytes, file: "r") else { continue }
            let drawn = recipe.draw(width: 40, height: 30, source: DrawSource(key: 1))
            #expect(!drawn.steps.isEmpty)
        }
    }

    @Test("recipes are found by name in the first root that has one, or by path")
    func store() throws {
        let folder = try TemporaryFolder()
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        for (root, scale) in [("a", 2), ("b", 3)] {
            let changed = text.replacing(#""scale": 4"#, with: #""scale": \#(scale)"#)
            try folder.write(Data(changed.utf8), "\(root)/Prompts/mine.recipe.json")
        }
        let store = RecipeStore(
            roots: ["none", "a", "b"].map { folder.url.appending(path: $0) })
        #expect(try store.recipe(named: "mine").scale == 2)
        let path = folder.path("b/Prompts/mine.recipe.json")
        #expect(try store.recipe(named: path).scale == 3)
        #expect(store.names() == ["mine"])
        #expect {
            _ = try store.recipe(named: "../mine2")
        } throws: {
            $0 as? DegradationError == .missing(file: "mine2")
        }
        #expect { _ = try store.recipe(named: "other") } throws: { "\($0)".contains("mine") }
    }
}
