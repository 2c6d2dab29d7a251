extension FileDescriptor {
    /// Appends what one `read(2)` brings, at most `most` bytes and what is free; 0 means the end.
    ///
    /// - Throws: `SystemError`, with `EAGAIN` when a non-blocking descriptor has nothing.
    package borrowing func read(into buffer: inout LockedBuffer, most: Int = .max) throws(SystemError) -> Int {
        try buffer.append { (output: inout OutputSpan<UInt8>) throws(SystemError) in
            try read(into: &output, most: most)
        }
    }
}
