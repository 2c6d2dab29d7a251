import CZip
import Platform

/// ZIP archives in memory (APPNOTE of PKWARE, and WinZip's AES), by libzip. Nothing but the bytes given is read.
package enum Zip {
    /// Members that an archive may have.
    package static let mostMembers = 10_000
    /// Bytes that one member may unfold to.
    package static let mostUnfolded = 64 << 20
    /// How many times larger than its bytes in the archive a member of over 1 MiB may be: texts stay below 50.
    package static let mostRatio = 200

    /// One file in an archive.
    package struct Member: Sendable {
        /// Its place.
        package let index: Int
        /// Its path in the archive; never a place to write to.
        package let name: String
        /// Bytes that it says it unfolds to.
        package let size: Int
        /// That is over a bound: it is never unfolded. Others beside it may be.
        package let isTooLarge: Bool
        /// It needs a password.
        package let isEncrypted: Bool
        /// Bytes in the archive.
        fileprivate let folded: Int
        /// It is encrypted as WinZip does it.
        fileprivate let isAES: Bool
        /// It is stored, not compressed.
        fileprivate let isStored: Bool
        /// Its CRC-32; 0 for none.
        fileprivate let checksum: UInt32
    }

    /// What is in an archive.
    package static func members(of archive: Span<UInt8>) throws(ForeignError) -> [Member] {
        let archive = try Archive(archive)
        let count = archive.count
        guard count <= mostMembers else { throw .tooLarge }
        var members: [Member] = []
        for index in 0..<count { members.append(try archive.member(index)) }
        return members
    }

    /// Appends what a member unfolds to: as many bytes as it says.
    ///
    /// - Throws: `notAuthentic` when an encrypted member does not come out whole, which a wrong password does as well.
    package static func unfold(
        _ member: Member, of archive: Span<UInt8>, password: Span<UInt8> = Span(), into output: inout OutputSpan<UInt8>
    ) throws(ForeignError) {
        guard !member.isTooLarge, member.size <= output.freeCapacity else { throw .tooLarge }
        let archive = try Archive(archive)
        let start = output.count
        do throws(ForeignError) {
            // Releases of libzip up to 1.8.0 compare a checksum in WinZip's encryption where there is none.
            try member.isAES
                ? archive.readAES(member, password: password, into: &output)
                : archive.read(member, password: password, into: &output)
        } catch {
            output.removeLast(output.count - start)
            throw member.isEncrypted && error == .damaged ? .notAuthentic : error
        }
    }
}

/// An open archive. It is used only while the bytes are borrowed that it was made of.
@safe private struct Archive: ~Copyable {
    // Invariant: an open archive of libzip that nobody else has.
    private let archive: OpaquePointer

    init(_ bytes: Span<UInt8>) throws(ForeignError) {
        var error = unsafe zip_error_t()
        let source = unsafe bytes.withUnsafeBytes { bytes in
            unsafe zip_source_buffer_create(bytes.baseAddress, UInt64(bytes.count), 0, &error)
        }
        guard let source = unsafe source else { throw .outOfMemory }
        guard let archive = unsafe zip_open_from_source(source, Int32(ZIP_RDONLY), &error) else {
            unsafe zip_source_free(source)
            throw .damaged
        }
        unsafe self.archive = archive
    }

    deinit { unsafe zip_discard(archive) }

    var count: Int { Int(clamping: unsafe zip_get_num_entries(archive, 0)) }

    func member(_ index: Int) throws(ForeignError) -> Zip.Member {
        var status = unsafe zip_stat_t()
        let wanted = UInt64(ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD)
        guard unsafe zip_stat_index(archive, UInt64(index), 0, &status) == 0, unsafe status.valid & wanted == wanted,
            let name = unsafe status.name.flatMap({ unsafe String(validatingCString: $0) })
        else { throw .damaged }
        let (size, folded) = unsafe (status.size, status.comp_size)
        let isDense = size > 1 << 20 && size / UInt64(Zip.mostRatio) > folded
        let encryption = unsafe Int32(status.encryption_method)
        return unsafe Zip.Member(
            index: index, name: name, size: Int(clamping: size),
            isTooLarge: isDense || size > UInt64(Zip.mostUnfolded), isEncrypted: encryption != ZIP_EM_NONE,
            folded: Int(clamping: folded), isAES: (ZIP_EM_AES_128...ZIP_EM_AES_256).contains(encryption),
            isStored: Int32(status.comp_method) == ZIP_CM_STORE,
            checksum: status.valid & UInt64(ZIP_STAT_CRC) == 0 ? 0 : status.crc)
    }

