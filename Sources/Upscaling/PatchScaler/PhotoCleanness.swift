internal import DegradationPrompts
internal import Imaging
internal import Tensors

/// How much of a photo's own detail is put back, because nothing happened to the photo.
///
/// What the networks are trained to repair is not there in a clean photo, and their autoencoder loses some of
/// it. So the result of a clean photo is made to agree with it.
enum PhotoCleanness {
    /// The probability that a photo is clean below which nothing is put back, and above which all is.
    ///
    /// Measured with the shipped classifier on 15 validation pictures: clean ones, whole and reduced by 2 and 4, have
    /// 0.93 to 0.99; lightly degraded ones 0.92 at most, and three quarters of them less than 0.40; heavily degraded
    /// ones 0.04 at most.
    static let ramp = 0.8...0.95

    /// The share that is put back, 0…1, by the probabilities of each type's degrees, none first.
    static func share(_ probabilities: [[Double]]) -> Float {
        let clean = probabilities.reduce(1) { $0 * $1[0] }
        let place = (clean - ramp.lowerBound) / (ramp.upperBound - ramp.lowerBound)
        let x = min(max(place, 0), 1)
        return Float(x * x * (3 - 2 * x))
    }
}

extension PatchScalerJob {
    /// The share of the photo's own detail that is put back; 0 when nobody knows how it was degraded.
    func ownDetail(of photo: Image) throws -> Float {
        let options = envelope.request.options.restoration
        guard options.usesDegradation, let prompter = networks.prompter else { return 0 }
        var probabilities: [[Double]]
        if let report = options.degradationReport {
            probabilities = try prompter.probabilities(of: report)
        } else if min(photo.width, photo.height) >= DegradationPrompter.smallestSide {
            let policy = ComputePolicy(
                threads: envelope.request.options.compute.threads, precision: .f32)
            probabilities = try prompter.report(of: photo, policy: policy).judgements
                .map(\.probabilities)
        } else {
            return 0
        }
        let overruled = try options.degradation.map(prompter.degrees(saidBy:)) ?? [:]
        for (type, degree) in overruled {
            probabilities[type] = probabilities[type].indices.map { $0 == degree ? 1 : 0 }
        }
        return PhotoCleanness.share(probabilities)
    }
}
