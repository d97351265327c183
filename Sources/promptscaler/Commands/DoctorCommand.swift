internal import ArgumentParser

/// `promptscaler doctor`.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check that everything is in order.")

    func run() throws {}
}
