internal import CCurl
internal import Foundation

/// The one table from libcurl's codes to ``TransferError/Kind``.
enum CurlFailure {
    /// What a code means.
    ///
    /// - Parameters:
    ///   - code: libcurl's code.
    ///   - detail: Its message, which may be empty.
    ///   - timeout: The limit of the attempt.
    ///   - connectTimeout: The limit until the connection stands.
    ///   - isSent: Whether the request, or a part of it, was sent.
    ///   - isAnswered: Whether a status has come.
    /// - Returns: What happened.
    static func kind(
        _ code: CURLcode, detail: String, timeout: Duration, connectTimeout: Duration,
        isSent: Bool, isAnswered: Bool
    ) -> TransferError.Kind {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: return .unknownHost
        case CURLE_COULDNT_RESOLVE_PROXY: return .noConnection(reason: "the proxy is unknown")
        case CURLE_COULDNT_CONNECT: return .noConnection(reason: "it was refused")
        case CURLE_OPERATION_TIMEDOUT:
            if isAnswered { return .timeout(timeout, .receiving) }
            return isSent
                ? .timeout(timeout, .waiting) : .connectTimeout(min(timeout, connectTimeout))
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_PINNEDPUBKEYNOTMATCH,
            CURLE_SSL_INVALIDCERTSTATUS:
            return .notTrusted(reason: text(code, detail))
        case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR,
            CURLE_HTTP2, CURLE_HTTP2_STREAM:
            return .cutOff
        default: return .other(reason: text(code, detail))
        }
    }

    private static func text(_ code: CURLcode, _ detail: String) -> String {
        detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
    }
}
