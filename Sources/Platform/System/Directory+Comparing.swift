extension Directory {
    /// Whether there is a file that has these bytes and nothing else.
    package func holds(_ bytes: Span<UInt8>, as name: String) throws(DirectoryError) -> Bool {
        do { return try isSame(openFile(name, for: .reading), bytes, name) } catch {
            if error.fault == .absent { return false }
            throw error
        }
    }

    private func isSame(
        _ file: borrowing FileDescriptor, _ bytes: Span<UInt8>, _ name: String
    ) throws(DirectoryError) -> Bool {
        var (piece, done, got) = ([UInt8](), 0, 0)
        piece.reserveCapacity(Self.pieceBytes)
        repeat {
            piece.removeAll(keepingCapacity: true)
            do {
                try piece.append(addingCapacity: Self.pieceBytes) {
                    (output: inout OutputSpan<UInt8>) throws(SystemError) in
                    got = try file.read(into: &output)
                }
            } catch { throw failure(error, of: name) }
            guard got <= bytes.count - done, piece.span.isSame(as: bytes.extracting(done..<(done + got))) else {
                return false
            }
            done += got
        } while got > 0
        return done == bytes.count
    }

    private static let pieceBytes = 64 << 10
}
