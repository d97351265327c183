import Foundation
import Locks
import TestSupport
import Testing
import Transfer

/// Every way in which a service fails, against a server that fails so.
@Suite("When a service fails", .timeLimit(.minutes(2)))
struct TransferFailureTests {
    let pace = TestPace()
    let client: HTTPClient

    init() throws { client = try HTTPClient(pace: pace.pace) }

    /// What happens when every request is answered alike, and how many requests there were.
    func outcome(
        _ steps: [FaultServer.Step], attempt: Duration = .seconds(30), bytes: Int = 1 << 20
    ) async throws -> (kind: TransferError.Kind?, requests: Int) {
        let server = try FaultServer { _ in steps }
        defer { server.stop() }
        let error = await client.failure(
            try .to(server.address, attempt: attempt, bytes: bytes))
        return (error?.kind, server.requests.count)
    }

    @Test("a refused connection: four attempts, with pauses that double")
    func refused() async throws {
        let closed = try ClosedPort()
        defer { withExtendedLifetime(closed) {} }
        let error = await client.failure(try .to("http://127.0.0.1:\(closed.number)/v1"))
        #expect(error?.kind == .noConnection(reason: "it was refused"))
        #expect(error?.attempts == 4)
        #expect(pace.pauses == [.milliseconds(500), .seconds(1), .seconds(2)])
    }

    @Test("a host that nobody knows")
    func unknownHost() async throws {
        // A label of 64 letters is refused before anybody is asked, so no network is needed.
        let name = String(repeating: "a", count: 64) + ".invalid"
        let error = await client.failure(try .to("http://\(name)/"))
        #expect(error?.kind == .unknownHost)
    }

    @Test("TLS: a certificate for another name, an unknown one, and the right one")
    func certificates() async throws {
        let folder = try TemporaryFolder()
        func attempt(validFor names: String, isTrusted: Bool) async throws -> TransferError? {
            let certificate = try TestCertificate(validFor: names)
            let file = try folder.write(certificate.pem, "trusted.pem")
            let server = try FaultServer(certificate: certificate) { _ in [.answer(200, "{}")] }
            defer { server.stop() }
            let client = try HTTPClient(
                certificates: isTrusted ? URL(filePath: file) : nil, pace: pace.pace)
            let error = await client.failure(try .to(server.address, key: "sk-123456"))
            // Before trust there is no request, and so no key on the wire.
            #expect(error == nil || server.requests.isEmpty)
            return error
        }
        #expect(try await attempt(validFor: "IP:127.0.0.1", isTrusted: true) == nil)
        for (names, isTrusted) in [("DNS:other.test", true), ("IP:127.0.0.1", false)] {
            let error = try await attempt(validFor: names, isTrusted: isTrusted)
            guard case .notTrusted = error?.kind else {
                Issue.record("\(names): \(String(describing: error))")
                continue
            }
            #expect(error?.attempts == 1)
        }
    }

    @Test("an answer that does not begin: its time, and no second request")
    func slowHeaders() async throws {
        let start = ContinuousClock.now
        let outcome = try await outcome(
            [.wait(.seconds(50)), .answer(200, "{}")], attempt: .milliseconds(200))
        #expect(outcome.kind == .timeout(.milliseconds(200), .waiting))
        #expect(outcome.requests == 1)
        #expect(start.duration(to: .now) < .seconds(40))
    }

