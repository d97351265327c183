/// A table in text: rows of fields between commas.
///
/// Source: [RFC 4180](https://www.rfc-editor.org/rfc/rfc4180). Lines end with LF or CRLF, fields
/// may stand in quotes, and a quote inside quotes is written twice. A byte order mark at the start
/// is passed over, and so are empty lines.
struct DelimitedText {
    /// A row with the line it starts on, counted from 1.
    struct Row: Equatable {
        let line: Int
        let fields: [String]
    }

    /// The rows after the header.
    let rows: [Row]

    /// The header's fields, without space around them.
    let header: [String]

    /// Reads a table whose first row names the columns.
    ///
    /// - Parameters:
    ///   - bytes: The text in UTF-8.
    ///   - file: What to call it in errors.
    /// - Throws: ``MemoryError/badTable(file:line:reason:)``.
    init(_ bytes: [UInt8], file: String) throws(MemoryError) {
        var reader = Reader(bytes: bytes, file: file)
        guard let first = try reader.next() else {
            throw .badTable(file: file, line: 1, reason: "the table is empty")
        }
        header = first.fields.map { $0.trimmed }
        for (index, name) in header.enumerated() where header[..<index].contains(name) {
            throw .badTable(file: file, line: first.line, reason: "column '\(name)' is there twice")
        }
        var rows: [Row] = []
        while let row = try reader.next() {
            guard row.fields.count == header.count else {
                throw .badTable(
                    file: file, line: row.line,
                    reason: "\(row.fields.count) fields, and the header has \(header.count)")
            }
            rows.append(row)
        }
        self.rows = rows
    }

    /// Reads one row after the other.
    private struct Reader {
        let bytes: [UInt8]
        let file: String
        var position = 0
        var line = 1

        init(bytes: [UInt8], file: String) {
            self.bytes = bytes
            self.file = file
            if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        }

        mutating func next() throws(MemoryError) -> Row? {
            while position < bytes.count, skipLineEnd() {}
            guard position < bytes.count else { return nil }
            let start = line
            var fields = [try field()]
            while position < bytes.count, bytes[position] == UInt8(ascii: ",") {
                position += 1
                fields.append(try field())
            }
            guard position == bytes.count || skipLineEnd() else {
                throw problem("something stands between a closing quote and the next comma")
            }
            return Row(line: start, fields: fields)
        }

        private mutating func field() throws(MemoryError) -> String {
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                return try plainField()
            }
            let start = line
            var text: [UInt8] = []
            position += 1
            while position < bytes.count {
                let byte = bytes[position]
                position += 1
                if byte == UInt8(ascii: "\n") { line += 1 }
                guard byte == UInt8(ascii: "\"") else {
                    text.append(byte)
                    continue
                }
                guard position < bytes.count, bytes[position] == byte else {
                    return try string(text)
                }
                text.append(byte)
                position += 1
            }
            line = start
            throw problem("a quote is opened and never closed")
        }

        private mutating func plainField() throws(MemoryError) -> String {
            let start = position
            while position < bytes.count {
                let byte = bytes[position]
                if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") { break }
                if byte == UInt8(ascii: "\r"), position + 1 < bytes.count,
                    bytes[position + 1] == UInt8(ascii: "\n")
                {
                    break
                }
                if byte == UInt8(ascii: "\"") { throw problem("a quote inside a plain field") }
                position += 1
            }
            return try string(Array(bytes[start..<position]))
        }

        private mutating func skipLineEnd() -> Bool {
            var next = position
            if next < bytes.count, bytes[next] == UInt8(ascii: "\r") { next += 1 }
            guard next < bytes.count, bytes[next] == UInt8(ascii: "\n") else { return false }
            position = next + 1
            line += 1
            return true
        }

        private func string(_ text: [UInt8]) throws(MemoryError) -> String {
            guard let string = String(validating: text, as: UTF8.self) else {
                throw problem("the text is not UTF-8")
            }
            return string
        }

        private func problem(_ reason: String) -> MemoryError {
            .badTable(file: file, line: line, reason: reason)
        }
    }
}

extension String {
    /// Without space at both ends.
    var trimmed: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
