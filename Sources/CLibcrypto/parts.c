// What libcrypto's functions for curves and ciphers can do without, when they are called by name and not looked up: its
// providers, the texts of its errors, and the lists of all ciphers and hashes. A static program that has these has all of
// the library, whose tables of pointers each process gets a copy of: 200 KiB. Defined here, they are not taken from
// libcrypto.a; libcrypto.so, which tests use, has its own.
int ossl_default_provider_init(const void *handle, const void *in, const void **out, void **context);
int ossl_base_provider_init(const void *handle, const void *in, const void **out, void **context);
int ossl_null_provider_init(const void *handle, const void *in, const void **out, void **context);
int ossl_err_load_crypto_strings(void);
void openssl_add_all_ciphers_int(void);
void openssl_add_all_digests_int(void);

int ossl_default_provider_init(const void *handle, const void *in, const void **out, void **context) {
    (void)handle, (void)in, (void)out, (void)context;
    return 0;
}

int ossl_base_provider_init(const void *handle, const void *in, const void **out, void **context) {
    (void)handle, (void)in, (void)out, (void)context;
    return 0;
}

int ossl_null_provider_init(const void *handle, const void *in, const void **out, void **context) {
    (void)handle, (void)in, (void)out, (void)context;
    return 0;
}

int ossl_err_load_crypto_strings(void) { return 1; }
void openssl_add_all_ciphers_int(void) {}
void openssl_add_all_digests_int(void) {}
