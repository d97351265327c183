internal import CCurl
internal import Foundation
internal import Synchronization

/// One attempt at a request: an easy handle of libcurl and what has come so far.
///
/// Unchecked: everything but `isCancelled` is touched by the loop's thread only, after `init`.
final class Exchange: @unchecked Sendable {
    /// Set by anybody; the loop looks at it when it is woken.
    let isCancelled = Atomic<Bool>(false)

    private let request: HTTPRequest
    private let timeout: Duration
    private let answer: CheckedContinuation<Result<RawAnswer, TransferError.Kind>, Never>
    private var easy: UnsafeMutableRawPointer?
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private let message = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    private var headers: [String: String] = [:]
    private var headBytes = 0
    private var body = Data()
    private var isTooLong = false

    init(
        _ request: HTTPRequest, timeout: Duration,
        answer: CheckedContinuation<Result<RawAnswer, TransferError.Kind>, Never>
    ) {
        self.request = request
        self.timeout = timeout
        self.answer = answer
        message.pointee = 0
    }

    deinit { message.deallocate() }

    /// The status, head and body of any answer, also of one that is an error.
    struct RawAnswer {
        let status: Int
        let headers: [String: String]
        let body: Data
        /// Where the service sends the request, in full.
        let redirect: String?
    }

    /// Makes the handle.
    ///
    /// - Returns: The handle, or nil when libcurl refuses an option or memory.
    func open(certificates: String?, agent: String) -> UnsafeMutableRawPointer? {
        guard let easy = curl_easy_init() else { return nil }
        self.easy = easy
        let context = Unmanaged.passUnretained(self).toOpaque()
        var lines = ["Accept: application/json", "Expect:"]
        if request.json != nil { lines.append("Content-Type: application/json") }
        if let key = request.key { lines.append("Authorization: Bearer \(key.text)") }
        for line in lines { headerList = curl_slist_append(headerList, line) }

        var codes = [
            ps_curl_set_string(easy, CURLOPT_URL, request.address.text),
            ps_curl_allow_only_http(easy),
            ps_curl_set_headers(easy, headerList),
            ps_curl_set_string(easy, CURLOPT_USERAGENT, agent),
            ps_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, message),
            ps_curl_set_pointer(easy, CURLOPT_PRIVATE, context),
            ps_curl_set_sinks(easy, Self.takeBody, Self.takeHead, context),
            // Signals belong to the program, and redirects to ``HTTPClient``.
            ps_curl_set_long(easy, CURLOPT_NOSIGNAL, 1),
            ps_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0),
            ps_curl_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1),
            ps_curl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2),
            ps_curl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1),
            ps_curl_set_long(
                easy, CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(request.limits.connect)),
            ps_curl_set_long(easy, CURLOPT_TIMEOUT_MS, Self.milliseconds(timeout)),
        ]
        if let certificates {
            codes.append(ps_curl_set_string(easy, CURLOPT_CAINFO, certificates))
        }
        if let json = request.json {
            codes.append(
                json.withUnsafeBytes { bytes in
                    bytes.baseAddress.map { ps_curl_set_body(easy, $0, bytes.count) }
                        ?? ps_curl_set_body(easy, "", 0)
                })
        }
        return codes.allSatisfy { $0 == CURLE_OK } ? easy : nil
    }

    /// Frees the handle, which must be out of its multi, and hands over how the attempt ended.
    func close(_ code: CURLcode) {
        let result = outcome(code)
        if let easy { curl_easy_cleanup(easy) }
        curl_slist_free_all(headerList)
        (easy, headerList) = (nil, nil)
        answer.resume(returning: result)
    }

    private func outcome(_ code: CURLcode) -> Result<RawAnswer, TransferError.Kind> {
        if isCancelled.load(ordering: .acquiring) { return .failure(.cancelled) }
        if isTooLong { return .failure(.tooLong(limit: request.limits.answerBytes)) }
        guard let easy else { return .failure(.other(reason: "libcurl refuses the request")) }
        let status = ps_curl_get_long(easy, CURLINFO_RESPONSE_CODE)
        if code != CURLE_OK {
            return .failure(
                CurlFailure.kind(
                    code, detail: String(cString: message), timeout: timeout,
                    connectTimeout: request.limits.connect,
                    isSent: ps_curl_get_long(easy, CURLINFO_REQUEST_SIZE) > 0,
                    isAnswered: status > 0))
        }
        let redirect = ps_curl_get_string(easy, CURLINFO_REDIRECT_URL).map { String(cString: $0) }
        return .success(
            RawAnswer(status: status, headers: headers, body: body, redirect: redirect))
    }

    private static func milliseconds(_ duration: Duration) -> Int {
        // 0 would mean for ever.
        max(1, Int(min(duration / .milliseconds(1), 1e9).rounded(.up)))
    }

    private static let takeBody: ps_curl_sink = { bytes, size, count, context in
        guard let context else { return 0 }
        let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
        return exchange.take(UnsafeRawBufferPointer(start: bytes, count: size * count))
    }

    private static let takeHead: ps_curl_sink = { bytes, size, count, context in
        guard let context else { return 0 }
        let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
        return exchange.takeLine(UnsafeRawBufferPointer(start: bytes, count: size * count))
    }

    private func take(_ piece: UnsafeRawBufferPointer) -> Int {
        guard body.count + piece.count <= request.limits.answerBytes else {
            isTooLong = true
            return 0
        }
        body.append(contentsOf: piece)
        return piece.count
    }

    private func takeLine(_ bytes: UnsafeRawBufferPointer) -> Int {
        headBytes += bytes.count
        guard headBytes <= request.limits.answerBytes else {
            isTooLong = true
            return 0
        }
        let line = String(decoding: bytes, as: UTF8.self)
        // A proxy's head, or that of a 100, comes before the real one.
        if line.hasPrefix("HTTP/") { headers = [:] }
        guard let colon = line.firstIndex(of: ":") else { return bytes.count }
        headers[line[..<colon].lowercased()] =
            line[line.index(after: colon)...].trimmingCharacters(in: .whitespacesAndNewlines)
        return bytes.count
    }
}
