/// libcurl for Swift, which cannot call functions with variable arguments: each such function of
/// libcurl stands here once for every type that is passed. Everything else is libcurl's own.
#ifndef PS_CURL_H
#define PS_CURL_H

#include <curl/curl.h>
#include <stddef.h>

/// Sets an option that takes a number.
CURLcode ps_curl_set_long(CURL *_Nonnull easy, CURLoption option, long value);

/// Sets an option that takes text; libcurl copies it.
CURLcode ps_curl_set_string(CURL *_Nonnull easy, CURLoption option, const char *_Nullable value);

/// Sets an option that takes a pointer, which must stay valid as long as the handle uses it.
CURLcode ps_curl_set_pointer(CURL *_Nonnull easy, CURLoption option, void *_Nullable value);

/// Sets the request's headers; the list stays the caller's.
CURLcode ps_curl_set_headers(CURL *_Nonnull easy, struct curl_slist *_Nullable headers);

/// Makes the request a POST whose body is copied.
CURLcode ps_curl_set_body(CURL *_Nonnull easy, const void *_Nonnull bytes, size_t count);

/// A function that takes a piece of the answer: the whole body so far, or one line of its head.
///
/// @return `count` to go on; anything else ends the transfer.
typedef size_t (*ps_curl_sink)(
    char *_Nonnull bytes, size_t size, size_t count, void *_Nullable context);

/// Sets who takes the body and the lines of the head.
CURLcode ps_curl_set_sinks(
    CURL *_Nonnull easy, ps_curl_sink _Nonnull body, ps_curl_sink _Nonnull head,
    void *_Nullable context);

/// Allows http and https and no other protocol.
CURLcode ps_curl_allow_only_http(CURL *_Nonnull easy);

/// The number behind an information that is one, such as the status; -1 when there is none.
long ps_curl_get_long(CURL *_Nonnull easy, CURLINFO information);

/// The text behind an information that is text. It belongs to the handle.
const char *_Nullable ps_curl_get_string(CURL *_Nonnull easy, CURLINFO information);

/// Sets a number of a multi handle.
CURLMcode ps_curl_multi_set_long(CURLM *_Nonnull multi, CURLMoption option, long value);

/// The next transfer that has ended.
///
/// @param easy Set to its handle.
/// @param result Set to how it ended.
/// @return 1, or 0 when none has ended.
int ps_curl_multi_next_ended(
    CURLM *_Nonnull multi, CURL *_Nullable *_Nonnull easy, CURLcode *_Nonnull result);

#endif
