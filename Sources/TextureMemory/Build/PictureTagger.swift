public import Foundation

/// Somebody who names what is in pictures, such as a service.
public protocol PictureTagger: Sendable {
    /// Tells its answers from those of others, which are not taken for its own when work goes on.
    var identity: String { get }

    /// The most pictures that it looks at at a time, at least 1.
    var concurrency: Int { get }

    /// Names what is in a picture.
    ///
    /// Called on up to ``concurrency`` threads at a time, which may be blocked.
    ///
    /// - Parameter file: The picture's file.
    /// - Returns: Tags; none when it sees nothing that it has a word for.
    /// - Throws: Why it cannot say. The picture is then left untagged.
    func tags(ofPictureAt file: URL) throws -> [String]
}
