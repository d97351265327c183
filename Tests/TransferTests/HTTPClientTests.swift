import Foundation
import TestSupport
import Testing
import Transfer

@Suite("HTTP client", .timeLimit(.minutes(2)))
struct HTTPClientTests {
    @Test("a request is sent as it is meant: method, path, query, body, key, and nothing more")
    func request() async throws {
        let server = try FaultServer { _ in [.answer(200, #"{"a": 1}"#, headers: ["X-Id: 9"])] }
        defer { server.stop() }
        let client = try HTTPClient(agent: "promptscaler/1")
        let response = try await client.send(
            try .to(server.address + "/v1/x?version=2", key: " sk-1\n"))
        #expect(response.status == 200)
        #expect(response.headers["x-id"] == "9")
        #expect(response.body == Data(#"{"a": 1}"#.utf8))
        let sent = try #require(server.requests.first)
        #expect(sent.method == "POST")
        #expect(sent.path == "/v1/x?version=2")
        #expect(
            sent.headers.map { "\($0.name): \($0.value)" }.sorted() == [
                "Accept: application/json", "Authorization: Bearer sk-1", "Content-Length: 16",
                "Content-Type: application/json", "Host: 127.0.0.1:\(server.port)",
                "User-Agent: promptscaler/1",
            ])
        _ = try await client.send(HTTPRequest(try ServerAddress(server.address + "/v1/models")))
        #expect(server.requests.last?.method == "GET")
    }

    @Test("connections are used again")
    func reuse() async throws {
        let server = try FaultServer { _ in [.answer(200, "{}")] }
        defer { server.stop() }
        let client = try HTTPClient()
        for _ in 0..<20 { _ = try await client.send(try .to(server.address)) }
        #expect(server.connections == 1)
        #expect(server.requests.count == 20)
    }

    @Test("a large body arrives whole, and is not announced and waited for")
    func largeBody() async throws {
        let server = try FaultServer { [.answer(200, "\($0.body.count)")] }
        defer { server.stop() }
        var request = try HTTPRequest.to(server.address)
        request.json = Data(repeating: 0, count: 3 << 20)
        let response = try await HTTPClient().send(request)
        #expect(response.body == Data("\(3 << 20)".utf8))
        #expect(server.requests.first?.header("Expect") == nil)
    }

    @Test("no more requests are open than allowed, and every one is answered with its own answer")
    func concurrency() async throws {
        let server = try FaultServer { request in
            [.wait(.milliseconds(4)), .answer(200, request.path)]
        }
        defer { server.stop() }
        let client = try HTTPClient(concurrency: 3)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<60 {
                group.addTask {
                    let response = try await client.send(try .to(server.address + "/\(number)"))
                    return response.body == Data("/\(number)".utf8)
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
        #expect(server.mostOpen == 3)
        #expect(server.connections <= 3)
    }

    @Test("a cancelled task ends at once, open or waiting, and its place is free again")
    func cancellation() async throws {
        let server = try FaultServer { request in
            request.path == "/slow" ? [.wait(.seconds(50))] : [.answer(200, "{}")]
        }
        defer { server.stop() }
        let client = try HTTPClient(concurrency: 1)
        let start = ContinuousClock.now
        let tasks = (0..<3).map { _ in
            Task { await client.failure(try .to(server.address + "/slow")) }
        }
        while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(2)) }
        for task in tasks.reversed() { task.cancel() }
        for task in tasks { #expect(try await task.value?.kind == .cancelled) }
        _ = try await client.send(try .to(server.address))
        #expect(start.duration(to: .now) < .seconds(40))
        // Only what was open had been sent.
        #expect(server.requests.map(\.path).filter { $0 == "/slow" }.count == 1)
    }

    @Test("cancellation ends the pause between attempts")
    func cancelledPause() async throws {
        let server = try FaultServer { _ in [.answer(429, "{}", headers: ["Retry-After: 20"])] }
        defer { server.stop() }
        let client = try HTTPClient()
        let task = Task { await client.failure(try .to(server.address)) }
        while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(2)) }
        task.cancel()
        #expect(try await task.value?.kind == .cancelled)
    }

    @Test("clients come and go without leaving threads or connections")
    func lifetime() async throws {
        let server = try FaultServer { _ in [.answer(200, "{}")] }
        defer { server.stop() }
        for _ in 0..<50 { _ = try await HTTPClient().send(try .to(server.address)) }
        let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")
        let names = threads.compactMap {
            try? String(contentsOfFile: "/proc/self/task/\($0)/comm", encoding: .utf8)
        }
        #expect(names.filter { $0.hasPrefix("transfers") }.count < 40)
    }
}

@Suite("Retry policy")
struct RetryPolicyTests {
    @Test("pauses double up to the longest, and jitter takes at most half")
    func pauses() {
        let policy = RetryPolicy(
            attempts: 9, firstPause: .seconds(1), longestPause: .seconds(6))
        let plain = (1...5).map { policy.pause(after: $0, asked: nil, jitter: 0) }
        #expect(plain == [1, 2, 4, 6, 6].map { .seconds($0) })
        #expect(policy.pause(after: 2, asked: nil, jitter: 1) == .seconds(1))
        #expect(policy.pause(after: 1000, asked: nil, jitter: 0) == .seconds(6))
        #expect(policy.pause(after: 1, asked: .seconds(9), jitter: 0.5) == .milliseconds(9500))
    }
}

@Suite("Addresses and keys")
struct ServerAddressTests {
    @Test(
        "what is no address of a service is refused",
        arguments: [
            "", "localhost", "localhost:8000", "file:///etc/passwd", "ftp://a/b", "http://",
            "http:///v1", "http://user:pass@host/", "http://host:99999/", "http://ho st/",
        ])
    func refused(text: String) {
        #expect(throws: AddressError.self) { try ServerAddress(text) }
    }

    @Test("an address shows its host, and is remembered without its query")
    func shown() throws {
        let address = try ServerAddress("HTTPS://Example.com/v1/?key=123")
        #expect("\(address)" == "Example.com")
        #expect(address.identity == "https://example.com:443/v1")
        #expect(try ServerAddress("http://[::1]:80").identity.hasSuffix(":80"))
    }

    @Test("a key is one word of ASCII")
    func keys() {
        #expect(Secret("  abc\n") == Secret("abc"))
        for text in ["", " \n", "a b", "a\r\nX-Evil: 1", "clé"] { #expect(Secret(text) == nil) }
    }
}
