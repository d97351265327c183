#include "CDigest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

int ps_sha256(const void *bytes, size_t length, uint8_t digest[32])
{
    // An empty file maps to a null pointer, which EVP_Digest need not accept.
    const void *start = bytes != NULL ? bytes : "";
    unsigned int written = 0;
    int ok = EVP_Digest(start, length, digest, &written, EVP_sha256(), NULL);
    return ok == 1 && written == 32 ? 0 : -1;
}

const char *ps_digest_library(void)
{
    return OpenSSL_version(OPENSSL_VERSION);
}
