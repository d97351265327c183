internal import Transfer

/// OpenAI's chat completions, in the part that every server of that form understands.
///
/// Source: the API reference of OpenAI, "Create chat completion", with pictures as `image_url`. A
/// `data:` URL is the only form of picture that vLLM, llama.cpp's server and Ollama all take.
enum OpenAIChat {
    /// The path of a method: below `/v1` when the address has no path of its own.
    static func path(_ address: ServerAddress, _ method: String) -> String {
        var base = address.path
        let own = "/chat/completions"
        if base.hasSuffix(own) { base.removeLast(own.count) } else if base.isEmpty { base = "/v1" }
        return "\(base)/\(method)"
    }

    static func body(
        _ photo: SentPhoto, _ instruction: String, model: String, tokens: Int
    ) -> JSONValue {
        let picture = JSONValue.object([
            "type": .string("image_url"),
            "image_url": .object(["url": .string("data:image/jpeg;base64,\(photo.base64)")]),
        ])
        let text = JSONValue.object(["type": .string("text"), "text": .string(instruction)])
        return .object([
            "model": .string(model),
            "messages": .array([
                .object(["role": .string("user"), "content": .array([picture, text])])
            ]),
            // Without a limit some servers generate until the context is full.
            "max_tokens": .number(Double(tokens)), "temperature": .number(0),
            "stream": .bool(false),
        ])
    }

    static func answer(_ json: JSONValue) -> ModelAnswer? {
        guard let choice = json["choices"]?[0], let message = choice["message"] else { return nil }
        let isCutOff = choice["finish_reason"]?.string == "length"
        switch message["content"] {
        case .string(let text): return ModelAnswer(text: text, isCutOff: isCutOff)
        case .array(let parts):
            let text = parts.compactMap { $0["text"]?.string }.joined(separator: " ")
            return ModelAnswer(text: text, isCutOff: isCutOff)
        case .null, nil:
            // OpenAI puts a refusal beside an empty content.
            return ModelAnswer(text: message["refusal"]?.string ?? "", isCutOff: isCutOff)
        default: return nil
        }
    }
}
