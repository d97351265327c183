import Foundation

/// The second place where a file may state its orientation.
enum XMPOrientation {
    /// Both spellings of XMP: an attribute, and an element.
    private static let openings = ["tiff:Orientation=\"", "<tiff:Orientation>"]

    /// The packet with its orientation set to upright, and nothing else changed.
    static func reset(in packet: Data) -> Data {
        var result = packet
        for opening in openings {
            guard let found = result.range(of: Data(opening.utf8)),
                found.upperBound < result.endIndex,
                (UInt8(ascii: "2")...UInt8(ascii: "8")).contains(result[found.upperBound])
            else { continue }
            result[found.upperBound] = UInt8(ascii: "1")
        }
        return result
    }
}
