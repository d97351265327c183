public import Foundation

/// A folder of its own for one test, removed with everything in it when the test is over.
public final class TemporaryFolder {
    /// Where the folder is.
    public let url: URL

    /// Makes an empty folder.
    ///
    /// - Throws: An error when the system refuses.
    public init() throws {
        url = FileManager.default.temporaryDirectory
            .appendingPathComponent("promptscaler-test-\(UUID().uuidString)", isDirectory: true)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    /// Where a file of the folder is or would be.
    ///
    /// - Parameter name: The file's name.
    /// - Returns: Its place.
    public func file(_ name: String) -> URL { url.appendingPathComponent(name) }

    /// The names of all files in the folder, hidden ones included, sorted.
    ///
    /// - Returns: The names.
    /// - Throws: An error when the folder is gone.
    public func contents() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: url.path).sorted()
    }
}
