// fob's security key in the hands of libfido2: libfido2 SOCKET es256|eddsa [PIN], or libfido2 SOCKET --set-pin PIN
//
// Registers a key with hmac-secret, checks its attestation, signs in twice, checks the signatures, compares the secrets,
// and, with a PIN, finds the key in the list of discoverable ones and removes it. Prints "ok" and a line of figures, or
// what is wrong.
#include <fido.h>
#include <fido/credman.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <openssl/ec.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char *site = "libfido2.example";
static unsigned char hash[32] = "what libfido2 hashes is passed";

static void check(int condition, const char *what) {
    if (condition) return;
    fprintf(stderr, "libfido2: %s\n", what);
    exit(1);
}

static void same(int found, int wanted, const char *what) {
    if (found == wanted) return;
    fprintf(stderr, "libfido2: %s: %d (%s) instead of %d\n", what, found, fido_strerr(found), wanted);
    exit(1);
}

// One report is one packet. libfido2 writes 65 octets, the first of them the report's number, and reads 64.
static void *door_open(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    int *number = malloc(sizeof *number);
    *number = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    if (*number < 0 || connect(*number, (struct sockaddr *)&address, sizeof address) != 0) {
        free(number);
        return NULL;
    }
    return number;
}

static void door_close(void *handle) {
    close(*(int *)handle);
    free(handle);
}

static int door_read(void *handle, unsigned char *octets, size_t count, int milliseconds) {
    struct pollfd wait = {.fd = *(int *)handle, .events = POLLIN};
    if (poll(&wait, 1, milliseconds) != 1) return -1;
    return (int)recv(*(int *)handle, octets, count, 0);
}

static int door_write(void *handle, const unsigned char *octets, size_t count) {
    return (int)send(*(int *)handle, octets, count, MSG_NOSIGNAL);
}

static fido_cred_t *new_key(int algorithm, int is_discoverable) {
    fido_cred_t *key = fido_cred_new();
    unsigned char user[] = {1, 2, 3};
    same(fido_cred_set_type(key, algorithm), FIDO_OK, "algorithm");
    same(fido_cred_set_clientdata_hash(key, hash, sizeof hash), FIDO_OK, "client data hash");
    same(fido_cred_set_rp(key, site, "libfido2"), FIDO_OK, "site");
    same(fido_cred_set_user(key, user, sizeof user, "alice", "Alice", NULL), FIDO_OK, "user");
    same(fido_cred_set_extensions(key, FIDO_EXT_HMAC_SECRET), FIDO_OK, "extensions");
    if (is_discoverable) same(fido_cred_set_rk(key, FIDO_OPT_TRUE), FIDO_OK, "discoverable");
    return key;
}

static void verify(const fido_assert_t *assertion, int algorithm, const fido_cred_t *key) {
    const unsigned char *octets = fido_cred_pubkey_ptr(key);
    size_t count = fido_cred_pubkey_len(key);
    if (algorithm == COSE_ES256) {
        es256_pk_t *public_key = es256_pk_new();
        same(es256_pk_from_ptr(public_key, octets, count), FIDO_OK, "public key");
        same(fido_assert_verify(assertion, 0, algorithm, public_key), FIDO_OK, "signature");
        es256_pk_free(&public_key);
    } else {
        eddsa_pk_t *public_key = eddsa_pk_new();
        same(eddsa_pk_from_ptr(public_key, octets, count), FIDO_OK, "public key");
        same(fido_assert_verify(assertion, 0, algorithm, public_key), FIDO_OK, "signature");
        eddsa_pk_free(&public_key);
    }
}

// The secret for a salt of one octet again and again.
static void sign_in(fido_dev_t *dev, int algorithm, const fido_cred_t *key, const char *pin, int salt,
                    unsigned char secret[32]) {
    fido_assert_t *assertion = fido_assert_new();
    unsigned char octets[32];
    memset(octets, salt, sizeof octets);
    same(fido_assert_set_rp(assertion, site), FIDO_OK, "site");
    same(fido_assert_set_clientdata_hash(assertion, hash, sizeof hash), FIDO_OK, "client data hash");
    same(fido_assert_allow_cred(assertion, fido_cred_id_ptr(key), fido_cred_id_len(key)), FIDO_OK, "list");
    same(fido_assert_set_extensions(assertion, FIDO_EXT_HMAC_SECRET), FIDO_OK, "extensions");
    same(fido_assert_set_hmac_salt(assertion, octets, sizeof octets), FIDO_OK, "salt");
    same(fido_dev_get_assert(dev, assertion, pin), FIDO_OK, "assertion");
    same((int)fido_assert_count(assertion), 1, "assertions");
    check((fido_assert_flags(assertion, 0) & 1) != 0, "presence");
    check(((fido_assert_flags(assertion, 0) & 4) != 0) == (pin != NULL), "verification");
    verify(assertion, algorithm, key);
    check(fido_assert_hmac_secret_len(assertion, 0) == 32, "secret");
    memcpy(secret, fido_assert_hmac_secret_ptr(assertion, 0), 32);
    fido_assert_free(&assertion);
}

