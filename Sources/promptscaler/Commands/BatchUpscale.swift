internal import Foundation
internal import Imaging
internal import Upscaling

/// `upscale` for files and folders.
struct BatchUpscale {
    let plan: BatchPlan
    let format: ImageFormat?
    let upscaler: any Upscaler
    let options: UpscaleOptions
    let overwrites: Bool
    let records: RestorationRecords
    let prompts: PhotoPrompts

    /// Does, or only plans, every job; failures are reported as they come.
    ///
    /// - Throws: ``BatchFailure`` at the end if a file failed, ``Interrupted`` at once.
    func run(isDryRun: Bool, printsJSON: Bool, isQuiet: Bool) throws {
        let interruption = Interruption()
        let display = ProgressDisplay(fileCount: plan.jobs.count, isQuiet: isQuiet || isDryRun)
        let runner = BatchRunner(
            upscaler: upscaler, options: options, overwrites: overwrites,
            preparation: prompts.isEmpty ? nil : prompts.complete)
        var dryRun = DryRun(upscaler: upscaler, printsJSON: printsJSON)
        var failures = FailureList(printsJSON: printsJSON)
        var skipped = 0

        for rejection in plan.rejected {
            try failures.add(rejection.error, name: rejection.name, display)
        }
        for job in plan.jobs {
            try interruption.check()
            display.begin(job.name)
            do {
                if isDryRun {
                    try dryRun.show(
                        runner.request(for: job, format: format), name: job.name,
                        result: job.output.relativePath)
                    continue
                }
                let outcome = try runner.run(job, format: format) { progress in
                    try interruption.check()
                    display.update(progress)
                }
                try report(outcome, of: job, display, printsJSON: printsJSON)
                if case .skipped = outcome { skipped += 1 }
            } catch let error as Interrupted {
                display.clear()
                throw error
            } catch {
                try failures.add(error, name: job.name, display)
            }
        }
        if isDryRun { dryRun.showTotal() } else { try records.finish() }
        if skipped > 0 && !isQuiet {
            Console.say("\(skipped) of \(plan.jobs.count) were there already (--overwrite redoes).")
        }
        try failures.throwIfAny()
    }

    private func report(
        _ outcome: BatchRunner.Outcome, of job: BatchJob, _ display: ProgressDisplay,
        printsJSON: Bool
    ) throws {
        switch outcome {
        case .written(let report, let maps):
            try records.add(maps, output: job.output.relativePath)
            display.finish(
                "\(job.name) → \(job.output.relativePath): \(report.plan.output), "
                    + ProgressDisplay.duration(report.seconds))
            for note in report.notes { display.finish("\(job.name): \(note)") }
            if printsJSON {
                try Console.result(
                    json: FileRecord(
                        input: job.name, output: job.output.relativePath, status: "written",
                        report: report))
            }
        case .skipped:
            display.clear()
            if printsJSON {
                try Console.result(
                    json: FileRecord(
                        input: job.name, output: job.output.relativePath, status: "skipped"))
            }
        }
    }
}

/// One line of `--json`.
struct FileRecord: Encodable {
    let input: String
    var output: String?
    /// "written", "skipped", "planned" or "failed".
    let status: String
    var report: UpscaleReport?
    var plan: JobPlan?
    var peakBytes: Int?
    var error: String?
    var exitStatus: Int32?

    enum CodingKeys: String, CodingKey {
        case input, output, status, report, plan, error
        case peakBytes = "peak_bytes"
        case exitStatus = "exit_status"
    }
}

/// The files of a batch that could not be done.
struct FailureList {
    let printsJSON: Bool
    private var firstCode: Int32?

    init(printsJSON: Bool) { self.printsJSON = printsJSON }

    /// Reports an error with the name of its file, unless the error says it already.
    mutating func add(_ error: any Error, name: String, _ display: ProgressDisplay) throws {
        let text = Console.describe(error)
        let code = ExitStatus.code(for: error)
        firstCode = firstCode ?? code
        let file = (name as NSString).lastPathComponent
        let saysName = text.hasPrefix(name) || text.hasPrefix("\(file): ")
        display.fail(saysName ? text : "\(name): \(text)")
        if printsJSON {
            try Console.result(
                json: FileRecord(input: name, status: "failed", error: text, exitStatus: code))
        }
    }

    func throwIfAny() throws(BatchFailure) {
        if let firstCode { throw BatchFailure(firstCode: firstCode) }
    }
}
