internal import CKernels

/// Rows as vectors whose plain distance is the joint one: centred, and both parts scaled.
final class CentredRows: Sendable {
    let count: Int
    let width: Int
    private let valueWidth: Int
    private let reader: RowReader
    private let centre: [Float]
    private let valueScale: Float
    private let keyScale: Float

    init(
        _ candidates: SamplingCandidates, centroid: [Double], metric: JointMetric, workers: Int
    ) {
        count = candidates.count
        width = candidates.valueWidth + candidates.keyWidth
        valueWidth = candidates.valueWidth
        reader = RowReader(candidates, workers: workers)
        centre = centroid.map { Float($0) }
        valueScale = Float(metric.valueFactor.squareRoot())
        keyScale = Float(metric.keyFactor.squareRoot())
    }

    func read(_ row: Int, worker: Int, into target: UnsafeMutablePointer<Float>) {
        let numbers = reader.read(row, worker: worker)
        centre.withUnsafeBufferPointer { centre in
            guard let centre = centre.baseAddress else { return }
            ps_centre_and_scale(numbers, centre, valueScale, target, valueWidth)
            ps_centre_and_scale(
                numbers + valueWidth, centre + valueWidth, keyScale, target + valueWidth,
                width - valueWidth)
        }
    }
}
