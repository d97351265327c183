import Foundation
import Imaging
import TestSupport
import Testing
import Transfer

@testable import SemanticPrompts

/// What was said between this client and a server that others wrote, recorded byte by byte.
@Suite("A recorded exchange with 'transformers serve'", .timeLimit(.minutes(2)))
struct RecordedServerTests {
    struct Recording: Decodable {
        struct Request: Decodable {
            let head: [String]
            let body: String
        }
        struct Answer: Decodable {
            let status: Int
            let body: String
        }
        let request: Request
        let answer: Answer
        let unknown_model: Answer
        let wrong_path: Answer
        let models: Answer
    }

    let recording: Recording

    init() throws {
        recording = try JSONDecoder().decode(
            Recording.self, from: Fixture.data("transformers-serve.json"))
    }

    /// A body in which the picture, which another JPEG library may write otherwise, is named only.
    func withoutPicture(_ body: String) -> String {
        body.replacing(/base64,[A-Za-z0-9+\/=]+/, with: "base64,PICTURE")
    }

    @Test("the request that it accepted is the request that is sent today, head and body")
    func request() async throws {
        let server = try FaultServer { _ in
            [.answer(recording.answer.status, recording.answer.body)]
        }
        defer { server.stop() }
        let endpoint = DescriptionEndpoint(
            address: try ServerAddress(server.address + "/v1"), model: "llava",
            maximumTokens: 24)
        let recorded = try #require(JSONValue.parse(Data(recording.request.body.utf8)))
        let content = recorded["messages"]?[0]?["content"]
        let instruction = try #require(content?[1]?["text"]?.string)
        let photo = try SentPhoto(TestPicture.waves(width: 32, height: 32))
        let response = try await HTTPClient().send(
            endpoint.request(photo: photo, instruction: instruction, model: "llava"))
        // The answer of random weights is no text worth reading, but it is where it belongs.
        #expect(try !endpoint.text(in: response.body).isEmpty)

        let sent = try #require(server.requests.first)
        let body = String(decoding: sent.body, as: UTF8.self)
        #expect(withoutPicture(body) == withoutPicture(recording.request.body))
        func names(_ lines: [String]) -> [String] {
            lines.map { line in
                ["Host", "Content-Length"].contains { line.hasPrefix($0) }
                    ? String(line.prefix { $0 != ":" }) : line
            }
        }
        let head = String(decoding: sent.raw, as: UTF8.self).components(separatedBy: "\r\n\r\n")[0]
        #expect(names(head.components(separatedBy: "\r\n")) == names(recording.request.head))
    }

    @Test("its errors are told in its words")
    func errors() async throws {
        for (answer, words) in [
            (recording.unknown_model, "requested 'nomodel'"), (recording.wrong_path, "Not Found"),
        ] {
            let server = try FaultServer { _ in [.answer(answer.status, answer.body)] }
            defer { server.stop() }
            let request = HTTPRequest(try ServerAddress(server.address), json: Data("{}".utf8))
            await #expect {
                try await HTTPClient().send(request)
            } throws: { error in
                "\(error)".contains(words) && "\(error)".contains("\(answer.status)")
            }
        }
        let endpoint = DescriptionEndpoint(address: try ServerAddress("http://h"))
        #expect(try endpoint.models(in: Data(recording.models.body.utf8)) == [])
    }
}