    @Test("an answer that does not end: its time, and no second request")
    func slowBody() async throws {
        let start = ContinuousClock.now
        let outcome = try await outcome(
            [.text("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), .wait(.seconds(50))],
            attempt: .milliseconds(200))
        #expect(outcome.kind == .timeout(.milliseconds(200), .receiving))
        #expect(outcome.requests == 1)
        #expect(start.duration(to: .now) < .seconds(40))
    }

    @Test(
        "a connection cut in the middle of the body, or of the head, or broken: no second request")
    func cut() async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"choi"
        for steps: [FaultServer.Step] in [
            [.text(head), .close], [.text("HTTP/1.1 200"), .close], [.close], [.reset],
            [.text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"), .close],
        ] {
            let outcome = try await outcome(steps)
            #expect(outcome.kind == .cutOff)
            #expect(outcome.requests == 1)
        }
    }

    @Test("a body without end is read to its limit and no further")
    func endless() async throws {
        let chunk = Data(repeating: UInt8(ascii: " "), count: 4096)
        for head in ["", "Content-Length: 99999999999\r\n"] {
            let outcome = try await outcome(
                [.text("HTTP/1.1 200 OK\r\n\(head)\r\n"), .endless(chunk)], bytes: 100_000)
            #expect(outcome.kind == .tooLong(limit: 100_000))
            #expect(outcome.requests == 1)
        }
    }

    @Test("a head without end is read to the same limit")
    func endlessHead() async throws {
        let line = Data(
            (0..<40).map { "X-Line-\($0): \(String(repeating: "x", count: 90))\r\n" }
                .joined().utf8)
        let outcome = try await outcome(
            [.text("HTTP/1.1 200 OK\r\n"), .endless(line)], bytes: 100_000)
        #expect(outcome.kind == .tooLong(limit: 100_000))
        #expect(outcome.requests == 1)
    }

    @Test("what is not HTTP at all")
    func nonsense() async throws {
        let outcome = try await outcome([.text("SSH-2.0-OpenSSH_9.2\r\n"), .close])
        guard case .other = outcome.kind else {
            Issue.record("\(String(describing: outcome.kind))")
            return
        }
        #expect(outcome.requests == 1)
    }

    @Test(
        "errors are told in the service's words, and not repeated",
        arguments: [
            (
                401, #"{"error": {"message": "Incorrect API key", "type": "auth"}}"#,
                "Incorrect API key"
            ),
            (
                400, #"{"object": "error", "message": "too many images", "code": 400}"#,
                "too many images"
            ),
            (404, #"{"error": "model 'llava' not found"}"#, "model 'llava' not found"),
            (422, #"{"detail": [{"loc": ["body"], "msg": "field required"}]}"#, "field required"),
            (
                413, "<html><head><title>413 Too Large</title></head></html>",
                "a web page, 413 Too Large"
            ),
            (403, "", ""), (400, "line one\u{1B}[31m\nline two", "line one [31m line two"),
            (400, "[1, 2", "[1, 2"),
        ])
    func messages(status: Int, body: String, message: String) async throws {
        let outcome = try await outcome([.answer(status, body)])
        #expect(outcome.kind == .status(status, message: message, retryAfter: nil))
        #expect(outcome.requests == 1)
        #expect(pace.pauses.isEmpty)
    }

    @Test(
        "408, 429, 500, 502 and 503 are asked again, up to four times",
        arguments: [408, 429, 500, 502, 503])
    func repeated(status: Int) async throws {
        let outcome = try await outcome([.answer(status, "{}")])
        #expect(outcome.kind == .status(status, message: "", retryAfter: nil))
        #expect(outcome.requests == 4)
    }

    @Test("500, then success")
    func recovers() async throws {
        let count = Guarded(0)
        let server = try FaultServer { _ in
            [
                count.withLock {
                    $0 += 1; return $0
                } == 1 ? .answer(500, "{}") : .answer(200, "[7]")
            ]
        }
        defer { server.stop() }
        let response = try await client.send(try .to(server.address))
        #expect(response.body == Data("[7]".utf8))
        #expect(response.attempts == 2)
        #expect(pace.pauses == [.milliseconds(500)])
        // The body of the error was read to its end, so the connection could be used again.
        #expect(server.connections == 1)
    }

    @Test(
        "429 that names a pause is given it: seconds, or a date",
        arguments: [("7", 7.0), ("Sun, 06 Nov 1994 08:49:49 GMT", 12), ("0", 0), ("soon", 0.5)])
    func retryAfter(value: String, seconds: Double) async throws {
        let count = Guarded(0)
        let server = try FaultServer { _ in
            count.withLock {
                $0 += 1; return $0
            } == 1
                ? [.answer(429, "{}", headers: ["Retry-After: \(value)"])] : [.answer(200, "{}")]
        }
        defer { server.stop() }
        _ = try await client.send(try .to(server.address))
        #expect(pace.pauses == [.seconds(seconds)])
    }

    @Test("429 that names a pause beyond the time left: an error at once, which says so")
    func longPause() async throws {
        let server = try FaultServer { _ in [.answer(429, "{}", headers: ["Retry-After: 3600"])] }
        defer { server.stop() }
        let error = await client.failure(try .to(server.address))
        #expect(error?.kind == .status(429, message: "", retryAfter: .seconds(3600)))
        #expect(error?.description.contains("asks to wait 3600 s") == true)
        #expect(server.requests.count == 1)
        #expect(pace.pauses.isEmpty)
    }

    @Test("all attempts together keep to the total time")
    func total() async throws {
        let server = try FaultServer { _ in [.answer(503, "{}", headers: ["Retry-After: 20"])] }
        defer { server.stop() }
        let error = await client.failure(try .to(server.address, total: .seconds(50)))
        #expect(error?.attempts == 3)
        #expect(pace.pauses == [.seconds(20), .seconds(20)])
    }

    @Test(
        "a redirect to another host is not followed, and the key stays",
        arguments: [301, 302, 307, 308])
    func redirect(status: Int) async throws {
        let other = try FaultServer { _ in [.answer(200, "{}")] }
        let server = try FaultServer { _ in
            [.answer(status, "", headers: ["Location: \(other.address)/v1"])]
        }
        defer {
            server.stop()
            other.stop()
        }
        let error = await client.failure(try .to(server.address, key: "sk-123456"))
        #expect(error?.kind == .redirect(to: "127.0.0.1:\(other.port)"))
        #expect(other.connections == 0)
        #expect(server.requests.first?.header("Authorization") == "Bearer sk-123456")
    }

    @Test("a redirect inside the service is followed with its body, and not for ever")
    func redirectInside() async throws {
        let server = try FaultServer { request in
            switch request.path {
            case "/a": [.answer(308, "", headers: ["Location: /b"])]
            case "/b": [.answer(200, String(decoding: request.body, as: UTF8.self))]
            default: [.answer(307, "", headers: ["Location: /loop"])]
            }
        }
        defer { server.stop() }
        let response = try await client.send(try .to(server.address + "/a"))
        #expect(response.body == Data(#"{"question":"?"}"#.utf8))
        let error = await client.failure(try .to(server.address + "/loop"))
        #expect(error?.kind == .redirect(to: "127.0.0.1:\(server.port)"))
        #expect(server.requests.count == 6)
    }

    @Test("a key is in no error, even when the service repeats it, and in no description")
    func key() async throws {
        let key = "sk-verysecret-42"
        let server = try FaultServer { request in
            [
                .answer(
                    401,
                    #"{"error": {"message": "wrong: \#(request.header("Authorization") ?? "")"}}"#)
            ]
        }
        defer { server.stop() }
        let request = try HTTPRequest.to(server.address + "/p?token=q1w2e3", key: key)
        let error = try #require(await client.failure(request))
        var dumped = ""
        dump(request, to: &dumped)
        for text in ["\(error)", "\(request.key as Any)", "\(request.address)", "\(error.kind)"] {
            #expect(!text.contains(key) && !text.contains("q1w2e3"))
        }
        #expect(!dumped.contains(key))
        #expect("\(error)".contains("wrong: Bearer (key)"))
    }
}
