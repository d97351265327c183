import Testing

@testable import promptscaler

@Suite("The progress bar")
struct ProgressDisplayTests {
    @Test("durations read as people say them")
    func durations() {
        let expected: [(Double, String)] = [
            (0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.4, "59 s"), (60, "1 min 00 s"),
            (185, "3 min 05 s"), (7800, "2 h 10 min"),
        ]
        for (seconds, text) in expected {
            #expect(ProgressDisplay.duration(seconds) == text)
        }
    }

    @Test("the time left follows from the regions done")
    func timeLeft() {
        let line = ProgressDisplay.line(
            prefix: "[1/2] ", name: "a.png", completed: 1, total: 4, elapsedSeconds: 5,
            columns: 80)
        #expect(line.hasPrefix("[1/2] a.png ██████░"))
        #expect(line.hasSuffix(" 25 %  15 s left"))
    }

    @Test("a long name is cut so that the line fits")
    func narrow() {
        let line = ProgressDisplay.line(
            prefix: "", name: String(repeating: "long/", count: 30), completed: 3, total: 4,
            elapsedSeconds: 100, columns: 70)
        #expect(line.count < 70)
        #expect(line.hasPrefix("…"))
    }
}
