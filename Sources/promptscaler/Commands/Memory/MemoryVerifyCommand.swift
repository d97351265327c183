internal import ArgumentParser
internal import ModelStore
internal import TextureMemory

/// `promptscaler memory verify`.
struct MemoryVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every byte of a memory, and its parts against each other.",
        discussion: """
            Compares checksums, the table with its pictures, the index with the keys, what a \
            search finds with what comparing every key finds, and, when the models are there, the \
            keys with those made again from the values. The exit status is 78 if something is \
            wrong.
            """)

    @OptionGroup var memory: MemoryArgument

    @Flag(help: "Print a line of JSON for each check.")
    var json = false

    @Flag(help: "Do not compare keys with the models.")
    var withoutModels = false

    @OptionGroup(title: "Models") var networks: EncoderArguments

    func run() throws {
        let memory = try TextureMemory(memory.folder(networks.models), expecting: nil)
        let verification = MemoryVerification(memory, threads: networks.threading.count)
        let isRight = try verification.run(encoder: encoder()) { finding in
            if json { return try Console.result(json: finding) }
            Console.result("\(finding.isRight ? "✔" : "✘") \(finding.check): \(finding.detail)")
        }
        if !isRight { throw ExitCode(ExitStatus.configuration.rawValue) }
    }

    private func encoder() throws -> NetworkPatchEncoder? {
        if withoutModels { return nil }
        do {
            return try networks.encoder()
        } catch ModelError.notFound(let name, _, _) {
            Console.say("The keys are not compared: model '\(name)' was not found.")
            return nil
        }
    }
}
