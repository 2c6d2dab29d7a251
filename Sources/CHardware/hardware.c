// A client of libfido2. It is C because what is read and written passes through functions that libfido2 calls.
#include "hardware.h"
#include <errno.h>
#include <fcntl.h>
#include <fido.h>
#include <linux/hidraw.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

// Keys give up by themselves after 30 seconds or so.
#define PATIENCE 60000
// For what takes no person.
#define QUICK 5000
#define HIDRAW "/dev/hidraw"

struct fob_key {
    fido_dev_t *dev;
    int device, parent;
    int is_socket, has_gone;
    const char *fault;
};

// libfido2 hands no context to the functions that it calls.
static struct fob_key *current;

static void *opened(const char *path) {
    (void)path;
    return current;
}

static void closed(void *handle) { (void)handle; }

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

// One report. libfido2 reads 64 octets, and writes 65, the first of them the report's number.
static int taken(void *handle, unsigned char *octets, size_t count, int milliseconds) {
    struct fob_key *key = handle;
    int64_t end = milliseconds < 0 ? -1 : now() + milliseconds;
    for (;;) {
        struct pollfd wait[2] = {{.fd = key->device, .events = POLLIN}, {.fd = key->parent, .events = 0}};
        int64_t left = end < 0 ? -1 : end - now();
        if (end >= 0 && left < 0) return -1;
        int ready = poll(wait, 2, left > 0x7fffffff ? 0x7fffffff : (int)left);
        if (ready < 0 && errno == EINTR) continue;
        // Whoever waited for the answer has gone.
        if (ready > 0 && wait[1].revents & (POLLHUP | POLLERR | POLLNVAL)) key->has_gone = 1;
        if (ready <= 0 || key->has_gone || !(wait[0].revents & POLLIN)) return -1;
        return (int)read(key->device, octets, count);
    }
}

static int given(void *handle, const unsigned char *octets, size_t count) {
    struct fob_key *key = handle;
    return key->is_socket ? (int)send(key->device, octets, count, MSG_NOSIGNAL) : (int)write(key->device, octets, count);
}

int32_t fob_key_list(struct fob_key_info *found, int32_t most) {
    fido_init(0);
    size_t count = 0;
    fido_dev_info_t *list = fido_dev_info_new((size_t)most);
    if (!list) return -1;
    int result = fido_dev_info_manifest(list, (size_t)most, &count);
    int32_t kept = 0;
    for (size_t i = 0; result == FIDO_OK && i < count; i++) {
        const fido_dev_info_t *info = fido_dev_info_ptr(list, i);
        const char *path = fido_dev_info_path(info);
        const char *maker = fido_dev_info_manufacturer_string(info), *product = fido_dev_info_product_string(info);
        if (!path || strncmp(path, HIDRAW, strlen(HIDRAW)) != 0 || strlen(path) >= sizeof found->path) continue;
        strcpy(found[kept].path, path);
        snprintf(found[kept].name, sizeof found->name, "%s %s", maker ? maker : "", product ? product : "");
        kept++;
    }
    fido_dev_info_free(&list, (size_t)most);
    return result == FIDO_OK ? kept : -1;
}

// Whether its reports are those of security keys: the usage page 0xF1D0 comes first in their description.
static int is_security_key(int device) {
    static const unsigned char page[] = {0x06, 0xD0, 0xF1};
    struct hidraw_report_descriptor description;
    int size = 0;
    if (ioctl(device, HIDIOCGRDESCSIZE, &size) < 0 || size < (int)sizeof page || size > HID_MAX_DESCRIPTOR_SIZE) return 0;
    memset(&description, 0, sizeof description);
    description.size = (unsigned)size;
    if (ioctl(device, HIDIOCGRDESC, &description) < 0) return 0;
    return memcmp(description.value, page, sizeof page) == 0;
}

int32_t fob_key_connect(const char *path) {
    struct stat status;
    int device = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (device < 0) return -1;
    if (fstat(device, &status) != 0 || !S_ISCHR(status.st_mode) || !is_security_key(device)) {
        close(device);
        errno = ENODEV;
        return -1;
    }
    return device;
}

void fob_key_prepare(void) {
    fido_init(0);
    OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL);
    EVP_PKEY_free(EVP_EC_gen("P-256"));
    EVP_MD_free(EVP_MD_fetch(NULL, "SHA256", NULL));
    EVP_CIPHER_free(EVP_CIPHER_fetch(NULL, "AES-256-CBC", NULL));
    EVP_MAC_free(EVP_MAC_fetch(NULL, "HMAC", NULL));
    // What reads the time zone does so once.
    tzset();
}