    func read(
        _ member: Zip.Member, password: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(ForeignError) {
        let file = unsafe try open(member, password, flags: 0)
        defer { unsafe zip_fclose(file) }
        let end = output.count + member.size
        while output.count < end {
            guard unsafe try Self.read(file, end - output.count, into: &output) > 0 else { throw .damaged }
        }
        // Only at the end are the checksums compared; and a member with more than it says lies.
        guard unsafe Self.isAtEnd(file) else { throw .damaged }
    }

    /// Decrypts by the library, which checks the authentication code, and unfolds without it.
    func readAES(
        _ member: Zip.Member, password: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(ForeignError) {
        guard member.folded <= Zip.mostUnfolded + 1024 else { throw .tooLarge }
        var folded = try Self.buffer(member.folded)
        let file = unsafe try open(member, password, flags: UInt32(ZIP_FL_COMPRESSED))
        defer { unsafe zip_fclose(file) }
        try folded.append { (folded: inout OutputSpan<UInt8>) throws(ForeignError) in
            let end = member.isStored ? member.size : Int.max
            while folded.count < end,
                unsafe try Self.read(file, min(end - folded.count, folded.freeCapacity), into: &folded) > 0
            {}
        }
        // Of what is not compressed the library compares a checksum all the same; whether it was that or the code does not show.
        guard unsafe Self.isAtEnd(file) else { throw member.isStored && member.checksum == 0 ? .unsupported : .damaged }
        let start = output.count
        if member.isStored {
            guard folded.count == member.size else { throw .damaged }
            let bytes = folded.bytes
            for index in bytes.indices { output.append(bytes[index]) }
        } else {
            guard try Deflate.unfold(folded.bytes, .none, into: &output), output.count - start == member.size else {
                throw .damaged
            }
        }
        let sum = Deflate.checksum(output.span.extracting(start..<output.count))
        guard member.checksum == 0 || member.checksum == sum else { throw .damaged }
    }

    /// Appends what is next, at most `most` bytes; 0 at the end.
    private static func read(
        _ file: OpaquePointer, _ most: Int, into output: inout OutputSpan<UInt8>
    ) throws(ForeignError) -> Int {
        guard most > 0 else { return 0 }
        let count = unsafe output.withUnsafeMutableBufferPointer { target, filled in
            guard let to = target.baseAddress else { return Int64(-1) }
            let count = unsafe zip_fread(file, to + filled, UInt64(most))
            if count > 0 { filled += Int(count) }
            return count
        }
        guard count >= 0 else { throw .damaged }
        return Int(count)
    }

    private static func isAtEnd(_ file: OpaquePointer) -> Bool {
        var more: UInt8 = 0
        return unsafe zip_fread(file, &more, 1) == 0
    }

    private func open(
        _ member: Zip.Member, _ password: Span<UInt8>, flags: UInt32
    ) throws(ForeignError) -> OpaquePointer {
        var terminated = try Self.buffer(password.count + 1)
        for index in password.indices where password[index] == 0 { throw .notAuthentic }
        terminated.append(copying: password)
        terminated.append { $0.append(0) }
        let bytes = terminated.bytes
        let file = unsafe bytes.withUnsafeBytes { text in
            unsafe member.isEncrypted
                ? zip_fopen_index_encrypted(
                    archive, UInt64(member.index), flags, text.baseAddress?.assumingMemoryBound(to: CChar.self))
                : zip_fopen_index(archive, UInt64(member.index), flags)
        }
        if let file = unsafe file { return unsafe file }
        switch unsafe zip_error_code_zip(zip_get_error(archive)) {
        case ZIP_ER_WRONGPASSWD, ZIP_ER_NOPASSWD: throw .notAuthentic
        case ZIP_ER_MEMORY: throw .outOfMemory
        case ZIP_ER_COMPNOTSUPP, ZIP_ER_ENCRNOTSUPP: throw .unsupported
        default: throw .damaged
        }
    }

    private static func buffer(_ count: Int) throws(ForeignError) -> LockedBuffer {
        do throws(MemoryError) { return try LockedBuffer(capacity: count) } catch { throw .outOfMemory }
    }
}
