public import Foundation
public import Imaging
internal import ModelStore

/// A photo as services see it: a small JPEG with pixels in it and nothing else.
///
/// LLaVA looks at 336 pixels and RAM at 384; larger pictures cost context, and wedge some servers.
/// File name, EXIF, XMP and ICC profile stay here.
public struct SentPhoto: Sendable, Equatable {
    /// The JPEG.
    public let jpeg: Data
    /// The SHA-256 of the JPEG, by which answers are remembered.
    public let hash: String

    /// The longest side that is sent unless asked otherwise, in pixels.
    public static let standardSide = 512

    /// Makes the JPEG of a picture.
    ///
    /// - Parameters:
    ///   - image: The upright picture; what is transparent is laid over white.
    ///   - longestSide: The longest side that is sent, in pixels; smaller pictures stay as they are.
    /// - Throws: ``PromptError/badPhoto(reason:)``.
    public init(_ image: Image, longestSide: Int = SentPhoto.standardSide) throws(PromptError) {
        let flat = image.flattened()
        let longest = max(flat.width, flat.height)
        var small = flat
        if longest > longestSide {
            func side(_ pixels: Int) -> Int {
                max(1, Int((Double(pixels * longestSide) / Double(longest)).rounded()))
            }
            small = flat.resized(
                width: side(flat.width), height: side(flat.height), filter: .area)
        }
        do {
            // In colour also when grey: some servers take three channels only.
            jpeg = try ImageFile.encode(
                small.clamped().convertedToColour(), as: .jpeg,
                options: EncodingOptions(quality: 90))
        } catch {
            throw .badPhoto(reason: "\(error)")
        }
        guard let hash = Digest.sha256(jpeg) else {
            throw .badPhoto(reason: "this system refuses SHA-256")
        }
        self.hash = hash
    }

    /// The JPEG as text.
    var base64: String { jpeg.base64EncodedString() }
}
