internal import ArgumentParser
internal import Foundation
internal import Imaging
internal import ModelStore
internal import Tensors
internal import Transfer
internal import Upscaling

/// `promptscaler doctor`.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check that everything is in order.",
        discussion: """
            Shows the libraries and the processor, checks every model, and lets each kernel do a \
            small piece of work whose result is known. Paste the output into a report when \
            something goes wrong. The exit status is 70 if a kernel is wrong, 78 if a model is \
            damaged, 69 if there is no model or a service does not answer. Services are checked \
            when they are configured or named here.
            """)

    @OptionGroup var models: ModelArguments
    @OptionGroup(title: "Services") var services: ServiceArguments

    func run() throws {
        let processor = Processor.current
        Console.result("promptscaler \(PromptScaler.version)")
        Console.result("Libraries")
        for version in ["oneDNN \(processor.oneDNNVersion)"] + ImageLibraries.versions
            + [Digest.libraryVersion, HTTPClient.libraryVersion]
        {
            Console.result("  \(version)")
        }
        Console.result("Processor")
        Console.result("  \(processor.threads) threads, \(processor.instructionSet)")
        Console.result("  bf16 arithmetic: \(processor.hasNativeBF16 ? "yes" : "no, f32 is used")")
        if let bytes = AvailableMemory.bytes() {
            Console.result("  \(bytes / 1_000_000) MB of memory free")
        }

        Console.result("Kernels")
        let kernelsAreRight = KernelCheck.all.map(show).allSatisfy { $0 }

        Console.result("Models")
        let records = models.store.all().map(ModelRecord.init)
        for record in records { Console.result("  \(record.text)") }
        if records.isEmpty { Console.result("  ✘ none found") }

        let check = ServiceCheck(services: try services.services(ServiceConfiguration()))
        let findings = try Waiting.run { try await check.findings() }
        if !findings.isEmpty { Console.result("Services") }
        for finding in findings {
            Console.result("  \(finding.isRight ? "✔" : "✘") \(finding.text)")
        }

        if !kernelsAreRight { throw ExitCode(ExitStatus.software.rawValue) }
        if records.contains(where: { $0.problem != nil }) {
            throw ExitCode(ExitStatus.configuration.rawValue)
        }
        if records.isEmpty || findings.contains(where: { !$0.isRight }) {
            throw ExitCode(ExitStatus.unavailable.rawValue)
        }
    }

    private func show(_ check: KernelCheck) -> Bool {
        do {
            let outcome = try check.run()
            let isRight = outcome.error <= check.tolerance
            Console.result(
                "  \(isRight ? "✔" : "✘") \(check.name): largest error "
                    + String(format: "%.1e", outcome.error)
                    + (outcome.gigaflops.map { String(format: ", %.0f GFLOP/s", $0) } ?? ""))
            return isRight
        } catch {
            Console.result("  ✘ \(check.name): \(Console.describe(error))")
            return false
        }
    }
}
