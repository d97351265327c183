public import Foundation

/// The bank of degradation prompts: which types there are, their degrees, and the words for them.
///
/// Source: DaLPSR, section 3.2, where each degree of each type has a prompt. The file is
/// `Prompts/degradation.json`; a person may rephrase it or add types. A network knows the types and
/// the number of degrees that it was trained on (``IRPADConfiguration/types``).
public struct DegradationBank: Sendable, Equatable {
    /// The version of the file's content, such as "1.0.0".
    public let version: String

    /// The types, in the order of the file.
    public let kinds: [DegradationKind]

    /// The format that this code reads.
    public static let formatVersion = 1

    /// Reads a bank.
    ///
    /// - Parameters:
    ///   - data: The bytes of the file.
    ///   - name: The file's name, for errors.
    /// - Throws: ``DegradationBankError`` saying what is wrong and where.
    public init(json data: Data, name: String) throws(DegradationBankError) {
        try Self.checkKeys(data, name)
        let file: File
        do {
            file = try JSONDecoder().decode(File.self, from: data)
        } catch let error as DecodingError {
            throw DegradationBankError(file: name, reason: Self.reason(error))
        } catch {
            throw DegradationBankError(file: name, reason: "not valid JSON")
        }
        self.version = file.version
        self.kinds = file.types
        for kind in kinds { try Self.check(kind, name) }
        guard !kinds.isEmpty, Set(kinds.map(\.name)).count == kinds.count else {
            throw DegradationBankError(
                file: name, reason: "there must be a type, and each must have a name of its own")
        }
    }

    private struct File: Decodable {
        let version: String
        let types: [DegradationKind]
    }

    private static func check(
        _ kind: DegradationKind, _ file: String
    ) throws(DegradationBankError) {
        func require(_ condition: Bool, _ reason: String) throws(DegradationBankError) {
            guard condition else {
                throw DegradationBankError(file: file, reason: "type '\(kind.name)': \(reason)")
            }
        }
        let (degrees, cuts) = (kind.degrees, kind.cuts)
        try require(!kind.name.isEmpty && !kind.measure.isEmpty, "needs a name and a measure")
        try require(
            degrees.count >= 2 && degrees.count == cuts.count + 1,
            "\(degrees.count) degrees need \(max(1, degrees.count - 1)) cuts, not \(cuts.count)")
        try require(cuts.allSatisfy(\.isFinite), "cuts must be numbers")
        let rising = zip(cuts, cuts.dropFirst()).allSatisfy {
            kind.order == .rising ? $0 < $1 : $0 > $1
        }
        try require(rising, "the cuts must be \(kind.order.rawValue)")
        try require(
            Set(degrees.map(\.name)).count == degrees.count, "its degrees must have own names")
        for degree in degrees {
            try require(
                !degree.phrases.isEmpty && degree.phrases.allSatisfy { !$0.isEmpty },
                "degree '\(degree.name)' needs a phrase, and none may be empty")
        }
    }

    /// Misspelt keys would otherwise be passed over in silence.
    private static func checkKeys(_ data: Data, _ name: String) throws(DegradationBankError) {
        guard let root = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw DegradationBankError(file: name, reason: "not a JSON object")
        }
        guard let version = root["format_version"] as? Int else {
            throw DegradationBankError(file: name, reason: "\"format_version\" is missing")
        }
        guard version == formatVersion else {
            throw DegradationBankError(
                file: name,
                reason: "it has format \(version), and this program reads \(formatVersion)")
        }
        let types = root["types"] as? [[String: Any]] ?? []
        let degrees = types.flatMap { $0["degrees"] as? [[String: Any]] ?? [] }
        let kindKeys: Set<String> = ["name", "measure", "unit", "order", "cuts", "degrees"]
        var places: [(object: [String: Any], known: Set<String>)] = [
            (root, ["format_version", "version", "language", "types"])
        ]
        for type in types { places.append((type, kindKeys)) }
        for degree in degrees { places.append((degree, ["name", "phrases"])) }
        for (object, known) in places {
            if let unknown = Set(object.keys).subtracting(known).sorted().first {
                throw DegradationBankError(file: name, reason: "\"\(unknown)\" is not known")
            }
        }
    }

    private static func reason(_ error: DecodingError) -> String {
        func place(_ path: [any CodingKey]) -> String {
            path.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
                .drop { $0 == "." }.description
        }
        switch error {
        case .keyNotFound(let key, let context):
            return "\"\(place(context.codingPath + [key]))\" is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context),
            .dataCorrupted(let context):
            return "\"\(place(context.codingPath))\" has a wrong value"
        @unknown default: return "not a bank"
        }
    }
}

/// A bank that cannot be used.
public struct DegradationBankError: Error, Equatable, CustomStringConvertible {
    /// The file's name.
    public let file: String

    /// What is wrong with it.
    public let reason: String

    /// The file and what is wrong with it, in words.
    public var description: String { "\(file): \(reason)." }
}
