internal import Foundation
internal import Imaging
internal import ModelStore
internal import SemanticPrompts

/// Reads photos one after the other, so that only one is in memory in its full size.
actor PhotoPreparation {
    private let longestSide: Int
    private let limits: DecodingLimits

    /// - Parameters:
    ///   - longestSide: The longest side that is needed of a photo, in pixels.
    ///   - maximumPixels: Photos with more are refused.
    init(longestSide: Int, maximumPixels: Int) {
        self.longestSide = longestSide
        limits = DecodingLimits(maximumPixels: maximumPixels)
    }

    /// The bytes of a photo, and what a bundle says of it; no pixel is decoded.
    ///
    /// - Parameter url: The photo.
    /// - Returns: Both.
    /// - Throws: ``ImageError``.
    func open(_ url: URL) throws -> (photo: PromptBundle.Photo, data: Data) {
        guard FileManager.default.fileExists(atPath: url.path) else {
            throw ImageError.missing(file: url.lastPathComponent)
        }
        let data: Data
        do {
            data = try Data(contentsOf: url, options: .mappedIfSafe)
        } catch {
            throw ImageError.unreadable(
                file: url.lastPathComponent, reason: error.localizedDescription)
        }
        let header = try ImageFile.inspect(
            data, name: url.lastPathComponent, limits: limits)
        guard let hash = Digest.sha256(data) else {
            throw PromptError.badPhoto(reason: "this system refuses SHA-256")
        }
        return (
            PromptBundle.Photo(sha256: hash, width: header.width, height: header.height), data
        )
    }

    /// The picture of a photo, or a cleaned one, made small.
    ///
    /// - Parameters:
    ///   - data: The bytes of the photo.
    ///   - name: The photo's name, for errors.
    ///   - cleaned: The picture to look at in its place.
    /// - Returns: The picture, upright.
    /// - Throws: ``ImageError``.
    func picture(_ data: Data, name: String, cleaned: URL?) throws -> Image {
        let image =
            try cleaned.map { try ImageFile.read($0, limits: limits).image }
            ?? ImageFile.decode(data, name: name, limits: limits).image
        return image.shrunk(to: longestSide)
    }
}

extension Image {
    /// The picture with no side longer than that, by the mean over areas.
    fileprivate func shrunk(to longestSide: Int) -> Image {
        let longest = max(width, height)
        guard longest > longestSide else { return self }
        func side(_ pixels: Int) -> Int {
            max(1, Int((Double(pixels * longestSide) / Double(longest)).rounded()))
        }
        return resized(width: side(width), height: side(height), filter: .area)
    }
}
