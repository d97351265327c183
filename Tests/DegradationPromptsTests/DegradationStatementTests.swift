import Foundation
import Imaging
import TestSupport
import Tensors
import Testing

@testable import DegradationPrompts

@Suite("Degradation reports in files")
struct DegradationStatementTests {
    let prompter: DegradationPrompter
    let report: DegradationReport
    let statement: DegradationStatement

    init() throws {
        prompter = try DegradationPrompter(
            network: IRPADTests.tiny(), bank: DegradationBankTests.bank())
        var random = SplitMix(seed: 3)
        let photo = Image(
            width: 64, height: 40, channels: .rgb, pixels: random.floats(64 * 40 * 3, in: 0...1))
        report = try prompter.report(
            of: photo, stride: 8, policy: ComputePolicy(threads: 1, precision: .f32))
        statement = DegradationStatement(report, by: prompter)
    }

    @Test("written and read again, a report gives the embedding that it had")
    func roundTrip() throws {
        let data = try JSONEncoder().encode(statement)
        let read = try JSONDecoder().decode(DegradationStatement.self, from: data)
        #expect(read == statement)
        #expect(read.prompt == report.prompt && read.degradations.count == 2)
        let embedding = try prompter.embedding(prompter.probabilities(of: read))
        expectNear(embedding, report.embedding.map(Double.init), absolute: 2e-3)
    }

    @Test("a degree that a person chose counts alone, and a type that is left out has none")
    func edited() throws {
        var edited = statement
        let least = report.judgements[0].probabilities.enumerated().min { $0.1 < $1.1 }?.offset
        let place = try #require(least)
        edited.degradations[0].degree = ["none", "light", "heavy"][place]
        edited.degradations[1].degree = "heavy"
        edited.degradations[1].probabilities = nil
        let expected = (0..<3).map { $0 == place ? 1.0 : 0 }
        #expect(try prompter.probabilities(of: edited) == [expected, [0, 1]])
        edited.degradations = []
        #expect(try prompter.probabilities(of: edited) == [[1, 0, 0], [1, 0]])
        let short = #"{"prompt": "", "degradations": [{"type": "noise", "degree": "heavy"}]}"#
        let written = try JSONDecoder().decode(
            DegradationStatement.self, from: Data(short.utf8))
        #expect(try prompter.probabilities(of: written) == [[1, 0, 0], [0, 1]])
    }

    @Test("types, degrees and numbers that make no sense are refused with their names")
    func refused() throws {
        func reason(_ change: (inout DegradationStatement) -> Void) -> String {
            var wrong = statement
            change(&wrong)
            do {
                _ = try prompter.probabilities(of: wrong)
                return ""
            } catch {
                return error.description
            }
        }
        #expect(reason { $0.degradations[0].type = "haze" }.contains("'haze' is not one of blur"))
        #expect(reason { $0.degradations[0].type = "noise" }.contains("'noise' stands there twice"))
        #expect(reason { $0.degradations[0].degree = "some" }.contains("none, light, heavy"))
        for numbers in [["none": 0.5], ["none": 2, "light": -1], ["none": Double.nan]] {
            #expect(
                reason { $0.degradations[0].probabilities = numbers }.contains("with the sum 1"))
        }
        #expect(
            reason { $0.degradations[1].probabilities = ["none": 0.5, "huge": 0.5] }
                .contains("'huge'"))
    }
}
