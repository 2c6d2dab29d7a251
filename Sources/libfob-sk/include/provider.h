// What OpenSSH and a security-key provider hand each other (its PROTOCOL.u2f and sk-api.h, version 10 of the interface):
// the layout is OpenSSH's, the words are ours. Memory in answers is OpenSSH's to free.
#ifndef FOB_PROVIDER_H
#define FOB_PROVIDER_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct fob_octets {
    uint8_t *start;
    size_t count;
};

struct fob_enrolled {
    uint8_t flags;
    struct fob_octets public_key;
    struct fob_octets key_handle;
    struct fob_octets signature;
    struct fob_octets attestation_certificate;
    struct fob_octets authenticator_data;
};

struct fob_signed {
    uint8_t flags;
    uint32_t counter;
    struct fob_octets r;
    struct fob_octets s;
};

struct fob_resident_key {
    uint32_t algorithm;
    size_t slot;
    char *application;
    struct fob_enrolled key;
    uint8_t flags;
    struct fob_octets user;
};

struct fob_option {
    char *name;
    char *value;
    uint8_t is_required;
};

_Static_assert(sizeof(struct fob_enrolled) == 88, "as OpenSSH has it");
_Static_assert(sizeof(struct fob_signed) == 40, "as OpenSSH has it");
_Static_assert(sizeof(struct fob_resident_key) == 136, "as OpenSSH has it");
_Static_assert(sizeof(struct fob_option) == 24, "as OpenSSH has it");

// The agent's socket, as fob's other programs look for it; where no runtime directory is named (a login without a session,
// cron) the usual one. -1 when it has no room in `path`.
static inline int fob_agent_path(char *path, size_t size) {
    const char *socket = getenv("FOB_SOCKET"), *home = getenv("FOB_HOME"), *runtime = getenv("XDG_RUNTIME_DIR");
    int count;
    if (socket && *socket) count = snprintf(path, size, "%s", socket);
    else if (home && *home) count = snprintf(path, size, "%s/agent.sock", home);
    else if (runtime && *runtime == '/') count = snprintf(path, size, "%s/fob/agent.sock", runtime);
    else count = snprintf(path, size, "/run/user/%u/fob/agent.sock", (unsigned)getuid());
    return count > 0 && (size_t)count < size ? 0 : -1;
}

#endif
