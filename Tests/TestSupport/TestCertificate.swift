import CTestTLS
public import Foundation

/// A certificate that signs itself, made for one test.
///
/// Unchecked: OpenSSL's context may be used by several threads once it is set up.
public final class TestCertificate: @unchecked Sendable {
    let identity: OpaquePointer

    /// Makes a certificate.
    ///
    /// - Parameter names: What it is valid for, such as `IP:127.0.0.1` or `DNS:other.test`.
    /// - Throws: When OpenSSL refuses.
    public init(validFor names: String) throws {
        guard let identity = pt_identity_make(names) else { throw CocoaError(.featureUnsupported) }
        self.identity = identity
    }

    deinit { pt_identity_free(identity) }

    /// The certificate as PEM.
    public var pem: Data {
        var text = [CChar](repeating: 0, count: 8192)
        let count = pt_identity_certificate(identity, &text, text.count)
        return Data(text.prefix(max(0, count)).map { UInt8(bitPattern: $0) })
    }
}
