internal import Autoencoding
internal import Foundation

/// The figures of `reconstruct` as text or JSON, and those over all pictures.
struct ReconstructionTable {
    private let printsJSON: Bool
    private var statistics: LatentStatistics
    private var rows: [Reconstruction.Figures] = []

    init(channels: Int, printsJSON: Bool) {
        self.printsJSON = printsJSON
        statistics = LatentStatistics(channels: channels)
    }

    mutating func add(
        _ figures: Reconstruction.Figures, _ latent: Latent, name: String
    ) throws {
        var ofPicture = LatentStatistics(channels: latent.channels)
        ofPicture.add(latent)
        statistics.add(latent)
        if rows.isEmpty && !printsJSON {
            Console.result("  RGB dB    Y dB  gradients   seams  file")
        }
        rows.append(figures)
        try print(figures, ofPicture, name: name)
    }

    /// The mean over all pictures when there are several, and the latents' channels.
    func end() throws {
        guard let all = mean else { return }
        if rows.count > 1 { try print(all, statistics, name: "mean of \(rows.count)") }
        if !printsJSON {
            Console.result("latent mean       " + Self.list(statistics.mean))
            Console.result("latent deviation  " + Self.list(statistics.deviation))
        }
    }

    private var mean: Reconstruction.Figures? {
        guard !rows.isEmpty else { return nil }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        let ratios = rows.compactMap(\.gradientEnergyRatio)
        return Reconstruction.Figures(
            psnrRGB: mean(rows.map(\.psnrRGB)), psnrY: mean(rows.map(\.psnrY)),
            gradientEnergyRatio: ratios.isEmpty ? nil : mean(ratios),
            seamLevels: rows.compactMap(\.seamLevels).max())
    }

    private func print(
        _ figures: Reconstruction.Figures, _ latent: LatentStatistics, name: String
    ) throws {
        if printsJSON { return try Console.result(json: Record(name, figures, latent)) }
        func column(_ value: Double?, _ format: String, _ width: Int) -> String {
            let text = value.map { $0.isFinite ? String(format: format, $0) : "equal" } ?? "-"
            return String(repeating: " ", count: max(0, width - text.count)) + text
        }
        Console.result(
            column(figures.psnrRGB, "%.2f", 8) + column(figures.psnrY, "%.2f", 8)
                + column(figures.gradientEnergyRatio, "%.3f", 11)
                + column(figures.seamLevels, "%.3f", 8) + "  \(name)")
    }

    private static func list(_ values: [Double]) -> String {
        values.map { String(format: "%.2f", $0) }.joined(separator: " ")
    }

    private struct Record: Encodable {
        let file: String
        let psnrRGB: Double?
        let psnrY: Double?
        let gradientEnergyRatio: Double?
        let seamLevels: Double?
        let latentMean: [Double]
        let latentDeviation: [Double]

        init(_ name: String, _ figures: Reconstruction.Figures, _ latent: LatentStatistics) {
            file = name
            // JSON has no infinity: equal pictures have no PSNR.
            psnrRGB = figures.psnrRGB.isFinite ? figures.psnrRGB : nil
            psnrY = figures.psnrY.isFinite ? figures.psnrY : nil
            gradientEnergyRatio = figures.gradientEnergyRatio
            seamLevels = figures.seamLevels
            latentMean = latent.mean
            latentDeviation = latent.deviation
        }

        enum CodingKeys: String, CodingKey {
            case file
            case psnrRGB = "psnr_rgb_db"
            case psnrY = "psnr_y_db"
            case gradientEnergyRatio = "gradient_energy_ratio"
            case seamLevels = "seam_levels"
            case latentMean = "latent_mean"
            case latentDeviation = "latent_deviation"
        }
    }
}
