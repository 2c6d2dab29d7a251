// The functions of libfob-sk as OpenSSH declares them (its sk-api.h), and what OpenSSH does with their answers: it reads
// all of them and gives the memory back.
#ifndef FOB_FUZZ_PROVIDER_H
#define FOB_FUZZ_PROVIDER_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

struct fuzz_octets {
    uint8_t *start;
    size_t count;
};
struct fuzz_enrolled {
    uint8_t flags;
    struct fuzz_octets parts[5];
};
struct fuzz_signed {
    uint8_t flags;
    uint32_t counter;
    struct fuzz_octets r, s;
};
struct fuzz_resident {
    uint32_t algorithm;
    size_t slot;
    char *application;
    struct fuzz_enrolled key;
    uint8_t flags;
    struct fuzz_octets user;
};
struct fuzz_option {
    char *name;
    char *value;
    uint8_t required;
};

int sk_enroll(uint32_t algorithm, const uint8_t *challenge, size_t count, const char *application, uint8_t flags,
              const char *pin, struct fuzz_option **options, struct fuzz_enrolled **answer);
int sk_sign(uint32_t algorithm, const uint8_t *data, size_t count, const char *application, const uint8_t *handle,
            size_t handle_count, uint8_t flags, const char *pin, struct fuzz_option **options, struct fuzz_signed **answer);
int sk_load_resident_keys(const char *pin, struct fuzz_option **options, struct fuzz_resident ***answer, size_t *count);

static inline unsigned fuzz_use(struct fuzz_octets octets) {
    unsigned sum = 0;
    for (size_t i = 0; i < octets.count; i++) sum += octets.start[i];
    free(octets.start);
    return sum;
}
static inline unsigned fuzz_use_enrolled(const struct fuzz_enrolled *key) {
    unsigned sum = key->flags;
    for (int i = 0; i < 5; i++) sum += fuzz_use(key->parts[i]);
    return sum;
}

// One operation with the agent that is there; the numbers choose which.
static inline unsigned fuzz_provider(unsigned operation, uint8_t flags) {
    static const uint8_t data[100] = {1, 2, 3};
    struct fuzz_option user = {(char *)"user", (char *)"alice", 0}, *options[] = {&user, NULL};
    unsigned sum = 0;
    if (operation % 3 == 0) {
        struct fuzz_enrolled *key = NULL;
        if (sk_enroll(operation / 3 % 2, data, 32, "ssh:", flags, NULL, options, &key) != 0) return 0;
        sum = fuzz_use_enrolled(key);
        free(key);
    } else if (operation % 3 == 1) {
        struct fuzz_signed *signature = NULL;
        if (sk_sign(operation / 3 % 2, data, sizeof data, "ssh:", data, 32, flags, NULL, NULL, &signature) != 0) return 0;
        sum = signature->flags + signature->counter + fuzz_use(signature->r) + fuzz_use(signature->s);
        free(signature);
    } else {
        struct fuzz_resident **keys = NULL;
        size_t count = 0;
        if (sk_load_resident_keys(NULL, options, &keys, &count) != 0) return 0;
        for (size_t i = 0; i < count; i++) {
            for (const char *letter = keys[i]->application; *letter; letter++) sum += (unsigned)*letter;
            free(keys[i]->application);
            sum += keys[i]->algorithm + fuzz_use_enrolled(&keys[i]->key) + fuzz_use(keys[i]->user);
            free(keys[i]);
        }
        free(keys);
    }
    return sum;
}

#endif
