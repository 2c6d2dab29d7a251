#include <zlib.h>

// A macro there. The window bits of 15, and 16 for the header of gzip (RFC 1952).
static inline int fob_gzip_begin(z_stream *stream) { return inflateInit2(stream, 15 + 16); }
