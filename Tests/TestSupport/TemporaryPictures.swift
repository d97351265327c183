public import Foundation
public import Imaging

extension TemporaryFolder {
    /// The path of something inside.
    ///
    /// - Parameter name: Its name, which may contain folders.
    /// - Returns: The path, whether or not it exists.
    public func path(_ name: String) -> String { url.appending(path: name).path }

    /// Writes a file, and the folders on the way.
    ///
    /// - Parameters:
    ///   - data: The bytes.
    ///   - name: Its name, which may contain folders.
    /// - Returns: The path.
    /// - Throws: What the file system says.
    @discardableResult
    public func write(_ data: Data, _ name: String) throws -> String {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: file)
        return file.path
    }

    /// Writes a picture with soft waves in it.
    ///
    /// - Parameters:
    ///   - name: Its name; the extension chooses the format.
    ///   - width: Columns.
    ///   - height: Rows.
    ///   - channels: What its samples are.
    ///   - bits: Bits of a sample.
    /// - Returns: The path.
    /// - Throws: What encoding or the file system says.
    @discardableResult
    public func writePicture(
        _ name: String, width: Int = 24, height: Int = 20, channels: Image.Channels = .rgb,
        bits: Int = 8
    ) throws -> String {
        let format = ImageFormat(fileExtension: (name as NSString).pathExtension) ?? .png
        let data = try ImageFile.encode(
            TestPicture.waves(width: width, height: height, channels: channels), as: format,
            options: EncodingOptions(bitsPerSample: bits))
        return try write(data, name)
    }

    /// Names of all files inside, hidden ones included, relative to the folder and sorted.
    ///
    /// - Parameter name: The folder inside to look at; empty for all.
    /// - Returns: The names, empty when there is no such folder.
    public func files(in name: String = "") -> [String] {
        let folder = name.isEmpty ? url : url.appending(path: name)
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { name in
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(
                atPath: folder.appending(path: name).path, isDirectory: &isFolder)
            return !isFolder.boolValue
        }.sorted()
    }
}

/// Pictures made by a formula.
public enum TestPicture {
    /// Soft waves between 0.1 and 0.9, different in each channel; alpha is a ramp from 0 to 1.
    ///
    /// - Parameters:
    ///   - width: Columns.
    ///   - height: Rows.
    ///   - channels: What the samples are.
    /// - Returns: The picture.
    public static func waves(width: Int, height: Int, channels: Image.Channels = .rgb) -> Image {
        var image = Image(width: width, height: height, channels: channels, filledWith: 0)
        let count = channels.rawValue
        for y in 0..<height {
            for x in 0..<width {
                for c in 0..<count {
                    let isAlpha = channels.hasAlpha && c == count - 1
                    let phase = Double(x) * 0.31 + Double(y) * (0.17 + 0.1 * Double(c))
                    image.pixels[(y * width + x) * count + c] =
                        isAlpha
                        ? Float(x) / Float(max(width - 1, 1)) : Float(0.5 + 0.4 * sin(phase))
                }
            }
        }
        return image
    }
}
