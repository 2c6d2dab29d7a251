/// What a FIDO security key looks like from outside: one report each way, of 64 bytes, without a number (CTAP 2.1,
/// section 11.2.8.1).
package enum Report {
    /// Bytes of a report.
    package static let count = 64

    /// The HID report descriptor, always the same: usage page FIDO alliance, usage authenticator, 64 bytes in, 64 out.
    package static let descriptor: [UInt8] = [
        0x06, 0xd0, 0xf1,  // usage page (FIDO alliance)
        0x09, 0x01,  // usage (authenticator)
        0xa1, 0x01,  // collection (application)
        0x09, 0x20, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x40, 0x81, 0x02,  // 64 bytes of data in
        0x09, 0x21, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x40, 0x91, 0x02,  // 64 bytes of data out
        0xc0,  // end of collection
    ]
}
