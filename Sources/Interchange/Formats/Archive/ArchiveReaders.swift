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
        guard files.count > 1 else {
            guard case .success(let file) = try unfold(files, source.text, passwords)[0] else { throw Self.damaged }
            let inner = try Source([file])
            if case .zip = inner.shape { throw .unknownFormat }
            return try Formats.reader(for: inner).read(inner, passwords, to: sink)
        }
        // Of several, such as those of Bitwarden and Dashlane, each is read by itself.
        let texts = files.filter { file in endings.contains { file.name.lowercased().hasSuffix($0) } }
        var others = files.count - texts.count
        var hasRead = false
        for (member, file) in zip(texts, try unfold(texts, source.text, passwords)) {
            var format = ""
            var failure: ConversionError?
            do throws(ConversionError) {
                let inner = try Source([file.get()])
                let reader = try Formats.reader(for: inner)
                guard !reader.isUnmarked, reader != ArchiveReader.self else { throw .unknownFormat }
                format = reader.name
                try reader.read(inner, passwords, to: sink)
            } catch {
                guard error.scope != .all else { throw error }
                // Beside accounts lie lists of other things.
                if error == .unknownFormat || format.isEmpty && error.isUnsupported {
                    others += 1
                    continue
                }
                failure = error
            }
            hasRead = true
            try sink.endMember(member.name, format: format, failure)
        }
        guard hasRead else {
            throw .unsupported(
                "the archive has several files, of which none is of a format that is known here",
                remedy: "unpack it and import one of them")
        }
        if others > 0 { try sink.warning("files of the archive that hold no accounts, left out: \(others)") }
    }

    /// Of names of files that may hold accounts; others beside them are pictures and attachments.
    private static let endings = [
        ".json", ".csv", ".txt", ".xml", ".1pif", ".2fas", ".mafile", ".html", ".uri", ".uris", ".cxf",
        ".authpro", ".kdbx", ".otpauthdb",
    ]

    private static func files(_ members: [Zip.Member]) -> [Zip.Member] {
        // What a Mac puts beside each file is none of its own.
        members.filter { !$0.name.hasSuffix("/") && $0.size > 0 && !$0.name.hasPrefix("__MACOSX/") }
    }

    private static let damaged = ConversionError.malformed("the archive is cut off or damaged")

    /// All of them with the same password; one that is damaged is no reason to lose the others.
    private static func unfold(_ members: [Zip.Member], _ archive: LockedText, _ passwords: any PasswordSource)
        throws(ConversionError) -> [Result<SourceFile, ConversionError>]
    {
        guard !members.contains(where: \.isTooLarge),
            members.reduce(0, { $0 + $1.size }) <= InterchangeLimits.unfolded
        else {
            throw .tooLarge("the archive unfolds to more than 64 MiB")
        }
        func all(_ password: Span<UInt8>) throws(ConversionError) -> [Result<SourceFile, ConversionError>] {
            var files: [Result<SourceFile, ConversionError>] = []
            var isOpen = false
            for member in members {
                // The path in the archive says nothing about a tree of files here.
                let name = member.name.split(separator: "/").last.map(String.init) ?? ""
                do throws(ConversionError) {
                    files.append(
                        .success(SourceFile(name: name, text: try Archive.unfold(member, of: archive, password))))
                    isOpen = isOpen || member.isEncrypted
                } catch {
                    guard error.scope != .all, members.count > 1 else { throw error }
                    files.append(.failure(error == .wrongPassword ? damaged : error))
                }
            }
            if !isOpen, members.contains(where: \.isEncrypted) { throw .wrongPassword }
            return files
        }
        guard members.contains(where: \.isEncrypted) else { return try all(Span()) }
        return try passwords.open(name) { (password: Span<UInt8>) throws(ConversionError) in try all(password) }
    }
}
