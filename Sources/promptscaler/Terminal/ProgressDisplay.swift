internal import Foundation
internal import Upscaling

/// Tells how far the work is: a bar with the time left on a terminal, a line for each file elsewhere.
final class ProgressDisplay {
    private let isBar: Bool
    private let isQuiet: Bool
    private let fileCount: Int
    private var fileNumber = 0
    private var name = ""
    private var start = ContinuousClock.now
    private var lastDrawn: ContinuousClock.Instant?
    private var isDrawn = false

    /// - Parameters:
    ///   - fileCount: Number of files in all.
    ///   - isQuiet: Whether to say nothing but errors.
    init(fileCount: Int, isQuiet: Bool) {
        self.fileCount = fileCount
        self.isQuiet = isQuiet
        isBar = !isQuiet && Console.hasTerminal
    }

    func begin(_ name: String) {
        fileNumber += 1
        self.name = name
        start = .now
        lastDrawn = nil
    }

    func update(_ progress: UpscaleProgress) {
        update(completed: progress.completed, total: progress.total)
    }

    /// - Parameters:
    ///   - completed: How much is done, earlier runs included.
    ///   - total: How much there is.
    ///   - resumed: How much of `completed` earlier runs have done.
    ///   - unit: What is counted; nil when people do not care.
    func update(completed: Int, total: Int, resumed: Int = 0, unit: String? = nil) {
        guard isBar else { return }
        let now = ContinuousClock.now
        // Ten drawings a second are smooth, and a terminal over a network keeps up.
        if let lastDrawn, now - lastDrawn < .milliseconds(100) { return }
        lastDrawn = now
        isDrawn = true
        let line = Self.line(
            prefix: fileCount > 1 ? "[\(fileNumber)/\(fileCount)] " : "", name: name,
            completed: completed, total: total, resumed: resumed, unit: unit,
            elapsedSeconds: start.duration(to: now) / .seconds(1), columns: Console.columns)
        Console.sayWithoutNewline("\r\u{1B}[K" + line)
    }

    /// Ends the file with a line that stays.
    func finish(_ message: String) {
        clear()
        if !isQuiet { Console.say(prefix + message) }
    }

    /// Ends the file with an error, which is shown even when all else is not.
    func fail(_ message: String) {
        clear()
        Console.say("promptscaler: " + message)
    }

    /// Takes the bar off the screen.
    func clear() {
        if isDrawn { Console.sayWithoutNewline("\r\u{1B}[K") }
        isDrawn = false
    }

    private var prefix: String { fileCount > 1 ? "[\(fileNumber)/\(fileCount)] " : "" }

    /// The bar as text, at most `columns` wide.
    static func line(
        prefix: String, name: String, completed: Int, total: Int, resumed: Int = 0,
        unit: String? = nil, elapsedSeconds: Double, columns: Int
    ) -> String {
        let fraction = total == 0 ? 0 : Double(completed) / Double(total)
        var tail = String(format: " %3.0f %%", fraction * 100)
        if completed > resumed {
            let seconds = elapsedSeconds / Double(completed - resumed)
            tail += "  " + duration(seconds * Double(total - completed)) + " left"
            if let unit, seconds > 0 { tail += String(format: ", %.3g %@/s", 1 / seconds, unit) }
        }
        let barWidth = 24
        let filled = Int((fraction * Double(barWidth)).rounded())
        let bar =
            " " + String(repeating: "█", count: filled)
            + String(repeating: "░", count: barWidth - filled)
        let room = max(8, columns - 1 - prefix.count - bar.count - tail.count)
        let shown = name.count <= room ? name : "…" + name.suffix(room - 1)
        return prefix + shown + bar + tail
    }

    /// A duration as people say it: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 10 min`.
    static func duration(_ seconds: Double) -> String {
        if seconds < 9.95 { return String(format: "%.1f s", seconds) }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return String(format: "%d min %02d s", whole / 60, whole % 60) }
        return String(format: "%d h %02d min", whole / 3600, whole % 3600 / 60)
    }
}
