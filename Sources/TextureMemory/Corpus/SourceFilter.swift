/// Which files of a corpus may go into a memory, by what the table of licences says.
public struct SourceFilter: Sendable, Equatable {
    /// A condition on a column of the table.
    public struct Condition: Sendable, Equatable, CustomStringConvertible {
        /// The column's name in the table.
        public let column: String
        /// What the field must fit, one of these.
        public let patterns: [NamePattern]

        /// A condition on a column.
        ///
        /// - Parameters:
        ///   - column: The column's name, in any case.
        ///   - patterns: What the field must fit, one of these.
        public init(column: String, patterns: [NamePattern]) {
            self.column = column
            self.patterns = patterns
        }

        /// As on the command line: `split=train`.
        public var description: String {
            "\(column)=\(patterns.map(\.text).joined(separator: ","))"
        }
    }

    /// Licences of which a file must have one; any when empty.
    public var licences: [NamePattern]

    /// Conditions, all of which must hold.
    public var conditions: [Condition]

    /// A filter; everything passes, unless told otherwise.
    ///
    /// - Parameters:
    ///   - licences: Licences of which a file must have one.
    ///   - conditions: Conditions, all of which must hold.
    public init(licences: [NamePattern] = [], conditions: [Condition] = []) {
        self.licences = licences
        self.conditions = conditions
    }

    /// Whether every file passes.
    var passesAll: Bool { licences.isEmpty && conditions.isEmpty }

    /// Whether a file passes; one without a row passes no condition, and has an unknown licence.
    func passes(_ entry: SourceTable.Entry?) -> Bool {
        let licence = entry?.record.licenceOrUnknown ?? SourceRecord.unknownLicence
        guard licences.isEmpty || licences.contains(where: { $0.matches(licence) }) else {
            return false
        }
        return conditions.allSatisfy { condition in
            guard let field = entry?.fields[condition.column.lowercased()] else { return false }
            return condition.patterns.contains { $0.matches(field.trimmed) }
        }
    }
}
