internal import Foundation
internal import Imaging
internal import ModelStore
internal import SemanticPrompts

/// Reads photos one after the other, so that only one is in memory in its full size.
actor PhotoPreparation {
    /// Says how a photo was degraded, in the form that a bundle has.
    typealias Judge = @Sendable (Image) throws -> JSONValue

    private let longestSide: Int
    private let limits: DecodingLimits
    private let judge: Judge?

    /// - Parameters:
    ///   - longestSide: The longest side that is needed of a photo, in pixels.
    ///   - maximumPixels: Photos with more are refused.
    ///   - judge: Says how photos were degraded; nil when nobody wants to know.
    init(longestSide: Int, maximumPixels: Int, judge: Judge? = nil) {
        self.longestSide = longestSide
        self.judge = judge
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
        return (try photo(data, name: url.lastPathComponent), data)
    }

    /// What a bundle says of a photo.
    ///
    /// - Parameters:
    ///   - data: The bytes of the photo.
    ///   - name: The photo's name, for errors.
    /// - Returns: Hash and size.
    /// - Throws: ``ImageError``.
    func photo(_ data: Data, name: String) throws -> PromptBundle.Photo {
        let header = try ImageFile.inspect(data, name: name, limits: limits)
        guard let hash = Digest.sha256(data) else {
            throw PromptError.badPhoto(reason: "this system refuses SHA-256")
        }
        return PromptBundle.Photo(sha256: hash, width: header.width, height: header.height)
    }

    /// A photo that was looked at.
    struct Look: Sendable {
        /// The picture, or a cleaned one, upright and made small.
        let picture: Image
        /// How the photo itself was degraded, when that was asked.
        let degradation: JSONValue?
    }

    /// Looks at a photo in its full size.
    ///
    /// - Parameters:
    ///   - data: The bytes of the photo.
    ///   - name: The photo's name, for errors.
    ///   - cleaned: The picture to describe in its place.
    ///   - judges: Whether to say how the photo was degraded.
    /// - Returns: What the services see, and the report.
    /// - Throws: ``ImageError``, or what the judge throws.
    func look(_ data: Data, name: String, cleaned: URL?, judges: Bool) throws -> Look {
        let judge = judges ? judge : nil
        let photo =
            cleaned == nil || judge != nil
            ? try ImageFile.decode(data, name: name, limits: limits).image : nil
        let degradation = try photo.flatMap { photo in try judge?(photo) }
        let shown = try cleaned.map { try ImageFile.read($0, limits: limits).image } ?? photo
        guard let shown else { preconditionFailure("neither photo nor cleaned picture") }
        return Look(picture: shown.shrunk(to: longestSide), degradation: degradation)
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
