package import Platform
import Wire

/// Messages between a browser and a program of an extension: a length of 32 bits in the machine's own order, then JSON.
package enum HostMessage {
    /// Reads one; nil when the browser has none.
    package static func read(from input: borrowing FileDescriptor) throws(HostError) -> [UInt8]? {
        let header = try bytes(4, from: input)
        guard !header.isEmpty else { return nil }
        guard header.count == 4 else { throw .cut }
        var length = 0
        for index in 0..<4 {
            length |= Int(header[index]) << (1.littleEndian == 1 ? 8 * index : 8 * (3 - index))
        }
        guard length <= HostRequest.most else { throw HostError(.usage, "the message is longer than 1 MiB") }
        let message = try bytes(length, from: input)
        guard message.count == length else { throw .cut }
        return message
    }

    /// Writes one to standard output; what cannot be written nobody waits for.
    package static func write(_ make: () throws(MemoryError) -> LockedBuffer) {
        guard let message = try? make() else { return }
        let output = FileDescriptor(owning: 1)
        let length = UInt32(message.count)
        let header = (0..<4).map { UInt8(truncatingIfNeeded: length >> (1.littleEndian == 1 ? 8 * $0 : 8 * (3 - $0))) }
        if (try? output.writeAll(header.span)) != nil { try? output.writeAll(message.bytes) }
        _ = output.release()
    }

    private static func bytes(_ count: Int, from input: borrowing FileDescriptor) throws(HostError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            // What a length promises gets no memory before it is there.
            let part = min(count - bytes.count, 1 << 16)
            var taken = 0
            do throws(SystemError) {
                try bytes.append(addingCapacity: part) { (output: inout OutputSpan<UInt8>) throws(SystemError) in
                    taken = try input.read(into: &output, most: part)
                }
            } catch { throw .cut }
            guard taken > 0 else { break }
        }
        return bytes
    }
}

extension HostError {
    static let cut = HostError(.usage, "the message ends too early")
}
