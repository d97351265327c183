internal import Foundation

/// The two streams of the program: results on stdout, everything else on stderr.
enum Console {
    /// Writes a line to stderr.
    static func say(_ text: String) { write(text + "\n", to: .standardError) }

    /// Writes text to stderr without a line end.
    static func sayWithoutNewline(_ text: String) { write(text, to: .standardError) }

    /// Writes a line to stdout.
    static func result(_ text: String) { write(text + "\n", to: .standardOutput) }

    /// Writes a value to stdout as one line of JSON with sorted keys.
    static func result(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        result(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// What an error says; Foundation's errors have their text elsewhere.
    static func describe(_ error: any Error) -> String {
        error is CocoaError ? error.localizedDescription : String(describing: error)
    }

    /// Whether people, and not a program, read stderr.
    static var hasTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Columns of the terminal behind stderr, 80 when it does not say.
    static var columns: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    private static func write(_ text: String, to handle: FileHandle) {
        // A closed stderr must not stop the work; a closed stdout ends the program by SIGPIPE.
        try? handle.write(contentsOf: Data(text.utf8))
    }
}
