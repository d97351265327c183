internal import Transfer

/// Ollama's own chat: pictures are bare base64.
///
/// Source: Ollama's `docs/api.md`, "Generate a chat completion".
enum OllamaChat {
    /// The path of a method, below `/api`.
    static func path(_ address: ServerAddress, _ method: String) -> String {
        var base = address.path
        for own in ["/chat", "/api"] where base.hasSuffix(own) { base.removeLast(own.count) }
        return "\(base)/api/\(method)"
    }

    static func body(
        _ photo: SentPhoto, _ instruction: String, model: String, tokens: Int
    ) -> JSONValue {
        .object([
            "model": .string(model),
            "messages": .array([
                .object([
                    "role": .string("user"), "content": .string(instruction),
                    "images": .array([.string(photo.base64)]),
                ])
            ]),
            "options": .object([
                "num_predict": .number(Double(tokens)), "temperature": .number(0),
            ]),
            "stream": .bool(false),
        ])
    }

    static func answer(_ json: JSONValue) -> ModelAnswer? {
        guard let text = json["message"]?["content"]?.string else { return nil }
        return ModelAnswer(text: text, isCutOff: json["done_reason"]?.string == "length")
    }
}
