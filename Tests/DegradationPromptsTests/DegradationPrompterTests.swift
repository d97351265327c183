import Foundation
import Imaging
import TestSupport
import Tensors
import Testing

@testable import DegradationPrompts

@Suite("Judging photos")
struct DegradationPrompterTests {
    private static func prompter() throws -> DegradationPrompter {
        try DegradationPrompter(network: IRPADTests.tiny(), bank: DegradationBankTests.bank())
    }

    private static func photo(_ width: Int, _ height: Int, _ channels: Image.Channels) -> Image {
        var random = SplitMix(seed: 7)
        return Image(
            width: width, height: height, channels: channels,
            pixels: random.floats(width * height * channels.count, in: 0...1))
    }

    private static let f32 = ComputePolicy(threads: 1, precision: .f32)

    @Test("the report does not depend on threads, nor on how the photo is parted")
    func parts() throws {
        let prompter = try Self.prompter()
        let image = Self.photo(203, 150, .rgb)
        let report = try prompter.report(of: image, stride: 8, policy: Self.f32)
        let threads = ComputePolicy(threads: 3, precision: .f32)
        #expect(try prompter.report(of: image, stride: 8, policy: threads) == report)

        // All features at once, against blocks of 8×8 windows.
        let size = image.featureSize
        let grid = WindowGrid(
            height: size.height, width: size.width, side: 4, stride: 1,
            reach: prompter.network.encoder.reach)
        #expect(grid.blocks.count > 1)
        let context = try ComputeContext(policy: Self.f32)
        let whole = FeatureWindow(rows: 0..<size.height, columns: 0..<size.width)
        let scores = try prompter.network.scores(
            of: image.tensor(of: whole, in: context), grid.windows, in: context)
        let count = prompter.network.configuration.promptCount
        var probabilities: [Double] = []
        for start in stride(from: 0, to: scores.count, by: count) {
            probabilities += RegionCombination.probabilities(
                scores[start..<start + 3], temperature: 1.25)
            probabilities += RegionCombination.probabilities(
                scores[start + 3..<start + 5], temperature: 0.8)
        }
        expectNear(report.map.probabilities, probabilities, absolute: 1e-5)
    }

    @Test("probabilities sum to 1, and each judgement has its bank's words")
    func report() throws {
        let report = try Self.prompter().report(
            of: Self.photo(64, 40, .rgb), stride: 8, policy: Self.f32)
        #expect(report.judgements.map(\.kind.name) == ["blur", "noise"])
        for judgement in report.judgements {
            #expect(abs(judgement.probabilities.reduce(0, +) - 1) < 1e-9)
            #expect(judgement.confidence == judgement.probabilities.max())
        }
        #expect(report.embedding.count == 2 * 16)
        #expect(report.map.probabilities.count == report.map.rowCount * report.map.columnCount * 5)
    }

    @Test("grey is seen as three equal channels, and alpha is passed over")
    func channels() throws {
        let prompter = try Self.prompter()
        let grey = Self.photo(40, 32, .grey)
        let rgb = Image(
            width: 40, height: 32, channels: .rgb, pixels: grey.pixels.flatMap { [$0, $0, $0] })
        let rgba = Image(
            width: 40, height: 32, channels: .rgba,
            pixels: grey.pixels.flatMap { [$0, $0, $0, 0.5] })
        let report = try prompter.report(of: grey, policy: Self.f32)
        #expect(try prompter.report(of: rgb, policy: Self.f32) == report)
        #expect(try prompter.report(of: rgba, policy: Self.f32) == report)
    }

