internal import Imaging

/// The figures of a picture, or their mean over several; nil is what was not measured.
struct QualityRow {
    let name: String
    var psnr: Double?
    var ssim: Double?
    var haarPSI: Double?
    var gradientEnergyRatio: Double?
    var naturalness: Double?

    /// - Parameters:
    ///   - name: The file's name.
    ///   - indices: What the comparison with the original gave.
    ///   - naturalness: NIQE.
    init(name: String, indices: QualityIndices?, naturalness: Double?) {
        self.name = name
        psnr = indices?.psnr
        ssim = indices?.ssim
        haarPSI = indices?.haarPSI
        gradientEnergyRatio = indices?.gradientEnergyRatio
        self.naturalness = naturalness
    }

    /// The means; of a figure that a row lacks, there is none.
    init(name: String, meanOf rows: [QualityRow]) {
        func mean(_ figure: KeyPath<QualityRow, Double?>) -> Double? {
            let values = rows.compactMap { $0[keyPath: figure] }
            return values.count == rows.count
                ? values.reduce(0, +) / Double(values.count) : nil
        }
        self.name = name
        psnr = mean(\.psnr)
        ssim = mean(\.ssim)
        haarPSI = mean(\.haarPSI)
        gradientEnergyRatio = mean(\.gradientEnergyRatio)
        naturalness = mean(\.naturalness)
    }
}
