// The functions for numbers and points are old, and the only ones that take a nonce of the caller's.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// Memory for the library that is wiped when it is given back: some of its functions leave parts of a private key in what
// they free. Each piece has its size in front.
enum { FOB_OPENSSL_HEAD = 16 };

static inline void *fob_openssl_allocate(size_t count, const char *file, int line) {
    (void)file, (void)line;
    if (count > SIZE_MAX - FOB_OPENSSL_HEAD) return NULL;
    unsigned char *start = (unsigned char *)malloc(count + FOB_OPENSSL_HEAD);
    if (start == NULL) return NULL;
    memcpy(start, &count, sizeof count);
    return start + FOB_OPENSSL_HEAD;
}

static inline void fob_openssl_release(void *piece, const char *file, int line) {
    (void)file, (void)line;
    if (piece == NULL) return;
    unsigned char *start = (unsigned char *)piece - FOB_OPENSSL_HEAD;
    size_t count;
    memcpy(&count, start, sizeof count);
    OPENSSL_cleanse(piece, count);
    free(start);
}

static inline void *fob_openssl_reallocate(void *piece, size_t count, const char *file, int line) {
    if (piece == NULL) return fob_openssl_allocate(count, file, line);
    if (count == 0) {
        fob_openssl_release(piece, file, line);
        return NULL;
    }
    size_t before;
    memcpy(&before, (unsigned char *)piece - FOB_OPENSSL_HEAD, sizeof before);
    void *other = fob_openssl_allocate(count, file, line);
    if (other == NULL) return NULL;
    memcpy(other, piece, before < count ? before : count);
    fob_openssl_release(piece, file, line);
    return other;
}

// Before anything else is asked of the library: whether its memory is the above from now on. No configuration file is
// read, which could name modules to load.
static inline int fob_openssl_prepare(void) {
    int wipes = CRYPTO_set_mem_functions(fob_openssl_allocate, fob_openssl_reallocate, fob_openssl_release);
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL);
    return wipes;
}
