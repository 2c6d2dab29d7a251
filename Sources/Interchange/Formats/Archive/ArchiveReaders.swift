import ForeignLibraries
import Platform

/// Raivo: an archive, usually encrypted, with a JSON text and a page to look at.
enum RaivoArchiveReader: FormatReader {
    static let name = "raivo"
    private static let member = "raivo-otp-export.json"

    static func recognizes(_ source: Source) -> Bool { source.member(member) != nil }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        try RaivoReader.read(source.json(in: member, name, passwords), to: sink)
    }
}

/// Archives of files that can be read by themselves: lists of URIs of WinAuth, exports of Bitwarden and Dashlane.
enum ArchiveReader: FormatReader {
    static let name = "zip"

    static func recognizes(_ source: Source) -> Bool {
        guard case .zip(let members) = source.shape else { return false }
        return !files(members).isEmpty && !ForeignFile.isDocument(members)
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        guard case .zip(let members) = source.shape else { throw .malformed("it is not an archive") }
        let files = files(members)
        let password = try password(files, source.text, passwords)
        var left: [String] = []
        var (hasRead, unfolded) = (false, 0)
        for member in files {
            var format = ""
            var failure: ConversionError?
            var isSealed = false
            do throws(ConversionError) {
                unfolded += member.size
                guard unfolded <= InterchangeLimits.unfolded else {
                    throw .tooLarge("the archive unfolds to more than 64 MiB")
                }
                let text = try Archive.unfold(member, of: source.text, password.bytes)
                isSealed = text.withBytes { ForeignFile.isSealed($0) }
                // The path in the archive says nothing about a tree of files here.
                let name = member.name.split(separator: "/").last.map(String.init) ?? ""
                let inner = try Source([SourceFile(name: name, text: text)])
                if case .zip(let members) = inner.shape, !ForeignFile.isDocument(members) {
                    isSealed = true
                    throw ForeignFile.archiveInside
                }
                let reader = try Formats.reader(for: inner)
                guard !reader.isUnmarked else { throw .unknownFormat }
                format = reader.name
                try inner.tell(sink)
                try reader.read(inner, passwords, to: sink)
            } catch {
                guard error.scope != .all, files.count > 1 else { throw error }
                // Beside accounts lie pictures and lists of other things.
                if error == .unknownFormat || format.isEmpty && error.isUnsupported && !isSealed {
                    left.append(FittedText(member.name, 64).text)
                    continue
                }
                // The password has opened another.
                failure =
                    error == .wrongPassword && format.isEmpty ? .malformed("the archive is cut off or damaged") : error
                if case .tooLarge = error { unfolded -= member.size }
            }
            hasRead = true
            if files.count > 1 { try sink.endMember(member.name, format: format, failure) }
        }
        guard hasRead else {
            throw .unsupported(
                "the archive has several files, of which none is of a format that is known here",
                remedy: "unpack it and import one of them")
        }
        guard !left.isEmpty else { return }
        let named = left.prefix(8).joined(separator: ", ") + (left.count > 8 ? " and others" : "")
        try sink.warning("files of the archive in which no accounts were found, left out: \(left.count) (\(named))")
    }

    private static func files(_ members: [Zip.Member]) -> [Zip.Member] {
        // What a Mac puts beside each file is none of its own.
        members.filter { !$0.name.hasSuffix("/") && $0.size > 0 && !$0.name.hasPrefix("__MACOSX/") }
    }

    /// The password that opens a file of the archive, and so all others: small ones are tried first.
    private static func password(
        _ files: [Zip.Member], _ archive: LockedText, _ passwords: any PasswordSource
    ) throws(ConversionError) -> LockedBuffer {
        let sealed = files.filter(\.isEncrypted).sorted { $0.size < $1.size }
        if sealed.isEmpty { return try ConversionError.buffer(0) }
        let text = try passwords.open(name) { (password: Span<UInt8>) throws(ConversionError) in
            for file in sealed {
                do throws(ConversionError) {
                    _ = try Archive.unfold(file, of: archive, password)
                    return LockedText(try ConversionError.copy(password))
                } catch {
                    // One that is damaged is no reason to lose the others.
                    guard error.scope != .all, sealed.count > 1 else { throw error }
                }
            }
            throw .wrongPassword
        }
        return try text.copy(0..<text.count)
    }
}