    @Test("photos smaller than a window have one region, and tiny ones are refused")
    func small() throws {
        let prompter = try Self.prompter()
        let report = try prompter.report(of: Self.photo(17, 20, .rgb), policy: Self.f32)
        #expect(report.map.rowCount == 1 && report.map.columnCount == 1)
        for (width, height) in [(1, 1), (15, 200), (200, 15)] {
            #expect(throws: DegradationPromptError.tooSmall(width: width, height: height)) {
                try prompter.report(of: Self.photo(width, height, .rgb), policy: Self.f32)
            }
        }
    }

    @Test("a photo's answer leans on the regions that know, and not on their number")
    func combination() {
        let unsure = [Double](repeating: 1 / 3, count: 3)
        let sure = [0.02, 0.96, 0.02]
        let combined = RegionCombination.combined([sure] + Array(repeating: unsure, count: 10))
        #expect(combined[1] > 0.8)
        let many = RegionCombination.combined(Array(repeating: [0.2, 0.5, 0.3], count: 50))
        expectNear(many.map(Float.init), [0.2, 0.5, 0.3] as [Float], absolute: 1e-6)
    }

    @Test(
        "what is there is named even when its degree is unsure; what may not be there is not",
        arguments: [
            ([0.9, 0.06, 0.04], false, nil), ([0.1, 0.5, 0.4], true, "soft"),
            ([0.1, 0.1, 0.8], false, "blurred"), ([0.4, 0.35, 0.25], true, nil),
        ] as [([Double], Bool, String?)])
    func phrases(probabilities: [Double], isUnsure: Bool, phrase: String?) throws {
        let kind = try DegradationBankTests.bank().kinds[0]
        let judgement = DegradationJudgement(
            kind: kind, probabilities: probabilities, threshold: 0.7)
        #expect(judgement.isUnsure == isUnsure)
        #expect(judgement.phrase == phrase)
    }

    @Test("the tokens of a certain degree are its prompt's embedding")
    func embedding() throws {
        let prompter = try Self.prompter()
        let tokens = prompter.embedding([[0, 1, 0], [0, 1]])
        let all = prompter.network.promptEmbeddings
        #expect(Array(tokens[..<16]) == Array(all[16..<32]))
        #expect(Array(tokens[16...]) == Array(all[64..<80]))
    }

    @Test("a bank that does not fit the network is refused with the type's name")
    func misfit() throws {
        let network = try IRPADTests.tiny()
        let renamed = DegradationBankTests.small.replacingOccurrences(
            of: "\"name\": \"noise\"", with: "\"name\": \"grain\"")
        let missing = #expect(throws: DegradationBankError.self) {
            try DegradationPrompter(network: network, bank: DegradationBankTests.bank(renamed))
        }
        #expect("\(try #require(missing))".contains("no type 'noise'"))
    }

    @Test("the map's picture has a panel for each type, coloured where there is something")
    func map() throws {
        let photo = Image(width: 60, height: 40, channels: .rgb, filledWith: 0.5)
        // Two regions side by side: the left one clean, the right one heavy of the first type.
        let map = DegradationMap(
            rowCount: 1, columnCount: 2, stride: 28, regionSide: 32,
            probabilities: [1, 0, 0, 1, 0, 0, 0, 1, 1, 0], ranges: [0..<3, 3..<5])
        #expect(map.strength(type: 0, row: 0, column: 1) == 1)
        let picture = map.picture(on: photo, side: 60)
        #expect(picture.width == 128 && picture.height == 40)
        func colourfulness(_ x: Int) -> Float {
            let place = picture.index(x: x, y: 20)
            return picture.pixels[place] - picture.pixels[place + 2]
        }
        #expect(colourfulness(2) == 0)
        #expect(colourfulness(57) > 0.2)
        #expect(colourfulness(68 + 57) == 0)
    }

    @Test(
        "what a person says of a photo is understood",
        arguments: [
            ("heavy blur", [0: 2]), ("Light Noise, no blur", [0: 0, 1: 1]), ("noise", [1: 1]),
            ("a bit soft", [0: 1]), ("medium blur", [0: 1]), ("none blur, heavy blur", [0: 2]),
            ("", [:]),
        ] as [(String, [Int: Int])])
    func words(text: String, degrees: [Int: Int]) throws {
        #expect(try Self.prompter().degrees(saidBy: text) == degrees)
    }

    @Test(
        "what nobody can understand is an error", arguments: ["rust", "heavy", "blur, heavy rust"])
    func unknownWords(text: String) throws {
        let prompter = try Self.prompter()
        #expect(throws: DegradationPromptError.self) { try prompter.degrees(saidBy: text) }
    }
}
