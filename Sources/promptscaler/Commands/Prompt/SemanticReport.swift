internal import Foundation
internal import SemanticPrompts
internal import Upscaling

/// What `prompt semantic` says about its photos.
struct SemanticReport {
    private let place: BundlePlace?
    private let printsJSON: Bool
    private let count: Int
    private let display: ProgressDisplay
    private var failures: FailureList
    private var done = 0
    private var kept = 0
    private var sent = 0
    private var remembered = 0
    private let isQuiet: Bool

    init(count: Int, place: BundlePlace?, printsJSON: Bool, isQuiet: Bool) {
        self.place = place
        self.printsJSON = printsJSON
        self.count = count
        self.isQuiet = isQuiet
        // One bar for all photos: several are open at a time.
        display = ProgressDisplay(fileCount: 1, isQuiet: isQuiet)
        failures = FailureList(printsJSON: printsJSON)
        display.begin("\(count) photos")
    }

    /// One line of `--json`.
    private struct Record: Encodable {
        let input: String
        /// "made", "kept" or, in a `FileRecord`, "failed".
        let status: String
        let output: String?
        let bundle: PromptBundle
    }

    mutating func add(_ photo: PhotoList.Photo, _ outcome: SemanticRun.Outcome) throws {
        done += 1
        switch outcome {
        case .made(let bundle, let seconds):
            sent += bundle.timings?.requests ?? 0
            remembered += bundle.timings?.remembered ?? 0
            try show(
                photo, bundle, status: "made", time: ", " + ProgressDisplay.duration(seconds))
        case .kept(let bundle):
            kept += 1
            try show(photo, bundle, status: "kept", time: ", kept as it is")
        case .failed(let error): try failures.add(error, name: photo.name, display)
        }
        display.update(completed: done, total: count)
    }

    mutating func fail(_ name: String, _ error: any Error) throws {
        try failures.add(error, name: name, display)
    }

    func clear() { display.clear() }

    /// Ends with a line on what was asked, and with the first failure's status.
    func end() throws {
        display.clear()
        if !isQuiet, count > 1 {
            Console.say(
                "\(done) photos: \(sent) requests sent, \(remembered) answers remembered"
                    + (kept > 0 ? ", \(kept) bundles kept (--overwrite makes them again)" : ""))
        }
        try failures.throwIfAny()
    }

    private func show(
        _ photo: PhotoList.Photo, _ bundle: PromptBundle, status: String, time: String
    ) throws {
        let file = place?.file(photo).relativePath
        if printsJSON {
            try Console.result(
                json: Record(input: photo.name, status: status, output: file, bundle: bundle))
        }
        if let file {
            display.finish(
                "\(photo.name) → \(file): \(bundle.tags.count) tags, \(bundle.length) words"
                    + time)
        } else if !printsJSON {
            display.clear()
            Console.result(count > 1 ? "\(photo.name)\n\(text(bundle, "  "))" : text(bundle, ""))
        }
        for note in bundle.notes ?? [] { display.finish("\(photo.name): \(note)") }
    }

    private func text(_ bundle: PromptBundle, _ indent: String) -> String {
        var lines: [String] = []
        if !bundle.tags.isEmpty { lines.append("tags: " + bundle.tags.joined(separator: ", ")) }
        if !bundle.description.isEmpty { lines.append("description: " + bundle.description) }
        for region in bundle.regions ?? [] {
            let words = [region.tags.joined(separator: ", "), region.description]
                .filter { !$0.isEmpty }.joined(separator: ": ")
            lines.append(
                "\(region.width)x\(region.height) at \(region.x),\(region.y): \(words)")
        }
        if lines.isEmpty { lines.append("nothing") }
        return lines.map { indent + $0 }.joined(separator: "\n")
    }
}
