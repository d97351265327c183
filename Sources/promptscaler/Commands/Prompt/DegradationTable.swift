internal import DegradationPrompts
internal import Foundation
internal import Imaging

/// Degradation reports as text, JSON or comma-separated values.
struct DegradationTable {
    enum Style: Equatable {
        case text, explained, csv
        case json(withEmbedding: Bool)
    }

    let style: Style
    let prompter: DegradationPrompter
    let namesPhotos: Bool

    func begin() {
        guard style == .csv else { return }
        let columns = prompter.kinds.flatMap { kind in
            [kind.name, "\(kind.name) confidence"]
        }
        Console.result((["file", "prompt"] + columns).map(Self.field).joined(separator: ","))
    }

    func add(_ report: DegradationReport, of image: Image, name: String) throws {
        switch style {
        case .text: Console.result(namesPhotos ? "\(name): \(report.prompt)" : report.prompt)
        case .explained: explain(report, name)
        case .csv:
            let columns = report.judgements.flatMap {
                [Self.degree($0), String(format: "%.3f", $0.confidence)]
            }
            Console.result(
                ([name, report.prompt] + columns).map(Self.field).joined(separator: ","))
        case .json(let withEmbedding):
            try Console.result(
                json: Record(report, image, name, prompter, withEmbedding: withEmbedding))
        }
    }

    private func explain(_ report: DegradationReport, _ name: String) {
        Console.result("\(name): \(report.prompt)")
        let width = prompter.kinds.map(\.name.count).max() ?? 0
        for judgement in report.judgements {
            let kind = judgement.kind
            let answer =
                judgement.isUnsure
                ? "unsure"
                : "\(kind.degrees[judgement.degree].name), "
                    + "\(kind.range(of: judgement.degree)) (\(kind.unit))"
            let chances = zip(kind.degrees, judgement.probabilities)
                .map { "\($0.name) " + String(format: "%.0f %%", $1 * 100) }
            Console.result(
                "  " + kind.name.padding(toLength: width, withPad: " ", startingAt: 0)
                    + "  \(answer); " + chances.joined(separator: ", "))
        }
    }

    private static func degree(_ judgement: DegradationJudgement) -> String {
        judgement.isUnsure ? "unsure" : judgement.kind.degrees[judgement.degree].name
    }

    private static func field(_ text: String) -> String {
        guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
        return "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }
}

/// A line of JSON.
private struct Record: Encodable {
    private struct Head: Encodable {
        let input: String
        let status = "done"
        let width: Int
        let height: Int
        let embedding: [[Float]]?
    }

    private let head: Head
    private let statement: DegradationStatement

    init(
        _ report: DegradationReport, _ image: Image, _ name: String,
        _ prompter: DegradationPrompter, withEmbedding: Bool
    ) {
        let size = prompter.network.configuration.embeddingSize
        head = Head(
            input: name, width: image.width, height: image.height,
            embedding: withEmbedding
                ? Swift.stride(from: 0, to: report.embedding.count, by: size).map {
                    Array(report.embedding[$0..<$0 + size])
                } : nil)
        statement = DegradationStatement(report, by: prompter)
    }

    /// Both in one object.
    func encode(to encoder: any Encoder) throws {
        try head.encode(to: encoder)
        try statement.encode(to: encoder)
    }
}
