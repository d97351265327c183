import Foundation
import Synchronization
import TestSupport

/// The built program, as a shell would run it.
struct Program {
    /// What a run gave.
    struct Outcome {
        let status: Int32
        let output: Data
        let errors: String

        var text: String { String(decoding: output, as: UTF8.self) }
        var lines: [String] { text.split(separator: "\n").map(String.init) }

        /// The objects of a `--json` run, one for each line.
        func objects() throws -> [[String: Any]] {
            try lines.map { line in
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
            }
        }
    }

    /// The program lies beside the test bundle, which is the running executable.
    static let url = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "promptscaler")

    /// Set for every run, on top of nothing: the tests do not depend on the caller's environment.
    var environment = ["COLUMNS": "80", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"]

    /// Runs to the end.
    func run(_ arguments: [String], input: Data = Data()) throws -> Outcome {
        let run = try Run(self, arguments, input: input)
        return try run.wait()
    }

    /// A run that has been started.
    final class Run {
        let process = Process()
        private let folder: TemporaryFolder

        init(_ program: Program, _ arguments: [String], input: Data = Data()) throws {
            // Files instead of pipes: no amount of output can block the program.
            folder = try TemporaryFolder()
            for name in ["out", "err"] { try folder.write(Data(), name) }
            try folder.write(input, "in")
            process.executableURL = Program.url
            process.arguments = arguments
            process.environment = program.environment
            process.standardInput = try FileHandle(forReadingFrom: folder.url.appending(path: "in"))
            process.standardOutput = try FileHandle(forWritingTo: folder.url.appending(path: "out"))
            process.standardError = try FileHandle(forWritingTo: folder.url.appending(path: "err"))
            try process.run()
        }

        func wait() throws -> Outcome {
            process.waitUntilExit()
            return Outcome(
                status: process.terminationStatus,
                output: try Data(contentsOf: folder.url.appending(path: "out")),
                errors: try String(contentsOf: folder.url.appending(path: "err"), encoding: .utf8))
        }
    }
}
