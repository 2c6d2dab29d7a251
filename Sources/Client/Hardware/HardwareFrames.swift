package import Platform
package import Wire

/// Frames between `fob` and `fob-hardware`, for both sides, in locked memory.
package struct HardwareFrames: ~Copyable {
    private var incoming: LockedBuffer
    private var taken = 0

    /// With room for what comes.
    ///
    /// - Parameter longest: a whole frame at most; `fob-hardware` sends short ones only.
    package init(longest: Int = 4096) throws(ClientError) { incoming = try ClientError.locked(longest) }

    /// What has come.
    package var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { incoming.bytes }
    }

    /// The next frame, and where its body lies in `bytes`; nil when the other side has ended.
    ///
    /// - Parameter read: appends what comes next; 0 means the end.
    package mutating func next(
        _ read: (inout LockedBuffer) throws(ClientError) -> Int
    ) throws(ClientError) -> (HardwareFrame.Kind, Range<Int>)? {
        while true {
            do throws(WireError) {
                if let frame = try HardwareFrame.scan(incoming.bytes.extracting(taken..<incoming.count)) {
                    let body = (taken + frame.body.lowerBound)..<(taken + frame.body.upperBound)
                    taken = body.upperBound
                    return (frame.kind, body)
                }
            } catch { throw Self.malformed }
            incoming.removeFirst(taken)
            taken = 0
            guard incoming.free > 0 else { throw Self.malformed }
            if try read(&incoming) == 0 { return nil }
        }
    }

    /// A body without secrets.
    package borrowing func decode<Body: HardwareBody>(
        _ type: Body.Type, _ place: Range<Int>
    ) throws(ClientError) -> Body {
        do throws(WireError) { return try Body(from: incoming.bytes.extracting(place)) } catch { throw Self.malformed }
    }

    /// A frame to be sent.
    package static func frame(_ body: some HardwareBody) throws(ClientError) -> LockedBuffer {
        var buffer = try ClientError.locked(HardwareFrame.header + body.encodedCount)
        do throws(WireError) {
            try buffer.append { (output: inout OutputSpan<UInt8>) throws(WireError) in
                try HardwareFrame.append(body, into: &output)
            }
        } catch { throw malformed }
        return buffer
    }

    /// The same of secret bytes.
    package static func frame(_ kind: HardwareFrame.Kind, _ bytes: Span<UInt8>) throws(ClientError) -> LockedBuffer {
        var buffer = try ClientError.locked(HardwareFrame.header + bytes.count)
        do throws(WireError) {
            try buffer.append { (output: inout OutputSpan<UInt8>) throws(WireError) in
                try HardwareFrame.append(kind, bytes, into: &output)
            }
        } catch { throw malformed }
        return buffer
    }

    static var malformed: ClientError { HardwareProgram.failed(Sentences.hardwareBadFrame) }
}
