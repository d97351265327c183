#include "CTestTLS.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

struct pt_identity {
    SSL_CTX *context;
    X509 *certificate;
};

struct pt_connection {
    SSL *ssl;
};

static X509 *self_signed(EVP_PKEY *key, const char *names)
{
    X509 *certificate = X509_new();
    if (certificate == NULL) return NULL;
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME *name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(
        name, "CN", MBSTRING_ASC, (const unsigned char *)"test", -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names);
    int ok = extension != NULL && X509_add_ext(certificate, extension, -1)
        && X509_sign(certificate, key, EVP_sha256()) > 0;
    X509_EXTENSION_free(extension);
    if (!ok) {
        X509_free(certificate);
        return NULL;
    }
    return certificate;
}

pt_identity *pt_identity_make(const char *names)
{
    pt_identity *identity = calloc(1, sizeof *identity);
    EVP_PKEY *key = EVP_EC_gen("P-256");
    if (identity == NULL || key == NULL) goto failed;
    identity->certificate = self_signed(key, names);
    identity->context = SSL_CTX_new(TLS_server_method());
    if (identity->certificate == NULL || identity->context == NULL
        || SSL_CTX_use_certificate(identity->context, identity->certificate) != 1
        || SSL_CTX_use_PrivateKey(identity->context, key) != 1)
        goto failed;
    EVP_PKEY_free(key);
    return identity;
failed:
    EVP_PKEY_free(key);
    if (identity != NULL) pt_identity_free(identity);
    return NULL;
}

void pt_identity_free(pt_identity *identity)
{
    SSL_CTX_free(identity->context);
    X509_free(identity->certificate);
    free(identity);
}

long pt_identity_certificate(const pt_identity *identity, char *text, size_t capacity)
{
    BIO *memory = BIO_new(BIO_s_mem());
    if (memory == NULL) return -1;
    char *start = NULL;
    long count = -1;
    if (PEM_write_bio_X509(memory, identity->certificate) == 1) {
        count = BIO_get_mem_data(memory, &start);
        if (count < 0 || (size_t)count > capacity) count = -1;
        else memcpy(text, start, (size_t)count);
    }
    BIO_free(memory);
    return count;
}

pt_connection *pt_accept(const pt_identity *identity, int socket)
{
    SSL *ssl = SSL_new(identity->context);
    if (ssl == NULL) return NULL;
    pt_connection *connection = malloc(sizeof *connection);
    if (connection == NULL || SSL_set_fd(ssl, socket) != 1 || SSL_accept(ssl) != 1) {
        SSL_free(ssl);
        free(connection);
        return NULL;
    }
    connection->ssl = ssl;
    return connection;
}

long pt_read(pt_connection *connection, void *bytes, size_t capacity)
{
    return SSL_read(connection->ssl, bytes, (int)capacity);
}

long pt_write(pt_connection *connection, const void *bytes, size_t count)
{
    return SSL_write(connection->ssl, bytes, (int)count);
}

void pt_close(pt_connection *connection)
{
    SSL_free(connection->ssl);
    free(connection);
}
