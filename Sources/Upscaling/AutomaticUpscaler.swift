public import ModelStore
internal import Imaging

/// Chooses for each photo between the two ways to make it larger.
///
/// A clean photo is enlarged by PromptSR, which stays faithful to it; one that was degraded is restored by
/// PatchScaler, and so is whatever PromptSR has no network for. What happened to a photo is judged by the
/// classifier of the degradation prompt.
public struct AutomaticUpscaler: Upscaler {
    private let faithful: PromptSRUpscaler
    /// Nil when PatchScaler's models are not there.
    private let restoring: PatchScalerUpscaler?
    private let absence: String?

    /// Finds the models of both.
    ///
    /// - Parameters:
    ///   - store: Where models are looked for, and memories beside them.
    ///   - faithful: The name of PromptSR's models.
    /// - Throws: ``ModelStore/ModelError`` when there is no PromptSR, or a model is damaged.
    public init(store: ModelStore, faithful: String = "promptsr") throws {
        self.faithful = try PromptSRUpscaler(store: store, model: faithful)
        do {
            (restoring, absence) = (try PatchScalerUpscaler(store: store), nil)
        } catch let error as ModelError {
            guard case .notFound(let name, _, _) = error else { throw error }
            restoring = nil
            absence = "there is no model '\(name)', so noise and blocks stay as they are"
        }
    }

    /// The factor when none is asked for.
    public var largestFaithfulScale: Int { faithful.scales.last ?? 1 }

    /// See ``Upscaler/plan(_:calibrated:)``.
    public func plan(_ request: UpscaleRequest, calibrated: Bool) throws -> JobPlan {
        guard case .restoring(let restoring, _) = try choice(for: request) else {
            return try faithful.plan(request, calibrated: calibrated)
        }
        return try restoring.plan(request, calibrated: calibrated)
    }

    /// See ``Upscaler/upscale(_:progress:)``.
    public func upscale(
        _ request: UpscaleRequest, progress: (UpscaleProgress) throws -> Void
    ) throws -> UpscaleResult {
        var result =
            switch try choice(for: request) {
            case .faithful: try faithful.upscale(request, progress: progress)
            case .restoring(let restoring, let ownDetail):
                try restoring.upscale(request, ownDetail: ownDetail, progress: progress)
            }
        if let absence { result.report.notes.append(absence) }
        return result
    }

    private enum Choice {
        case faithful
        /// With the share of the photo's own detail, if the photo was looked at.
        case restoring(PatchScalerUpscaler, ownDetail: Float?)
    }

    private func choice(for request: UpscaleRequest) throws -> Choice {
        guard let restoring else { return .faithful }
        let isInReach = (try? faithful.plan(request, calibrated: false)) != nil
        guard isInReach else { return .restoring(restoring, ownDetail: nil) }
        let ownDetail = try restoring.ownDetail(of: request)
        return ownDetail >= Self.clean ? .faithful : .restoring(restoring, ownDetail: ownDetail)
    }

    /// The share of its own detail from which on a photo counts as clean.
    private static let clean: Float = 0.5
}
