/// A degradation report as it stands in files: for people to read and edit, and for programs to use.
///
/// Whoever knows better changes a `degree`; its probabilities, which then contradict it, no longer
/// count.
public struct DegradationStatement: Sendable, Equatable, Codable {
    /// What is said of one type of degradation.
    public struct Finding: Sendable, Equatable, Codable {
        /// The type's name.
        public var type: String
        /// The name of the most probable degree.
        public var degree: String
        /// The probability of that degree.
        public var confidence: Double?
        /// Whether the network would rather not name it.
        public var unsure: Bool?
        /// What the degree stands for, in ``unit``.
        public var range: String?
        /// The unit of ``range``.
        public var unit: String?
        /// The probabilities of all degrees by their names.
        public var probabilities: [String: Double]?
    }

    /// The degradation prompt.
    public var prompt: String
    /// One finding for each type.
    public var degradations: [Finding]
    /// The network that spoke; nil when a person did.
    public var modelFingerprint: String?

    enum CodingKeys: String, CodingKey {
        case prompt, degradations
        case modelFingerprint = "model_fingerprint"
    }

    /// Puts a report into words and numbers.
    ///
    /// - Parameters:
    ///   - report: The report.
    ///   - prompter: Who made it.
    public init(_ report: DegradationReport, by prompter: DegradationPrompter) {
        prompt = report.prompt
        degradations = report.judgements.map { judgement in
            let kind = judgement.kind
            return Finding(
                type: kind.name, degree: kind.degrees[judgement.degree].name,
                confidence: Self.rounded(judgement.confidence), unsure: judgement.isUnsure,
                range: kind.range(of: judgement.degree), unit: kind.unit,
                probabilities: Dictionary(
                    uniqueKeysWithValues: zip(
                        kind.degrees.map(\.name), judgement.probabilities.map(Self.rounded))))
        }
        modelFingerprint = prompter.network.fingerprint
    }

    private static func rounded(_ value: Double) -> Double { (value * 1e4).rounded() / 1e4 }
}

/// Why a statement on degradations cannot be used.
public struct DegradationStatementError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, in words.
    public let reason: String

    /// What is wrong, and where.
    public var description: String { "degradation report: \(reason)" }
}

extension DegradationPrompter {
    /// The probabilities that a statement gives to the degrees of each type.
    ///
    /// A degree that is not the most probable one, or has no probabilities beside it, was chosen by
    /// a person: it counts alone. A type that is not named has none of it.
    ///
    /// - Parameter statement: The statement.
    /// - Returns: For each type, in the network's order, numbers with the sum 1; for
    ///   ``embedding(_:)``.
    /// - Throws: ``DegradationStatementError`` when it names types or degrees that the bank does not
    ///   have, or numbers that are no probabilities.
    public func probabilities(
        of statement: DegradationStatement
    ) throws(DegradationStatementError) -> [[Double]] {
        let names = kinds.map(\.name)
        for finding in statement.degradations {
            guard names.contains(finding.type) else {
                throw DegradationStatementError(
                    reason: "type '\(finding.type)' is not one of \(names.joined(separator: ", "))")
            }
            guard statement.degradations.count(where: { $0.type == finding.type }) == 1 else {
                throw DegradationStatementError(reason: "type '\(finding.type)' stands there twice")
            }
        }
        return try kinds.map { kind throws(DegradationStatementError) in
            let finding = statement.degradations.first { $0.type == kind.name }
            return try Self.probabilities(of: finding, for: kind)
        }
    }

    private static func probabilities(
        of finding: DegradationStatement.Finding?, for kind: DegradationKind
    ) throws(DegradationStatementError) -> [Double] {
        let degrees = kind.degrees.map(\.name)
        func only(_ index: Int) -> [Double] { degrees.indices.map { $0 == index ? 1 : 0 } }
        guard let finding else { return only(0) }
        guard let chosen = degrees.firstIndex(of: finding.degree) else {
            throw DegradationStatementError(
                reason: "\(kind.name): degree '\(finding.degree)' is not one of "
                    + degrees.joined(separator: ", "))
        }
        guard let given = finding.probabilities else { return only(chosen) }
        if let unknown = Set(given.keys).subtracting(degrees).sorted().first {
            throw DegradationStatementError(
                reason: "\(kind.name): there is no degree '\(unknown)' to have a probability")
        }
        let numbers = degrees.map { given[$0] ?? 0 }
        let sum = numbers.reduce(0, +)
        guard numbers.allSatisfy({ (0...1).contains($0) }), abs(sum - 1) < 0.01 else {
            throw DegradationStatementError(
                reason: "\(kind.name): its probabilities are no numbers from 0 to 1 with the sum 1")
        }
        // What was written with four digits may tie; any of the greatest is the network's own.
        guard numbers[chosen] == numbers.max() else { return only(chosen) }
        return numbers.map { $0 / sum }
    }
}
