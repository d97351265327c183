internal import Foundation
internal import Imaging
internal import Upscaling

/// `upscale` for one picture through standard input or output.
struct StreamUpscale {
    let input: String
    let output: String
    let format: ImageFormat?
    let upscaler: any Upscaler
    let options: UpscaleOptions
    let records: RestorationRecords
    let prompts: PhotoPrompts

    /// Reads all, enlarges, and writes all at once.
    func run(isDryRun: Bool, printsJSON: Bool, isQuiet: Bool) throws {
        if output == "-" && !isDryRun { try Streams.refuseTerminal() }
        let name = input == "-" ? "standard input" : input
        let source = try Streams.read(input)
        let request = UpscaleRequest(
            source: source, name: name, format: try Streams.format(for: output, asked: format),
            options: isDryRun || prompts.isEmpty ? options : try prompts.complete(source, options))
        if isDryRun {
            var dryRun = DryRun(upscaler: upscaler, printsJSON: printsJSON)
            return try dryRun.show(request, name: name, result: output)
        }
        let interruption = Interruption()
        let display = ProgressDisplay(fileCount: 1, isQuiet: isQuiet)
        display.begin(name)
        defer { display.clear() }
        let result = try upscaler.upscale(request) { progress in
            try interruption.check()
            display.update(progress)
        }
        try Streams.write(result.data, to: output)
        try records.add(result.maps, output: output)
        try records.finish()
        for note in result.report.notes { display.finish("\(name): \(note)") }
        display.finish(
            "\(name) → \(output): \(result.report.plan.output), "
                + ProgressDisplay.duration(result.report.seconds))
        if printsJSON {
            try Console.result(
                json: FileRecord(
                    input: name, output: output, status: "written", report: result.report))
        }
    }
}

/// Files and the standard streams under one name.
enum Streams {
    /// All bytes of a file, or of standard input when the path is `-`.
    static func read(_ path: String) throws -> Data {
        if path == "-" {
            return try FileHandle.standardInput.readToEnd() ?? Data()
        }
        guard FileManager.default.fileExists(atPath: path) else { throw BatchError.noInput(path) }
        do {
            return try Data(contentsOf: URL(filePath: path))
        } catch {
            throw BatchError.unreadable(path, reason: error.localizedDescription)
        }
    }

    /// Writes a file in one step, or all bytes to standard output when the path is `-`.
    static func write(_ data: Data, to path: String) throws {
        if path == "-" {
            do {
                try FileHandle.standardOutput.write(contentsOf: data)
            } catch {
                throw CommandError(.inputOutput, "standard output cannot be written")
            }
        } else {
            try ImageFile.write(data, to: URL(filePath: path))
        }
    }

    /// The format to write: the one asked for, or that of the file's extension, or nil (that of
    /// the input) for standard output.
    static func format(for output: String, asked: ImageFormat?) throws -> ImageFormat? {
        if let asked { return asked }
        if output == "-" { return nil }
        let file = URL(filePath: output)
        guard let format = ImageFormat(fileExtension: file.pathExtension) else {
            throw BatchError.unknownFormat(file.lastPathComponent)
        }
        return format
    }

    /// A picture on a terminal is a mess, and never what was meant.
    static func refuseTerminal() throws {
        if isatty(STDOUT_FILENO) == 1 {
            throw CommandError(
                .usage, "standard output is a terminal; send it to a file or another program")
        }
    }
}