static int32_t outcome(struct fob_key *key, int result) {
    switch (result) {
    case FIDO_OK: return FOB_KEY_OK;
    case FIDO_ERR_PIN_REQUIRED:
    case FIDO_ERR_PIN_TOKEN_EXPIRED:
    case FIDO_ERR_UV_BLOCKED:
    case FIDO_ERR_UV_INVALID: return FOB_KEY_PIN_NEEDED;
    case FIDO_ERR_PIN_INVALID: return FOB_KEY_PIN_WRONG;
    case FIDO_ERR_PIN_AUTH_BLOCKED: return FOB_KEY_PIN_PAUSED;
    case FIDO_ERR_PIN_BLOCKED: return FOB_KEY_PIN_BLOCKED;
    case FIDO_ERR_PIN_NOT_SET: return FOB_KEY_PIN_NOT_SET;
    case FIDO_ERR_NO_CREDENTIALS:
    case FIDO_ERR_INVALID_CREDENTIAL: return FOB_KEY_NO_CREDENTIAL;
    case FIDO_ERR_TIMEOUT:
    case FIDO_ERR_ACTION_TIMEOUT:
    case FIDO_ERR_USER_ACTION_TIMEOUT: return FOB_KEY_TIMEOUT;
    case FIDO_ERR_OPERATION_DENIED:
    case FIDO_ERR_NOT_ALLOWED:
    case FIDO_ERR_KEEPALIVE_CANCEL: return FOB_KEY_DENIED;
    case FIDO_ERR_UNSUPPORTED_EXTENSION:
    case FIDO_ERR_UNSUPPORTED_ALGORITHM:
    case FIDO_ERR_UNSUPPORTED_OPTION: return FOB_KEY_UNSUITABLE;
    default: key->fault = fido_strerr(result); return FOB_KEY_FAULT;
    }
}

struct fob_key *fob_key_open(int32_t device, int32_t parent, int32_t *error) {
    struct stat status;
    fido_dev_io_t functions = {opened, closed, taken, given};
    struct fob_key *key = calloc(1, sizeof *key);
    *error = FOB_KEY_FAULT;
    if (!key) return NULL;
    key->device = device;
    key->parent = parent;
    key->is_socket = fstat(device, &status) == 0 && S_ISSOCK(status.st_mode);
    current = key;
    key->dev = fido_dev_new();
    int result = key->dev ? fido_dev_set_io_functions(key->dev, &functions) : FIDO_ERR_INTERNAL;
    if (result == FIDO_OK) result = fido_dev_set_timeout(key->dev, QUICK);
    if (result == FIDO_OK) result = fido_dev_open(key->dev, "key");
    if (result == FIDO_OK && fido_dev_is_fido2(key->dev)) return key;
    *error = result == FIDO_OK ? FOB_KEY_UNSUITABLE : outcome(key, result);
    fob_key_close(key);
    return NULL;
}

void fob_key_close(struct fob_key *key) {
    if (!key) return;
    if (key->dev) {
        // What it waits for is over.
        if (key->has_gone) fido_dev_cancel(key->dev);
        fido_dev_close(key->dev);
        fido_dev_free(&key->dev);
    }
    free(key);
}

int32_t fob_key_abilities(const struct fob_key *key) {
    int32_t found = 0;
    fido_cbor_info_t *info = fido_cbor_info_new();
    if (!info) return 0;
    if (fido_dev_get_cbor_info(key->dev, info) == FIDO_OK) {
        char **extensions = fido_cbor_info_extensions_ptr(info), **options = fido_cbor_info_options_name_ptr(info);
        const bool *values = fido_cbor_info_options_value_ptr(info);
        for (size_t i = 0; i < fido_cbor_info_extensions_len(info); i++)
            if (strcmp(extensions[i], "hmac-secret") == 0) found |= FOB_KEY_COMPUTES;
        for (size_t i = 0; i < fido_cbor_info_options_len(info); i++)
            if (strcmp(options[i], "alwaysUv") == 0 && values[i]) found |= FOB_KEY_ALWAYS_VERIFIES;
        if (fido_dev_has_pin(key->dev)) found |= FOB_KEY_HAS_PIN;
        if (fido_dev_has_uv(key->dev)) found |= FOB_KEY_VERIFIES;
    }
    fido_cbor_info_free(&info);
    return found;
}

int32_t fob_key_tries(struct fob_key *key) {
    int tries = -1;
    fido_dev_set_timeout(key->dev, QUICK);
    return fido_dev_get_retry_count(key->dev, &tries) == FIDO_OK ? tries : -1;
}

