import Foundation
import Imaging
import TestSupport
import Testing
import Transfer

@testable import SemanticPrompts

@Suite("How services are spoken to")
struct EndpointTests {
    let photo: SentPhoto

    init() throws { photo = try SentPhoto(TestPicture.waves(width: 20, height: 10)) }

    func body(_ request: HTTPRequest) throws -> String {
        String(decoding: try #require(request.json), as: UTF8.self)
            .replacing(photo.base64, with: "BASE64")
    }

    @Test(
        "addresses are completed, and tell the form",
        arguments: [
            ("http://h:8000", "openai", "/v1/chat/completions", "/v1/models"),
            ("http://h:8000/v1", "openai", "/v1/chat/completions", "/v1/models"),
            ("http://h:8000/v1/", "openai", "/v1/chat/completions", "/v1/models"),
            ("http://h/x/chat/completions", "openai", "/x/chat/completions", "/x/models"),
            ("http://h:11434", "ollama", "/api/chat", "/api/tags"),
            ("http://h:11434/v1", "openai", "/v1/chat/completions", "/v1/models"),
            ("http://h/api", "ollama", "/api/chat", "/api/tags"),
            ("http://h/p/api/chat", "ollama", "/p/api/chat", "/p/api/tags"),
        ])
    func paths(address: String, api: String, path: String, models: String) throws {
        let endpoint = DescriptionEndpoint(address: try ServerAddress(address))
        #expect(endpoint.api.rawValue == api)
        let request = endpoint.request(photo: photo, instruction: "?", model: "m")
        #expect(request.address.path == path)
        #expect(endpoint.modelsRequest.address.path == models)
        #expect(endpoint.modelsRequest.json == nil)
    }

    @Test("OpenAI's form, byte by byte")
    func openAI() throws {
        let endpoint = DescriptionEndpoint(
            address: try ServerAddress("http://h/v1"), maximumTokens: 99)
        let request = endpoint.request(photo: photo, instruction: "What?", model: "llava")
        #expect(
            try body(request) == #"{"max_tokens":99,"messages":[{"content":[{"image_url":{"url":"#
                + #""data:image/jpeg;base64,BASE64"},"type":"image_url"},{"text":"What?","type":"#
                + #""text"}],"role":"user"}],"model":"llava","stream":false,"temperature":0}"#)
        for (answer, text) in [
            (#"{"choices":[{"message":{"content":"A cat."},"finish_reason":"stop"}]}"#, "A cat."),
            (
                #"{"choices":[{"message":{"content":[{"type":"text","text":"A"},{"text":"cat."}]}}]}"#,
                "A cat."
            ),
            (#"{"choices":[{"message":{"content":null,"refusal":"I can't."}}]}"#, "I can't."),
        ] {
            #expect(try endpoint.text(in: Data(answer.utf8)) == text)
        }
        #expect(
            try endpoint.models(in: Data(#"{"data":[{"id":"a"},{"id":"b"}]}"#.utf8)) == ["a", "b"])
    }

    @Test("Ollama's own form, byte by byte")
    func ollama() throws {
        let endpoint = DescriptionEndpoint(address: try ServerAddress("http://h:11434"))
        let request = endpoint.request(photo: photo, instruction: "What?", model: "llava:7b")
        #expect(
            try body(request)
                == #"{"messages":[{"content":"What?","images":["BASE64"],"role":"user"}],"#
                + #""model":"llava:7b","options":{"num_predict":160,"temperature":0},"stream":false}"#
        )
        let answer = #"{"message":{"role":"assistant","content":"A cat."},"done":true}"#
        #expect(try endpoint.text(in: Data(answer.utf8)) == "A cat.")
        #expect(
            try endpoint.models(in: Data(#"{"models":[{"name":"llava:7b"}]}"#.utf8)) == ["llava:7b"]
        )
    }

    @Test(
        "answers that are none are told apart",
        arguments: [
            ("<html><title>Login</title></html>", "a web page, Login"), ("", "it is empty"),
            (#"{"choices": [{"mess"#, "not JSON"), (#"{"choices": []}"#, "no message"),
            (#"{"error": {"message": "no such model"}}"#, "no such model"),
            (#"{"object": "error", "message": "too long"}"#, "too long"),
            (#"{"error": "out of memory"}"#, "out of memory"), ("[]", "no message"),
            (#"{"choices":[{"message":{"content":""},"finish_reason":"length"}]}"#, "--max-tokens"),
            (#"{"choices":[{"message":{"content":"  "}}]}"#, "said nothing"),
            (#"{"choices":[{"message":{"content":7}}]}"#, "no message"),
        ])
    func badAnswers(answer: String, reason: String) throws {
        let endpoint = DescriptionEndpoint(address: try ServerAddress("http://h/v1"))
        do {
            let text = try endpoint.text(in: Data(answer.utf8))
            Issue.record("\(text)")
        } catch {
            #expect("\(error)".contains(reason))
        }
    }

    @Test("the plain contract for tags")
    func plain() throws {
        let endpoint = try TagEndpoint(address: try ServerAddress("http://h:9000/a/tags"))
        #expect(endpoint.api == .plain)
        let request = endpoint.request(photo: photo)
        #expect(request.address.path == "/a/tags")
        #expect(try body(request) == #"{"image":"BASE64"}"#)
        #expect(endpoint.healthRequest.address.path == "/a/health")
        #expect(try endpoint.tags(in: Data(#"{"tags": "cat | sofa"}"#.utf8)) == ["cat", "sofa"])
        #expect(endpoint.model(in: Data(#"{"tags": [], "model": "ram"}"#.utf8)) == "ram")
        for answer in ["{}", "[]", #"{"tags": 7}"#, "<html>", #"{"error": "x", "tags": []}"#] {
            #expect(throws: PromptError.self) { try endpoint.tags(in: Data(answer.utf8)) }
        }
    }

    @Test("tags elsewhere in the answer")
    func elsewhere() throws {
        let endpoint = try TagEndpoint(
            address: try ServerAddress("http://h/"), tagsAt: AnswerPath("result.0.labels"))
        let answer = #"{"result": [{"labels": ["cat"]}]}"#
        #expect(try endpoint.tags(in: Data(answer.utf8)) == ["cat"])
        #expect(throws: PromptError.self) { try endpoint.tags(in: Data(#"{"tags": []}"#.utf8)) }
    }

    @Test("the Open Inference Protocol")
    func openInference() throws {
        func endpoint(_ address: String, model: String? = nil) throws -> TagEndpoint {
            try TagEndpoint(
                address: try ServerAddress(address), api: .openInference, model: model,
                shape: [1, 1])
        }
        for (address, model) in [
            ("http://h/v2/models/ram", nil), ("http://h/v2/models/ram/infer", nil),
            ("http://h", "ram"), ("http://h/v2", "ram"),
        ] {
            let request = try endpoint(address, model: model).request(photo: photo)
            #expect(request.address.path == "/v2/models/ram/infer")
            #expect(
                try body(request)
                    == #"{"inputs":[{"data":["BASE64"],"datatype":"BYTES","name":"image","shape":[1,1]}]}"#
            )
        }
        let spaced = try endpoint("http://h", model: "a b/c")
        #expect(spaced.request(photo: photo).address.path == "/v2/models/a%20b%2Fc/infer")
        let ram = try endpoint("http://h/v2/models/ram")
        #expect(ram.healthRequest.address.path == "/v2/health/ready")
        for answer in [
            #"{"model_name":"ram","outputs":[{"name":"scores","datatype":"FP32","data":[0.5]},{"name":"tags","datatype":"BYTES","shape":[1],"data":["cat | sofa"]}]}"#,
            #"{"outputs":[{"name":"scores","datatype":"FP32","data":[0.5]},{"name":"text","datatype":"BYTES","data":["cat","sofa"]}]}"#,
        ] {
            #expect(try ram.tags(in: Data(answer.utf8)) == ["cat", "sofa"])
        }
        #expect(throws: PromptError.self) { try endpoint("http://h") }
        #expect(throws: PromptError.self) {
            try TagEndpoint(address: try ServerAddress("http://h"), shape: [2])
        }
    }

    @Test("photos are made small, flat and nameless")
    func photos() throws {
        let large = try SentPhoto(TestPicture.waves(width: 700, height: 350, channels: .rgba))
        let decoded = try ImageFile.decode(large.jpeg, name: "sent")
        #expect(decoded.format == .jpeg)
        #expect(decoded.image.width == 512 && decoded.image.height == 256)
        #expect(decoded.image.channels == .rgb)
        #expect(decoded.metadata == ImageMetadata())
        let thin = try SentPhoto(TestPicture.waves(width: 5000, height: 1, channels: .grey))
        let header = try ImageFile.inspect(thin.jpeg, name: "sent")
        #expect(header.width == 512 && header.height == 1)
        #expect(try SentPhoto(TestPicture.waves(width: 20, height: 10)).hash == photo.hash)
    }

    @Test("grids cover a picture once")
    func grids() throws {
        let parts = try #require(PhotoGrid("3x2")).parts(width: 10, height: 5)
        #expect(parts.count == 6)
        #expect(parts.reduce(0) { $0 + $1.width * $1.height } == 50)
        #expect(try #require(PhotoGrid("8x8")).parts(width: 3, height: 1).count == 3)
        for text in ["", "2", "0x2", "2x9", "2x2x2", "axb", "-1x2"] {
            #expect(PhotoGrid(text) == nil)
        }
    }
}
