#include <gcrypt.h>

// gcry_control takes variable arguments, which Swift does not call.
static inline void fob_gcrypt_disable_secure_memory(void) {
    gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
    gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
}