// A challenge that nobody looks at: what is signed is of no use to anybody.
static int challenge(unsigned char hash[32]) { return getrandom(hash, 32, 0) == 32 ? FIDO_OK : FIDO_ERR_INTERNAL; }

int32_t fob_key_make(
    struct fob_key *key, const char *site, int32_t verifies, const char *pin, struct fob_credential *made) {
    unsigned char hash[32];
    fido_cred_t *credential = fido_cred_new();
    if (!credential) return outcome(key, FIDO_ERR_INTERNAL);
    int result = challenge(hash);
    if (result == FIDO_OK) result = fido_cred_set_type(credential, COSE_ES256);
    if (result == FIDO_OK) result = fido_cred_set_clientdata_hash(credential, hash, sizeof hash);
    if (result == FIDO_OK) result = fido_cred_set_rp(credential, site, site);
    // Its user is nobody: the vault is not named.
    if (result == FIDO_OK) result = fido_cred_set_user(credential, hash, 16, "vault", NULL, NULL);
    if (result == FIDO_OK) result = fido_cred_set_extensions(credential, FIDO_EXT_HMAC_SECRET);
    if (result == FIDO_OK && verifies && !pin) result = fido_cred_set_uv(credential, FIDO_OPT_TRUE);
    fido_dev_set_timeout(key->dev, PATIENCE);
    if (result == FIDO_OK) result = fido_dev_make_cred(key->dev, credential, pin);
    size_t count = fido_cred_id_len(credential);
    if (result == FIDO_OK && (count == 0 || count > sizeof made->id)) result = FIDO_ERR_INVALID_ARGUMENT;
    if (result == FIDO_OK) {
        memcpy(made->id, fido_cred_id_ptr(credential), count);
        made->count = (int32_t)count;
    }
    fido_cred_free(&credential);
    return outcome(key, result);
}

static int asked(
    fido_assert_t *assertion, const char *site, const uint8_t *credential, int32_t count, unsigned char hash[32]) {
    int result = challenge(hash);
    if (result == FIDO_OK) result = fido_assert_set_rp(assertion, site);
    if (result == FIDO_OK) result = fido_assert_set_clientdata_hash(assertion, hash, 32);
    if (result == FIDO_OK) result = fido_assert_allow_cred(assertion, credential, (size_t)count);
    return result;
}

int32_t fob_key_has(struct fob_key *key, const char *site, const uint8_t *credential, int32_t count) {
    unsigned char hash[32];
    fido_assert_t *assertion = fido_assert_new();
    if (!assertion) return outcome(key, FIDO_ERR_INTERNAL);
    int result = asked(assertion, site, credential, count, hash);
    if (result == FIDO_OK) result = fido_assert_set_up(assertion, FIDO_OPT_FALSE);
    fido_dev_set_timeout(key->dev, QUICK);
    if (result == FIDO_OK) result = fido_dev_get_assert(key->dev, assertion, NULL);
    fido_assert_free(&assertion);
    // It knows the credential, and wants more before it signs.
    if (result == FIDO_ERR_PIN_REQUIRED || result == FIDO_ERR_UP_REQUIRED) return FOB_KEY_OK;
    return outcome(key, result);
}

int32_t fob_key_secret(
    struct fob_key *key, const char *site, const uint8_t *credential, int32_t count, const uint8_t *salt,
    int32_t verifies, const char *pin, uint8_t *secret) {
    unsigned char hash[32];
    fido_assert_t *assertion = fido_assert_new();
    if (!assertion) return outcome(key, FIDO_ERR_INTERNAL);
    int result = asked(assertion, site, credential, count, hash);
    if (result == FIDO_OK) result = fido_assert_set_extensions(assertion, FIDO_EXT_HMAC_SECRET);
    if (result == FIDO_OK) result = fido_assert_set_hmac_salt(assertion, salt, 32);
    if (result == FIDO_OK && verifies && !pin) result = fido_assert_set_uv(assertion, FIDO_OPT_TRUE);
    fido_dev_set_timeout(key->dev, PATIENCE);
    if (result == FIDO_OK) result = fido_dev_get_assert(key->dev, assertion, pin);
    if (result == FIDO_OK && fido_assert_hmac_secret_len(assertion, 0) != 32) result = FIDO_ERR_UNSUPPORTED_EXTENSION;
    if (result == FIDO_OK) memcpy(secret, fido_assert_hmac_secret_ptr(assertion, 0), 32);
    fido_assert_free(&assertion);
    return outcome(key, result);
}

const char *fob_key_fault(const struct fob_key *key) { return key->fault ? key->fault : "no answer"; }
