package import Wire

extension Connection {
    /// BACKUP_VERIFY: hands the agent a backup that came back from a destination, in parts, and returns what it is.
    package mutating func verifyBackup(_ file: Span<UInt8>) throws(ClientError) -> BackupVerifiedReply {
        let size = UInt32(clamping: file.count)
        var start = 0
        while file.count - start > Self.partBytes {
            let _: OKReply = try send(part: file.extracting(start..<(start + Self.partBytes)), at: start, of: size)
            start += Self.partBytes
        }
        return try send(part: file.extracting(start..<file.count), at: start, of: size)
    }

    private static let partBytes = 128 << 10

    private mutating func send<R: Message>(
        part: Span<UInt8>, at start: Int, of size: UInt32
    ) throws(ClientError) -> R {
        try request(BackupVerifyRequest(size: size, start: UInt32(start), bytes: part), answeredBy: R.self)
    }
}
