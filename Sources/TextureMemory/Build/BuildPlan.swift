internal import Foundation

/// What unfinished work belongs to: stored as `plan.json` before anything else.
struct BuildPlan: Codable, Equatable {
    var version = 1
    let parameters: BuildParameters
    let shape: PatchShape
    let fingerprint: EncoderFingerprint
    /// The filter on the command line, in words.
    let filter: String

    static let fileName = "plan.json"

    /// How two plans differ, one line for each parameter; empty when they are equal.
    func differences(from other: BuildPlan) throws -> [String] {
        let (mine, others) = (try Self.flat(self), try Self.flat(other))
        return Set(mine.keys).union(others.keys).sorted().compactMap { name in
            mine[name] == others[name]
                ? nil : "\(name): \(others[name] ?? "none") there, \(mine[name] ?? "none") now"
        }
    }

    func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }

    /// All values by their names, those of inner objects too.
    private static func flat(_ plan: BuildPlan) throws -> [String: String] {
        func walk(_ value: Any, _ name: String, _ result: inout [String: String]) {
            guard let members = value as? [String: Any] else {
                result[name] = "\(value)"
                return
            }
            for (key, member) in members { walk(member, key, &result) }
        }
        var result: [String: String] = [:]
        walk(try JSONSerialization.jsonObject(with: plan.encoded()), "", &result)
        return result
    }
}
