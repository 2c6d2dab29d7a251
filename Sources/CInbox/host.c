#include "inbox.h"
#include <idn2.h>
#include <string.h>

int32_t fob_host_in_ascii(const char *host, char *ascii, int32_t size) {
    char *made = NULL;
    // Not with the rules of STD3: the library drops what they forbid, and makes one host of another.
    if (idn2_to_ascii_8z(host, &made, IDN2_NONTRANSITIONAL) != IDN2_OK) return -1;
    size_t length = strlen(made);
    int32_t result = length < (size_t)size ? (int32_t)length : -1;
    if (result >= 0) memcpy(ascii, made, length + 1);
    idn2_free(made);
    return result;
}
