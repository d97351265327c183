internal import Foundation
internal import Imaging

/// The figures of `evaluate` as text, JSON or CSV.
struct QualityTable {
    enum Style { case text, json, csv }

    let style: Style
    let options: QualityOptions

    /// Whether pictures are compared with originals.
    let compares: Bool

    /// Whether NIQE is measured.
    let hasNaturalness: Bool

    func begin() {
        switch style {
        case .text:
            let channel = options.channel == .y ? "Y of BT.601 (16…235)" : "RGB"
            Console.result(
                (compares ? "Channel of PSNR and SSIM: \(channel). " : "")
                    + "Border left out: \(options.border) pixels. 8 bits.")
            Console.result(columns.map(\.title).joined() + "  file")
        case .json: break
        case .csv:
            Console.result(
                "file,psnr_db,ssim,haarpsi,gradient_energy_ratio,niqe,channel,border_pixels")
        }
    }

    func add(_ row: QualityRow) throws {
        switch style {
        case .text:
            let figures = columns.map { column in
                let figure = row[keyPath: column.figure].map {
                    $0.isFinite ? String(format: column.format, $0) : "equal"
                }
                return Self.padded(figure ?? "-", to: column.title.count)
            }
            Console.result(figures.joined() + "  \(row.name)")
        case .json:
            try Console.result(json: Record(row, options, compares: compares))
        case .csv:
            let name =
                row.name.contains(where: { ",\"\n".contains($0) })
                ? "\"\(row.name.replacingOccurrences(of: "\"", with: "\"\""))\"" : row.name
            func text(_ figure: Double?, digits: Int = 6) -> String {
                figure.map { $0.isFinite ? String(format: "%.\(digits)f", $0) : "inf" } ?? ""
            }
            let fields = [
                name, text(row.psnr, digits: 4), text(row.ssim), text(row.haarPSI),
                text(row.gradientEnergyRatio), text(row.naturalness, digits: 4),
                compares ? options.channel.rawValue : "", String(options.border),
            ]
            Console.result(fields.joined(separator: ","))
        }
    }

    /// The mean over all pictures, when there are several.
    func end(_ rows: [QualityRow]) throws {
        guard rows.count > 1 else { return }
        try add(
            QualityRow(name: style == .csv ? "mean" : "mean of \(rows.count)", meanOf: rows))
    }

    private struct Column {
        let title: String
        let figure: KeyPath<QualityRow, Double?>
        let format: String
    }

    /// The columns of the text, as wide as their titles.
    private var columns: [Column] {
        let comparison = [
            Column(title: "  PSNR dB", figure: \.psnr, format: "%.2f"),
            Column(title: "     SSIM", figure: \.ssim, format: "%.4f"),
            Column(title: "  HaarPSI", figure: \.haarPSI, format: "%.4f"),
            Column(title: "  gradients", figure: \.gradientEnergyRatio, format: "%.3f"),
        ]
        let niqe = Column(title: "     NIQE", figure: \.naturalness, format: "%.3f")
        return (compares ? comparison : []) + (hasNaturalness ? [niqe] : [])
    }

    private struct Record: Encodable {
        let file: String
        let psnrDecibels: Double?
        let isEqual: Bool?
        let ssim: Double?
        let haarPSI: Double?
        let gradientEnergyRatio: Double?
        let naturalness: Double?
        let channel: String?
        let borderPixels: Int

        init(_ row: QualityRow, _ options: QualityOptions, compares: Bool) {
            file = row.name
            // JSON has no infinity: equal pictures have no PSNR.
            psnrDecibels = row.psnr.flatMap { $0.isFinite ? $0 : nil }
            isEqual = row.psnr.map { !$0.isFinite }
            ssim = row.ssim
            haarPSI = row.haarPSI
            gradientEnergyRatio = row.gradientEnergyRatio
            naturalness = row.naturalness
            channel = compares ? options.channel.rawValue : nil
            borderPixels = options.border
        }

        enum CodingKeys: String, CodingKey {
            case file, ssim, channel
            case psnrDecibels = "psnr_db"
            case isEqual = "is_equal"
            case haarPSI = "haarpsi"
            case gradientEnergyRatio = "gradient_energy_ratio"
            case naturalness = "niqe"
            case borderPixels = "border_pixels"
        }
    }

    private static func padded(_ text: String, to width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
