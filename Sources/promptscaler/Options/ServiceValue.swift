internal import Foundation
internal import Transfer

/// What options, environment and file say about a service, as values.
enum ServiceValue {
    static func address(_ text: String, _ option: String) throws -> ServerAddress {
        do {
            return try ServerAddress(text)
        } catch {
            throw CommandError(.usage, "\(option): \(error)")
        }
    }

    static func api<API: RawRepresentable>(
        _ text: String?, _ name: String
    ) throws -> API? where API.RawValue == String {
        guard let text else { return nil }
        guard let api = API(rawValue: text) else {
            throw CommandError(.usage, "\(name).api: '\(text)' is not known")
        }
        return api
    }

    /// The key of an option's file, or of the environment, or of the configured file.
    static func key(
        file: String?, variable: String?, configured: String?
    ) throws -> Secret? {
        if file == nil, let variable { return try secret(variable, of: "the environment") }
        guard let path = file ?? configured else { return nil }
        let name = (path as NSString).lastPathComponent
        let expanded = (path as NSString).expandingTildeInPath
        guard let text = try? String(contentsOfFile: expanded, encoding: .utf8) else {
            throw CommandError(.noInput, "the key file \(name) cannot be read")
        }
        return try secret(text, of: name)
    }

    private static func secret(_ text: String, of place: String) throws -> Secret {
        guard let secret = Secret(text) else {
            throw CommandError(
                .usage, "the key of \(place) is empty, or more than one word of plain letters")
        }
        return secret
    }
}
