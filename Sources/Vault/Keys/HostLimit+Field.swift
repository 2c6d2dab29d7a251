import Platform

/// `u8 count | hashes from | u8 count | hashes to | u8 count | user | name`.
extension HostLimit: FieldValue {
    /// Bytes of the longest.
    static let fieldMost = 3 + 2 * Limits.hostKeys * hashCount + 2 * Limits.keyName

    init(in body: Span<UInt8>, at place: Range<Int>) throws(VaultError) {
        self.init()
        var position = place.lowerBound
        func take(_ count: Int) throws(VaultError) -> Range<Int> {
            guard count <= place.upperBound - position else { throw .damaged("a limit of a security key is cut short") }
            defer { position += count }
            return position..<(position + count)
        }
        func hashes() throws(VaultError) -> [[UInt8]] {
            let count = Int(body[try take(1).lowerBound])
            guard count <= Limits.hostKeys else { throw .damaged("a limit of a security key has too many hosts") }
            var found: [[UInt8]] = []
            for _ in 0..<count { found.append(try take(Self.hashCount).map { body[$0] }) }
            return found
        }
        from = try hashes()
        to = try hashes()
        user = try String(in: body, at: take(Int(body[take(1).lowerBound])))
        name = try String(in: body, at: position..<place.upperBound)
        guard !to.isEmpty, name.utf8.count <= Limits.keyName else {
            throw .damaged("a limit of a security key is not whole")
        }
    }

    var isEmptyField: Bool { false }
    var fieldBytes: Int { 3 + (from.count + to.count) * Self.hashCount + user.utf8.count + name.utf8.count }

    func append(to output: inout OutputSpan<UInt8>, from lent: Span<UInt8>) {
        for hashes in [from, to] {
            output.append(UInt8(hashes.count))
            for hash in hashes { output.append(copying: hash.span) }
        }
        output.append(UInt8(user.utf8.count))
        output.append(copying: user.utf8Span.span)
        output.append(copying: name.utf8Span.span)
    }

    /// Throws `badKey` for what no key can have.
    func check() throws(VaultError) {
        guard (1...Limits.hostKeys).contains(to.count), from.count <= Limits.hostKeys,
            (from + to).allSatisfy({ $0.count == Self.hashCount })
        else { throw .badKey("such keys of a host") }
        guard user.utf8.count < Limits.keyName, name.utf8.count <= Limits.keyName, !user.hasControls, !name.hasControls
        else { throw .badKey("such a name of a host") }
    }
}
