#include "CCurl.h"

// The names in parentheses are the functions; without, they are macros that check types, which
// nothing here can satisfy for every option at once.

CURLcode ps_curl_set_long(CURL *easy, CURLoption option, long value)
{
    return (curl_easy_setopt)(easy, option, value);
}

CURLcode ps_curl_set_string(CURL *easy, CURLoption option, const char *value)
{
    return (curl_easy_setopt)(easy, option, value);
}

CURLcode ps_curl_set_pointer(CURL *easy, CURLoption option, void *value)
{
    return (curl_easy_setopt)(easy, option, value);
}

CURLcode ps_curl_set_headers(CURL *easy, struct curl_slist *headers)
{
    return (curl_easy_setopt)(easy, CURLOPT_HTTPHEADER, headers);
}

CURLcode ps_curl_set_body(CURL *easy, const void *bytes, size_t count)
{
    // The size first: without it the copy would end at the first zero.
    CURLcode code =
        (curl_easy_setopt)(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
    if (code != CURLE_OK) return code;
    return (curl_easy_setopt)(easy, CURLOPT_COPYPOSTFIELDS, bytes);
}

CURLcode ps_curl_set_sinks(CURL *easy, ps_curl_sink body, ps_curl_sink head, void *context)
{
    CURLcode code = (curl_easy_setopt)(easy, CURLOPT_WRITEFUNCTION, body);
    if (code == CURLE_OK) code = (curl_easy_setopt)(easy, CURLOPT_WRITEDATA, context);
    if (code == CURLE_OK) code = (curl_easy_setopt)(easy, CURLOPT_HEADERFUNCTION, head);
    if (code == CURLE_OK) code = (curl_easy_setopt)(easy, CURLOPT_HEADERDATA, context);
    return code;
}

CURLcode ps_curl_allow_only_http(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075500
    return (curl_easy_setopt)(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    return (curl_easy_setopt)(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

long ps_curl_get_long(CURL *easy, CURLINFO information)
{
    long value = -1;
    return (curl_easy_getinfo)(easy, information, &value) == CURLE_OK ? value : -1;
}

const char *ps_curl_get_string(CURL *easy, CURLINFO information)
{
    char *value = NULL;
    return (curl_easy_getinfo)(easy, information, &value) == CURLE_OK ? value : NULL;
}

CURLMcode ps_curl_multi_set_long(CURLM *multi, CURLMoption option, long value)
{
    return (curl_multi_setopt)(multi, option, value);
}

int ps_curl_multi_next_ended(CURLM *multi, CURL **easy, CURLcode *result)
{
    int left = 0;
    for (;;) {
        CURLMsg *message = curl_multi_info_read(multi, &left);
        if (message == NULL) return 0;
        if (message->msg != CURLMSG_DONE) continue;
        *easy = message->easy_handle;
        *result = message->data.result;
        return 1;
    }
}
