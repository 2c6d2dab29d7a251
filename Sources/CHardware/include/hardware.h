// Hardware security keys by libfido2: what fob-hardware asks of them, as plain values, so that nothing of CTAP is read
// anywhere else.
#ifndef FOB_HARDWARE_H
#define FOB_HARDWARE_H
#include <stdint.h>

enum {
    FOB_KEY_OK = 0,
    // A PIN must be given; the one that was given is wrong; none is checked until the key was taken out; no tries are left;
    // there is none.
    FOB_KEY_PIN_NEEDED = 1,
    FOB_KEY_PIN_WRONG = 2,
    FOB_KEY_PIN_PAUSED = 3,
    FOB_KEY_PIN_BLOCKED = 4,
    FOB_KEY_PIN_NOT_SET = 5,
    // The credential is not of this key.
    FOB_KEY_NO_CREDENTIAL = 6,
    // Nobody has touched it in time; its user has said no, or the other side has gone away.
    FOB_KEY_TIMEOUT = 7,
    FOB_KEY_DENIED = 8,
    // It knows no hmac-secret.
    FOB_KEY_UNSUITABLE = 9,
    // It does not answer, or not as it should; `fob_key_fault` has libfido2's words.
    FOB_KEY_FAULT = 10,
};

// A key that is plugged in.
struct fob_key_info {
    char path[128];
    char name[192];
};

// Those that are there, at most `most`; how many, or less than 0.
int32_t fob_key_list(struct fob_key_info *found, int32_t most);

// A descriptor for a path: a hidraw(4) device that says that it is a security key. Less than 0, with errno.
int32_t fob_key_connect(const char *path);

// To be called before a sandbox is entered: what libcrypto reads when it is first used.
void fob_key_prepare(void);

struct fob_key;

// Speaks to the key behind a descriptor of a hidraw(4) device, or of a socket of packets that carries the same reports; it
// stays open. `parent` is a descriptor at whose end no answer is waited for any more. NULL, with the error, when there is none
// or it knows no CTAP2.
struct fob_key *fob_key_open(int32_t device, int32_t parent, int32_t *error);
void fob_key_close(struct fob_key *key);

// What it says of itself: that it computes secrets, that it has a PIN, that it verifies its user by itself, that it always
// does.
enum { FOB_KEY_COMPUTES = 1, FOB_KEY_HAS_PIN = 2, FOB_KEY_VERIFIES = 4, FOB_KEY_ALWAYS_VERIFIES = 8 };
int32_t fob_key_abilities(const struct fob_key *key);

// How many tries are left for the PIN; less than 0 when it does not say.
int32_t fob_key_tries(struct fob_key *key);

struct fob_credential {
    uint8_t id[1024];
    int32_t count;
};

// Has it make a credential that is not kept in it, with hmac-secret. `pin` may be NULL.
int32_t fob_key_make(
    struct fob_key *key, const char *site, int32_t verifies, const char *pin, struct fob_credential *made);

// Whether a credential is of this key: FOB_KEY_OK or FOB_KEY_NO_CREDENTIAL; no touch is asked for.
int32_t fob_key_has(struct fob_key *key, const char *site, const uint8_t *credential, int32_t count);

// What it computes of a salt of 32 bytes, into as many. `pin` may be NULL.
int32_t fob_key_secret(
    struct fob_key *key, const char *site, const uint8_t *credential, int32_t count, const uint8_t *salt,
    int32_t verifies, const char *pin, uint8_t *secret);

// What libfido2 says of the last FOB_KEY_FAULT.
const char *fob_key_fault(const struct fob_key *key);
#endif
