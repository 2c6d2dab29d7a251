#include <zlib.h>

// A macro there. Window bits of 15; with 16 more for the header of gzip (RFC 1952), negative for none (RFC 1951).
static inline int fob_inflate_begin(z_stream *stream, int bits) { return inflateInit2(stream, bits); }
