internal import Foundation
internal import Imaging

/// The figures of `evaluate` as text, JSON or CSV.
struct QualityTable {
    enum Style { case text, json, csv }

    /// The figures of one pair, or their mean.
    struct Row {
        let name: String
        let psnr: Double
        let ssim: Double
    }

    let style: Style
    let options: QualityOptions

    func begin() throws {
        switch style {
        case .text:
            let channel = options.channel == .y ? "Y of BT.601 (16…235)" : "RGB"
            Console.result(
                "Channel: \(channel). Border left out: \(options.border) pixels. 8 bits.")
            Console.result("  PSNR dB     SSIM  file")
        case .json: break
        case .csv: Console.result("file,psnr_db,ssim,channel,border_pixels")
        }
    }

    func add(_ row: Row) throws {
        switch style {
        case .text:
            Console.result(
                Self.padded(Self.decibels(row.psnr), to: 9) + "   "
                    + String(format: "%.4f", row.ssim) + "  \(row.name)")
        case .json:
            try Console.result(json: Record(row, options))
        case .csv:
            let name =
                row.name.contains(where: { ",\"\n".contains($0) })
                ? "\"\(row.name.replacingOccurrences(of: "\"", with: "\"\""))\"" : row.name
            let psnr = row.psnr.isFinite ? String(format: "%.4f", row.psnr) : "inf"
            let ssim = String(format: "%.6f", row.ssim)
            Console.result("\(name),\(psnr),\(ssim),\(options.channel.rawValue),\(options.border)")
        }
    }

    /// The mean over all pairs, when there are several.
    func end(_ rows: [Row]) throws {
        guard rows.count > 1 else { return }
        let count = Double(rows.count)
        try add(
            Row(
                name: style == .csv ? "mean" : "mean of \(rows.count)",
                psnr: rows.reduce(0) { $0 + $1.psnr } / count,
                ssim: rows.reduce(0) { $0 + $1.ssim } / count))
    }

    private struct Record: Encodable {
        let file: String
        let psnrDecibels: Double?
        let isEqual: Bool
        let ssim: Double
        let channel: String
        let borderPixels: Int

        init(_ row: Row, _ options: QualityOptions) {
            file = row.name
            // JSON has no infinity: equal pictures have no PSNR.
            psnrDecibels = row.psnr.isFinite ? row.psnr : nil
            isEqual = !row.psnr.isFinite
            ssim = row.ssim
            channel = options.channel.rawValue
            borderPixels = options.border
        }

        enum CodingKeys: String, CodingKey {
            case file, ssim, channel
            case psnrDecibels = "psnr_db"
            case isEqual = "is_equal"
            case borderPixels = "border_pixels"
        }
    }

    private static func decibels(_ psnr: Double) -> String {
        psnr.isFinite ? String(format: "%.2f", psnr) : "equal"
    }

    private static func padded(_ text: String, to width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
