/// Where in a service's answer something stands, such as `outputs.0.data`.
public struct AnswerPath: Sendable, Equatable {
    /// The path as it was written.
    public let text: String

    /// Reads a path: names and numbers from 0, with dots between them; nil when a step is empty.
    ///
    /// - Parameter text: The path.
    public init?(_ text: String) {
        let steps = text.split(separator: ".", omittingEmptySubsequences: false)
        guard !steps.isEmpty, steps.allSatisfy({ !$0.isEmpty }) else { return nil }
        self.text = text
    }

    /// What stands there.
    func value(in json: JSONValue) -> JSONValue? {
        var value = json
        for step in text.split(separator: ".") {
            let next: JSONValue? =
                if let found = value[String(step)] { found } else {
                    Int(step).flatMap { value[$0] }
                }
            guard let next else { return nil }
            value = next
        }
        return value
    }
}
