internal import Foundation

/// The address of a service: http or https, a host, and a path.
///
/// What a description shows is the host alone, because queries may hold keys and paths names.
public struct ServerAddress: Sendable, Equatable, Hashable {
    private let components: URLComponents

    /// Reads an address.
    ///
    /// - Parameter text: Such as `http://localhost:8000/v1`.
    /// - Throws: ``AddressError`` when it is none, or holds a password.
    public init(_ text: String) throws(AddressError) {
        guard let components = URLComponents(string: text) else {
            throw AddressError(reason: "this is no address")
        }
        switch components.scheme?.lowercased() {
        case "http", "https": break
        case nil: throw AddressError(reason: "it must start with http:// or https://")
        default: throw AddressError(reason: "only http:// and https:// are spoken here")
        }
        guard let host = components.host, !host.isEmpty else {
            throw AddressError(reason: "it names no host")
        }
        guard components.user == nil, components.password == nil else {
            throw AddressError(
                reason: "it holds a user or password; give a key by file or environment instead")
        }
        if let port = components.port, !(1...65_535).contains(port) {
            throw AddressError(reason: "\(port) is no port")
        }
        self.components = components
    }

    /// The whole address, for the transfer and for nobody's eyes.
    var text: String {
        var bare = components
        bare.fragment = nil
        return bare.string ?? ""
    }

    /// Host and port as people write them, such as `localhost:8000`; the port only when it is given.
    public var host: String {
        (components.host ?? "") + (components.port.map { ":\($0)" } ?? "")
    }

    /// The path, without a slash at its end; empty at the root.
    public var path: String {
        var path = components.percentEncodedPath
        while path.hasSuffix("/") { path.removeLast() }
        return path
    }

    /// The port, the scheme's own when none is given.
    public var port: Int { components.port ?? (isEncrypted ? 443 : 80) }

    /// Whether it is https.
    public var isEncrypted: Bool { components.scheme?.lowercased() == "https" }

    /// Address without query, by which answers of this service are remembered.
    public var identity: String {
        let scheme = isEncrypted ? "https" : "http"
        return "\(scheme)://\((components.host ?? "").lowercased()):\(port)\(path)"
    }

    /// The address with another path, its query kept.
    ///
    /// - Parameter path: A path that starts with a slash, percent-encoded where needed.
    /// - Returns: The address.
    public func with(path: String) -> ServerAddress {
        var changed = components
        changed.percentEncodedPath = path
        return ServerAddress(components: changed)
    }

    /// Whether both lead to the same scheme, host and port.
    func hasSameOrigin(as other: ServerAddress) -> Bool {
        isEncrypted == other.isEncrypted && port == other.port
            && components.host?.lowercased() == other.components.host?.lowercased()
    }

    private init(components: URLComponents) { self.components = components }
}

extension ServerAddress: CustomStringConvertible {
    /// Host and port.
    public var description: String { host }
}

/// Text that is no address of a service.
public struct AddressError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong with it.
    public let reason: String
    /// What is wrong with it; the text itself is not repeated, it may hold a password.
    public var description: String { reason }
}
