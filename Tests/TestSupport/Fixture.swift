public import Foundation

/// Files that are committed beside the tests, in the folder `Fixtures`.
public enum Fixture {
    /// Where a fixture is.
    ///
    /// - Parameters:
    ///   - path: Its path below the `Fixtures` folder of the calling test's target.
    ///   - testFile: The calling test's file.
    /// - Returns: The file's place.
    public static func url(_ path: String, testFile: String = #filePath) -> URL {
        URL(fileURLWithPath: testFile)
            .deletingLastPathComponent()
            .appendingPathComponent("Fixtures/\(path)")
    }

    /// The bytes of a fixture.
    ///
    /// - Parameters:
    ///   - path: Its path below the `Fixtures` folder of the calling test's target.
    ///   - testFile: The calling test's file.
    /// - Returns: The file's bytes.
    /// - Throws: An error when there is no such file.
    public static func data(_ path: String, testFile: String = #filePath) throws -> Data {
        try Data(contentsOf: url(path, testFile: testFile))
    }
}
