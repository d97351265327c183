/// The server's side of TLS for tests, with a certificate made on the spot, through OpenSSL.
#ifndef PT_TLS_H
#define PT_TLS_H

#include <stddef.h>

/// A key and a certificate that signs itself.
typedef struct pt_identity pt_identity;

/// An encrypted connection.
typedef struct pt_connection pt_connection;

/// Makes an identity.
///
/// @param names What it is valid for, as OpenSSL writes it, such as "IP:127.0.0.1" or "DNS:a.test".
/// @return Free with `pt_identity_free`; NULL when OpenSSL refuses.
pt_identity *_Nullable pt_identity_make(const char *_Nonnull names);

void pt_identity_free(pt_identity *_Nonnull identity);

/// Writes the certificate as PEM, by which a client may trust it.
///
/// @return Bytes written, or -1.
long pt_identity_certificate(
    const pt_identity *_Nonnull identity, char *_Nonnull text, size_t capacity);

/// Shakes hands on an accepted socket, which stays the caller's.
///
/// @return Free with `pt_close`; NULL when the client went away.
pt_connection *_Nullable pt_accept(const pt_identity *_Nonnull identity, int socket);

/// Reads up to `capacity` bytes; 0 or less at the end.
long pt_read(pt_connection *_Nonnull connection, void *_Nonnull bytes, size_t capacity);

/// Writes up to `count` bytes; 0 or less when the client went away.
long pt_write(pt_connection *_Nonnull connection, const void *_Nonnull bytes, size_t count);

void pt_close(pt_connection *_Nonnull connection);

#endif
