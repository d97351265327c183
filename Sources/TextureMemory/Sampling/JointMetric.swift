internal import CKernels

/// The squared joint distance: `valueFactor · ‖Δvalue‖² + keyFactor · ‖Δkey‖²`.
struct JointMetric {
    let scales: PartScales
    let valueFactor: Double
    let keyFactor: Double

    init(_ scales: PartScales, _ keyWeight: Double) {
        self.scales = scales
        valueFactor = scales.value * scales.value
        keyFactor = keyWeight * (scales.key * scales.key)
    }

    func rows(_ candidates: SamplingCandidates) -> ps_joint_rows {
        ps_joint_rows(
            values: candidates.values.baseAddress, keys: candidates.keys.baseAddress,
            value_width: candidates.valueWidth, key_width: candidates.keyWidth,
            value_factor: valueFactor, key_factor: keyFactor)
    }
}
