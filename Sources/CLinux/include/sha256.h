// SHA-256 (FIPS 180-4) by the processor's own instructions. libsodium has it in C only, which takes seven times as long.
#ifndef FOB_SHA256_H
#define FOB_SHA256_H

#include <stddef.h>
#include <stdint.h>

// Whether this processor has them.
int fob_sha256_has_instructions(void);

// Takes in whole blocks of 64 bytes. Only where there are such instructions.
void fob_sha256_blocks(uint32_t state[8], const uint8_t *bytes, size_t blocks);

#endif
