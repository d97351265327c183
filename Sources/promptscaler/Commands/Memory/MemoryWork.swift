internal import Foundation
internal import TextureMemory

/// Runs long work on a memory with a bar for each stage; Ctrl-C ends it and keeps what is done.
struct MemoryWork {
    let isQuiet: Bool

    func run<Result>(
        _ body: ((MemoryProgress) throws -> Void) throws -> Result
    ) throws -> Result {
        let interruption = Interruption(message: "Stopping; what is done is kept …")
        let display = ProgressDisplay(fileCount: 1, isQuiet: isQuiet)
        var stage: MemoryProgress.Stage?
        defer { display.clear() }
        return try body { progress in
            try interruption.check()
            if progress.stage != stage {
                stage = progress.stage
                display.clear()
                display.begin(Self.name(progress.stage))
                if progress.resumed > 0, !isQuiet {
                    Console.say(
                        "\(progress.resumed) of \(progress.total) \(Self.unit(progress.stage)) "
                            + "were done by an earlier run.")
                }
            }
            display.update(
                completed: progress.completed, total: progress.total, resumed: progress.resumed,
                unit: Self.unit(progress.stage))
        }
    }

    private static func name(_ stage: MemoryProgress.Stage) -> String {
        switch stage {
        case .looking: "looking at pictures"
        case .tagging: "asking for tags"
        case .encoding: "encoding patches"
        case .choosing: "choosing entries"
        case .writing: "writing"
        }
    }

    private static func unit(_ stage: MemoryProgress.Stage) -> String {
        switch stage {
        case .looking, .tagging: "pictures"
        case .encoding: "patches"
        case .choosing, .writing: "entries"
        }
    }
}
