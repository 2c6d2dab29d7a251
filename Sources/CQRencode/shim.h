#include <errno.h>
#include <qrencode.h>

static inline int fob_qrencode_errno(void) { return errno; }
