internal import Foundation
internal import SemanticPrompts
internal import Upscaling

/// What `prompt` and `prompt semantic` say about their photos.
struct BundleReport {
    private let place: BundlePlace?
    private let printsJSON: Bool
    private let count: Int
    private let display: ProgressDisplay
    private var failures: FailureList
    private var done = 0
    private var kept = 0
    private var sent = 0
    private var remembered = 0
    private let asks: Bool
    private let isQuiet: Bool

    /// - Parameters:
    ///   - count: The number of photos.
    ///   - asks: Whether services are asked.
    ///   - place: Where bundles are written.
    ///   - printsJSON: Whether to print a line of JSON for each photo.
    ///   - isQuiet: Whether to say nothing but errors and results.
    init(count: Int, asks: Bool, place: BundlePlace?, printsJSON: Bool, isQuiet: Bool) {
        self.asks = asks
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
        /// "made", "completed", "kept" or, in a `FileRecord`, "failed".
        let status: String
        let output: String?
        let bundle: PromptBundle
    }

    mutating func add(_ photo: PhotoList.Photo, _ outcome: BundleRun.Outcome) throws {
        done += 1
        switch outcome {
        case .made(let bundle, let seconds):
            countRequests(bundle)
            try show(photo, bundle, "made", ", " + ProgressDisplay.duration(seconds))
        case .completed(let bundle, let asked, let seconds):
            if asked { countRequests(bundle) }
            try show(
                photo, bundle, "completed",
                ", what was missing is added, " + ProgressDisplay.duration(seconds))
        case .kept(let bundle):
            kept += 1
            try show(photo, bundle, "kept", ", kept as it is")
        case .failed(let error): try failures.add(error, name: photo.name, display)
        }
        display.update(completed: done, total: count)
    }

    private mutating func countRequests(_ bundle: PromptBundle) {
        sent += bundle.timings?.requests ?? 0
        remembered += bundle.timings?.remembered ?? 0
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
                "\(done) photos"
                    + (asks ? ": \(sent) requests sent, \(remembered) answers remembered" : "")
                    + (kept > 0 ? ", \(kept) bundles kept (--overwrite makes them again)" : ""))
        }
        try failures.throwIfAny()
    }

    private func show(
        _ photo: PhotoList.Photo, _ bundle: PromptBundle, _ status: String, _ time: String
    ) throws {
        let file = place?.file(photo).relativePath
        if printsJSON {
            try Console.result(
                json: Record(input: photo.name, status: status, output: file, bundle: bundle))
        }
        if let file {
            let words =
                bundle.hasWords ? "\(bundle.tags.count) tags, \(bundle.length) words" : nil
            let parts = [bundle.degradationPrompt, words].compactMap { $0 }
            display.finish(
                "\(photo.name) → \(file): \(parts.joined(separator: "; "))\(time)")
        } else if !printsJSON {
            display.clear()
            Console.result(count > 1 ? "\(photo.name)\n\(text(bundle, "  "))" : text(bundle, ""))
        }
        for note in bundle.notes ?? [] { display.finish("\(photo.name): \(note)") }
    }

    private func text(_ bundle: PromptBundle, _ indent: String) -> String {
        var lines: [String] = []
        if let prompt = bundle.degradationPrompt { lines.append("degradation: " + prompt) }
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
