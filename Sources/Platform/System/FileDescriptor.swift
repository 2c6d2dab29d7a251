import CLinux

/// An open file, socket or the like; closed when it goes out of scope.
// Frozen, because Embedded Swift wants it so of what discards itself.
@frozen
package struct FileDescriptor: ~Copyable, Sendable {
    /// The kernel's number.
    package let number: Int32

    /// Takes over an open descriptor.
    package init(owning number: Int32) { self.number = number }

    deinit { close(number) }

    /// Asks for more descriptors, as far as the hard limit allows; never for fewer.
    package static func raiseLimit(to count: Int32) { fob_raise_descriptor_limit(UInt(max(count, 0))) }

    /// How many descriptors the process may have open.
    package static var limit: Int32 { fob_descriptor_limit() }

    /// Gives the number up without closing it.
    package consuming func release() -> Int32 {
        let number = number
        discard self
        return number
    }

    /// Appends what one `read(2)` brings to memory that is not locked, for what is not secret: at most `most` bytes and
    /// what is free; 0 means the end.
    ///
    /// - Throws: `SystemError`, with `EAGAIN` when a non-blocking descriptor has nothing.
    package borrowing func read(into output: inout OutputSpan<UInt8>, most: Int = .max) throws(SystemError) -> Int {
        var result = 0
        unsafe output.withUnsafeMutableBufferPointer { buffer, used in
            guard let base = buffer.baseAddress else { return }
            repeat {
                result = unsafe CLinux.read(number, base + used, min(most, buffer.count - used))
            } while result < 0 && fob_errno() == EINTR
            if result > 0 { used += result }
        }
        guard result >= 0 else { throw SystemError("read") }
        return result
    }

    /// Whether something can be read, or the end has come, within a time.
    package borrowing func isReadable(within milliseconds: Int32) -> Bool {
        var wanted = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&wanted, 1, milliseconds) > 0
    }

    /// Waits until something can be read here or from another descriptor, or one of them is at its end.
    ///
    /// - Returns: of which that is so.
    package borrowing func wait(or other: Int32) -> (here: Bool, there: Bool) {
        var wanted: [2 of pollfd] = [
            pollfd(fd: number, events: Int16(POLLIN), revents: 0), pollfd(fd: other, events: Int16(POLLIN), revents: 0),
        ]
        var span = wanted.mutableSpan
        _ = unsafe span.withUnsafeMutableBufferPointer { unsafe poll($0.baseAddress, 2, -1) }
        return (wanted[0].revents != 0, wanted[1].revents != 0)
    }

    /// What one `write(2)` takes of `bytes`, at least 1 unless they are empty.
    package borrowing func write(_ bytes: Span<UInt8>) throws(SystemError) -> Int {
        var result = 0
        repeat {
            result = unsafe bytes.withUnsafeBytes { unsafe CLinux.write(number, $0.baseAddress, $0.count) }
        } while result < 0 && fob_errno() == EINTR
        guard result >= 0 else { throw SystemError("write") }
        return result
    }

    /// Writes all of `bytes`, for blocking descriptors.
    package borrowing func writeAll(_ bytes: Span<UInt8>) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let taken = try write(bytes.extracting(done..<bytes.count))
            guard taken > 0 else { throw SystemError("write", code: EIO) }
            done += taken
        }
    }
}
