internal import CDigest
public import Foundation

/// SHA-256, the checksum by which manifests name the content of files.
public enum Digest {
    /// The SHA-256 of some bytes.
    ///
    /// - Parameter data: The bytes; a memory-mapped file is read page by page, not copied.
    /// - Returns: 64 lower-case hexadecimal digits, or nil when the cryptographic library of this
    ///   system refuses SHA-256.
    public static func sha256(_ data: Data) -> String? {
        var digest = [UInt8](repeating: 0, count: 32)
        let status = data.withUnsafeBytes { bytes in
            ps_sha256(bytes.baseAddress, bytes.count, &digest)
        }
        return status == 0 ? digest.map(hexadecimal).joined() : nil
    }

    /// Name and version of the library that computes the checksums, for reports.
    public static var libraryVersion: String { String(cString: ps_digest_library()) }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 2 ? digits : "0" + digits
    }
}
