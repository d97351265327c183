/// SHA-256 through OpenSSL's libcrypto, whose own header Swift need not see.
#ifndef PS_DIGEST_H
#define PS_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/// Writes the SHA-256 of `length` bytes into `digest`.
///
/// @return 0, or -1 when the library refuses (it has been built without SHA-256).
int ps_sha256(
    const void *_Nullable bytes, size_t length, uint8_t digest[_Nonnull 32]);

/// The library's own name and version, such as "OpenSSL 3.0.15 3 Sep 2024".
const char *_Nonnull ps_digest_library(void);

#endif