// Finds the key among the discoverable ones, and removes it.
static void manage(fido_dev_t *dev, const fido_cred_t *key, const char *pin) {
    fido_credman_metadata_t *counts = fido_credman_metadata_new();
    same(fido_credman_get_dev_metadata(dev, counts, pin), FIDO_OK, "counts");
    check(fido_credman_rk_existing(counts) >= 1 && fido_credman_rk_remaining(counts) > 0, "counts");
    fido_credman_metadata_free(&counts);
    fido_credman_rp_t *sites = fido_credman_rp_new();
    same(fido_credman_get_dev_rp(dev, sites, pin), FIDO_OK, "sites");
    int is_there = 0;
    for (size_t index = 0; index < fido_credman_rp_count(sites); index++)
        is_there |= strcmp(fido_credman_rp_id(sites, index), site) == 0;
    check(is_there, "the site is not listed");
    fido_credman_rp_free(&sites);
    fido_credman_rk_t *keys = fido_credman_rk_new();
    same(fido_credman_get_dev_rk(dev, site, keys, pin), FIDO_OK, "keys");
    const fido_cred_t *found = fido_credman_rk(keys, 0);
    check(found && fido_cred_id_len(found) == fido_cred_id_len(key)
              && memcmp(fido_cred_id_ptr(found), fido_cred_id_ptr(key), fido_cred_id_len(key)) == 0,
          "the key is not listed");
    check(strcmp(fido_cred_user_name(found), "alice") == 0, "the user's name");
    same(fido_credman_del_dev_rk(dev, fido_cred_id_ptr(key), fido_cred_id_len(key), pin), FIDO_OK, "removal");
    fido_credman_rk_free(&keys);
}

int main(int count, char **words) {
    check(count == 3 || count == 4, "usage: libfido2 SOCKET es256|eddsa [PIN]");
    int algorithm = strcmp(words[2], "eddsa") == 0 ? COSE_EDDSA : COSE_ES256;
    const char *pin = count == 4 ? words[3] : NULL;
    fido_init(0);
    fido_dev_t *dev = fido_dev_new();
    fido_dev_io_t functions = {door_open, door_close, door_read, door_write};
    same(fido_dev_set_io_functions(dev, &functions), FIDO_OK, "functions");
    same(fido_dev_open(dev, words[1]), FIDO_OK, "opening");
    check(fido_dev_is_fido2(dev), "FIDO2");
    if (strcmp(words[2], "--set-pin") == 0) {
        same(fido_dev_set_pin(dev, pin, NULL), FIDO_OK, "a PIN");
        return 0;
    }
    fido_cbor_info_t *info = fido_cbor_info_new();
    same(fido_dev_get_cbor_info(dev, info), FIDO_OK, "information");

    fido_cred_t *key = new_key(algorithm, pin != NULL);
    same(fido_dev_make_cred(dev, key, pin), FIDO_OK, "registration");
    check(strcmp(fido_cred_fmt(key), "packed") == 0 && fido_cred_x5c_len(key) == 0, "attestation");
    same(fido_cred_verify_self(key), FIDO_OK, "attestation");

    fido_cred_t *again = new_key(algorithm, 0);
    same(fido_cred_exclude(again, fido_cred_id_ptr(key), fido_cred_id_len(key)), FIDO_OK, "excluded list");
    same(fido_dev_make_cred(dev, again, pin), FIDO_ERR_CREDENTIAL_EXCLUDED, "an excluded key");
    fido_cred_free(&again);

    unsigned char first[32], second[32], other[32];
    sign_in(dev, algorithm, key, pin, 1, first);
    sign_in(dev, algorithm, key, pin, 1, second);
    sign_in(dev, algorithm, key, pin, 2, other);
    check(memcmp(first, second, 32) == 0, "the same salt gives another secret");
    check(memcmp(first, other, 32) != 0, "another salt gives the same secret");
    if (pin) {
        int retries = 0;
        same(fido_dev_get_retry_count(dev, &retries), FIDO_OK, "tries");
        same(retries, 8, "tries");
        manage(dev, key, pin);
    }
    printf("ok: %s, %zu octets of authenticator data, AAGUID %02x%02x...\n", words[2], fido_cred_authdata_raw_len(key),
           fido_cbor_info_aaguid_ptr(info)[0], fido_cbor_info_aaguid_ptr(info)[1]);
    fido_cred_free(&key);
    fido_cbor_info_free(&info);
    fido_dev_close(dev);
    fido_dev_free(&dev);
    return 0;
}
