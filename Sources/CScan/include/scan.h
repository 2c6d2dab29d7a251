// QR codes in a picture: the libraries of pictures, zbar and zxing-cpp behind one call that takes no pointers.
#ifndef FOB_SCAN_H
#define FOB_SCAN_H

// What came of a picture, which is also the exit status of fob-scan. Names and numbers stand in man/fob-scan.1.
enum {
    FOB_SCAN_FOUND = 0,
    FOB_SCAN_NONE = 1,
    FOB_SCAN_UNKNOWN = 2,
    FOB_SCAN_TOO_LARGE = 3,
    FOB_SCAN_DAMAGED = 4,
    FOB_SCAN_PDF = 5,
    FOB_SCAN_SVG = 6,
    // There may be codes, and there are pictures in the file that were not looked at.
    FOB_SCAN_MORE = 7,
    // HEIC or AVIF, for which the library was not loaded.
    FOB_SCAN_HEIF = 8,
    FOB_SCAN_SYSTEM = 71,
};

// Reads a picture to its end from one descriptor, and writes the text of each QR code in it to the other, as UTF-8: each
// line of it, without the empty ones. A line that is not printable becomes an empty one.
int fob_scan(int input, int output);

// Loads the library for HEIC and AVIF, which starts threads; false where it is not installed. Called before a sandbox closes.
int fob_heif_load(void);

// Points of the largest picture that is looked at.
#define FOB_SCAN_MOST_POINTS (64 << 20)
// The same for smaller pictures only, for tests that have many.
int fob_scan_within(int input, int output, unsigned points);

#endif
