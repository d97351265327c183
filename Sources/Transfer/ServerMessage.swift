public import Foundation

/// What a service says about its own error.
public enum ServerMessage {
    /// Finds the message in the body of an error.
    ///
    /// Understood are `{"error": {"message": …}}` (OpenAI, llama.cpp), `{"error": …}` (Ollama,
    /// Triton), `{"object": "error", "message": …}` (vLLM), `{"detail": …}` (FastAPI); of a page
    /// of HTML its title, of other text the first line.
    ///
    /// - Parameters:
    ///   - body: The body of an answer.
    ///   - secret: A key that must not be shown, should the service repeat it.
    /// - Returns: One line of at most 200 characters, nothing in it that steers a terminal.
    public static func find(in body: Data, secret: Secret? = nil) -> String {
        let text: String
        if let json = try? JSONSerialization.jsonObject(with: body, options: .fragmentsAllowed) {
            text = message(in: json) ?? ""
        } else {
            let plain = String(decoding: body.prefix(20_000), as: UTF8.self)
            if plain.firstMatch(of: /(?i)<\s*(html|!doctype|body|head)/) != nil {
                let title = plain.firstMatch(of: /(?is)<title[^>]*>(.*?)<\/title>/)
                text = title.map { "a web page, \($0.1)" } ?? "a web page"
            } else {
                text = plain
            }
        }
        return line(secret?.removed(from: text) ?? text)
    }

    private static func message(in json: Any) -> String? {
        if let text = json as? String { return text }
        guard let object = json as? [String: Any] else { return nil }
        for key in ["error", "message", "detail", "title"] {
            guard let value = object[key] else { continue }
            if let found = message(in: value) { return found }
            // FastAPI's list of what is wrong with a request.
            if let list = value as? [[String: Any]], let first = list.first?["msg"] as? String {
                return first
            }
        }
        return nil
    }

    /// Text as one short line.
    private static func line(_ text: String) -> String {
        let clean = String(
            text.unicodeScalars.map { scalar in
                scalar.properties.generalCategory == .control
                    || scalar.properties.generalCategory == .format ? " " : Character(scalar)
            })
        let words = clean.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.count <= 200 ? words : words.prefix(199) + "…"
    }
}
