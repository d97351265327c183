public import Foundation
public import Imaging

/// The benchmark images that papers measure on, where a person has put them.
///
/// They may not be passed on, so they are not part of the project. The folder named by the
/// environment variable `PROMPTSCALER_BENCHMARKS` holds them as
/// `Set5/image_SRF_4/img_001_SRF_4_HR.png` and `…_LR.png`, the layout of the SelfExSR collection.
public struct BenchmarkImages: Sendable {
    /// The folder of all sets; `nil` when the variable is not set.
    public static var folder: URL? {
        ProcessInfo.processInfo.environment["PROMPTSCALER_BENCHMARKS"].map {
            URL(fileURLWithPath: $0, isDirectory: true)
        }
    }

    /// An original and its reduced version.
    public struct Pair: Sendable {
        /// The original's file name.
        public let name: String
        /// The original.
        public let high: Image
        /// The reduced version.
        public let low: Image
    }

    /// All pairs of a set at a scale, in the order of their names.
    ///
    /// - Parameters:
    ///   - set: The set's folder, for example `Set5`.
    ///   - scale: 2, 3 or 4.
    /// - Returns: The pairs; none when the variable is not set.
    /// - Throws: An ``ImageError`` when an image is missing or damaged.
    public static func pairs(set: String, scale: Int) throws -> [Pair] {
        guard let folder else { return [] }
        let images = folder.appendingPathComponent("\(set)/image_SRF_\(scale)")
        return try FileManager.default.contentsOfDirectory(atPath: images.path)
            .filter { $0.hasSuffix("_HR.png") }
            .sorted()
            .map { name in
                let low = name.replacingOccurrences(of: "_HR.png", with: "_LR.png")
                return Pair(
                    name: name,
                    high: try ImageFile.read(images.appendingPathComponent(name)).image,
                    low: try ImageFile.read(images.appendingPathComponent(low)).image)
            }
    }
}
