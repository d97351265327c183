import Foundation
import TestSupport
import Testing

@Suite("A process killed while it works on a memory", .serialized)
struct KilledMemoryTests {
    /// Starts a command and kills it after a while; tells whether it was still running.
    func kill(_ arguments: [String], after delay: Duration) async throws -> Bool {
        let run = try Program.Run(Program(), arguments)
        try await Task.sleep(for: delay)
        let isRunning = run.process.isRunning
        if isRunning { Foundation.kill(run.process.processIdentifier, SIGKILL) }
        _ = try run.wait()
        return isRunning
    }

    /// How long a command takes when it is let run.
    func duration(_ arguments: [String]) throws -> Duration {
        let start = ContinuousClock.now
        let outcome = try Program().run(arguments)
        try #require(outcome.status == 0, "\(outcome.errors)")
        return start.duration(to: .now)
    }

    @Test("a build killed at ten moments goes on, and ends with the bytes of one that was not")
    func build() async throws {
        let place = try MemoryWorkplace(pictures: 6, width: 420, height: 400)
        func command(_ name: String) -> [String] {
            place.arguments(
                "build",
                [
                    place.folder.path("corpus"), "-o", place.folder.path(name), "--initial",
                    "200", "--size", "60", "--threads", "1",
                ])
        }
        let whole = try duration(command("whole"))
        for moment in 0..<10 {
            _ = try await kill(command("m"), after: whole * (Double(moment) + 0.5) / 10)
            // Nothing half-written is ever there under the name.
            if FileManager.default.fileExists(atPath: place.folder.path("m")) {
                let outcome = try place.run("verify", [place.folder.path("m")])
                #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
                try FileManager.default.removeItem(atPath: place.folder.path("m"))
            }
        }
        #expect(try Program().run(command("m")).status == 0)
        #expect(try place.bytes("m") == place.bytes("whole"))
        #expect(try place.folder.contents() == ["corpus", "home", "m", "whole"])
    }

    @Test("an addition killed at ten moments: the old memory opens, or the new one")
    func add() async throws {
        let place = try MemoryWorkplace(pictures: 3)
        #expect(try place.build("old").status == 0)
        for number in 0..<4 {
            try place.writeNoise(
                "more/\(number).png", width: 400, height: 330, seed: 50 + number, contrast: 6)
        }
        func copy() throws {
            try? FileManager.default.removeItem(atPath: place.folder.path("m"))
            try FileManager.default.copyItem(
                atPath: place.folder.path("old"), toPath: place.folder.path("m"))
        }
        let command = place.arguments(
            "add", [place.folder.path("m"), place.folder.path("more"), "--threads", "1"])
        try copy()
        let whole = try duration(command)
        let (old, new) = (try place.bytes("old"), try place.bytes("m"))
        #expect(old != new)
        try copy()
        for moment in 0..<10 {
            _ = try await kill(command, after: whole * (Double(moment) + 0.5) / 10)
            let found = try place.bytes("m")
            #expect(found == old || found == new, "moment \(moment)")
            #expect(try place.run("info", [place.folder.path("m")], models: false).status == 0)
            if found == new { try copy() }
        }
        #expect(try Program().run(command).status == 0)
        #expect(try place.bytes("m") == new)
        #expect(
            try place.folder.contents().filter { $0.hasPrefix("m") || $0.hasPrefix(".m") }
                == ["m", "more"])
    }
}
