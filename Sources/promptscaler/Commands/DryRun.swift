internal import Foundation
internal import Upscaling

/// Prints what jobs would do and need.
struct DryRun {
    private let upscaler: any Upscaler
    private let printsJSON: Bool
    /// Seconds for each pixel that the network sees, by network: measured once.
    private var rates: [String: Double] = [:]
    private var totalSeconds = 0.0
    private var count = 0

    init(upscaler: any Upscaler, printsJSON: Bool) {
        self.upscaler = upscaler
        self.printsJSON = printsJSON
    }

    /// Plans one picture and prints the plan.
    ///
    /// - Throws: What would stop the job, after the plan when that is a lack of memory.
    mutating func show(_ request: UpscaleRequest, name: String, result: String) throws {
        var plan = try upscaler.plan(request, calibrated: false)
        // How long a diffusion takes depends on the photo.
        if rates[plan.network] == nil || plan.networkScale == nil {
            plan = try upscaler.plan(request, calibrated: true)
            rates[plan.network] = (plan.expectedSeconds ?? 0) / Double(plan.networkPixels)
        }
        let seconds = (rates[plan.network] ?? 0) * Double(plan.networkPixels)
        plan.expectedSeconds = seconds
        totalSeconds += seconds
        count += 1
        if printsJSON {
            try Console.result(
                json: FileRecord(
                    input: name, output: result, status: "planned", plan: plan,
                    peakBytes: plan.peakBytes))
        } else {
            Console.result(Self.text(plan, name: name, result: result))
        }
        if let available = AvailableMemory.bytes(), available < plan.peakBytes {
            throw UpscaleError.notEnoughMemory(
                neededBytes: plan.peakBytes, availableBytes: available)
        }
    }

    /// The time of all pictures together, when there is more than one.
    func showTotal() {
        if count > 1 && !printsJSON {
            Console.result(
                "\(count) pictures, about \(ProgressDisplay.duration(totalSeconds)) in all")
        }
    }

    static func text(_ plan: JobPlan, name: String, result: String) -> String {
        let worst = plan.stages.max { $0.bytes < $1.bytes }?.name ?? ""
        let resize = plan.isResizedAfterwards ? ", then resized" : ""
        let time = plan.expectedSeconds.map { "about " + ProgressDisplay.duration($0) } ?? "unknown"
        return """
            \(name) → \(result)
              size     \(plan.input) → \(plan.output) by \(plan.network)\(resize)
              regions  \(plan.regions) of \(plan.region)
              memory   about \((plan.peakBytes + 999_999) / 1_000_000) MB, most in '\(worst)'
              time     \(time)
            """
    }
}
