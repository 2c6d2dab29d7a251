package import Platform
package import Wire

/// A file for the converter: its name, and where its bytes come from, which may be secret.
package protocol ConverterSource: AnyObject {
    /// The name without directories, or the path below a directory that was named.
    var name: String { get }
    /// Bytes, when that is known.
    var size: UInt64 { get }
    /// It is not to be read itself, but opens others.
    var isKey: Bool { get }
    /// Called before the first `read`.
    ///
    /// - Returns: why this one is left out, as a lower case sentence; nil when it can be read.
    func open() throws(ClientError) -> String?
    /// Appends some more to `buffer`, at most what is free; 0 at the end.
    func read(into buffer: inout LockedBuffer) throws(ClientError) -> Int
}

extension ConverterSource {
    /// It is to be read.
    package var isKey: Bool { false }
    /// It can be read as it is.
    package func open() throws(ClientError) -> String? { nil }
}

/// The files that are sent to the converter, piece by piece: no more than a piece of them is here at a time.
package struct ConverterFiles: ~Copyable {
    private let sources: [any ConverterSource]
    private var index = 0
    private var isNamed = false
    private var piece: LockedBuffer
    /// Those that were left out, and why.
    package private(set) var refused: [(name: String, reason: String)] = []

    private static let pieceBytes = 32 << 10

    /// Files in the order in which they are sent.
    package init(_ sources: [any ConverterSource]) throws(ClientError) {
        self.sources = sources
        piece = try ClientError.locked(Self.pieceBytes)
    }

    /// Bytes of all that are known.
    package var size: UInt64 { sources.reduce(0) { $0 &+ $1.size } }

    /// Appends the next frame, or none at the end: for `Converter.run`.
    package mutating func send(into output: inout LockedBuffer) throws(ClientError) {
        guard index < sources.count else { return }
        let source = sources[index]
        if !isNamed {
            if let reason = try source.open() {
                refused.append((source.name, reason))
                index += 1
                return try send(into: &output)
            }
            isNamed = true
            if source.isKey { return try output.appendFrame(ConversionKeyFile()) }
            return try output.appendFrame(ConversionFile(name: Text.clipped(source.name)))
        }
        piece.removeAll()
        if try source.read(into: &piece) == 0 {
            index += 1
            isNamed = false
            return try send(into: &output)
        }
        try output.appendFrame(.data, piece.bytes)
        piece.removeAll()
    }
}

/// An open file, or anything else that can be read.
package final class OpenFile: ConverterSource {
    package let name: String
    package let size: UInt64
    package let isKey: Bool
    private let path: String
    private let file: FileDescriptor
    /// A person types it.
    private let isTyped: Bool

    /// Opens the file at a path.
    package convenience init(_ path: String, isKey: Bool = false) throws(ClientError) {
        self.init(try FileDescriptor.named(path), path: path, isKey: isKey)
    }

    /// The file at a path, or standard input for `-`.
    package static func named(_ path: String) throws(ClientError) -> OpenFile {
        path == "-" ? standardInput : try OpenFile(path)
    }

    /// Refuses a file that cannot be read, before anybody is asked for anything. Nothing is read yet: it may be a pipe.
    package static func check(_ path: String?) throws(ClientError) {
        if let path, path != "-", !Child.isReadable(path) { _ = try FileDescriptor.named(path) }
    }

    /// Standard input; who types it is told how it ends.
    package static var standardInput: OpenFile {
        let isTyped = Terminal.isTerminal(0)
        if isTyped { Output.note(tr("type the text, and end it with ^D on a line of its own")) }
        return OpenFile(FileDescriptor(owning: 0), path: "-", isTyped: isTyped)
    }

    private init(_ file: consuming FileDescriptor, path: String, isKey: Bool = false, isTyped: Bool = false) {
        self.isKey = isKey
        self.isTyped = isTyped
        name = path.split(separator: "/").last.map(String.init) ?? path
        let status = try? file.status()
        size = status?.kind == .file ? status?.size ?? 0 : 0
        self.path = path
        self.file = file
    }

    package func read(into buffer: inout LockedBuffer) throws(ClientError) -> Int {
        do throws(SystemError) {
            guard isTyped else { return try file.read(into: &buffer) }
            return try ProgressLine.paused { () throws(SystemError) in try file.read(into: &buffer) }
        } catch { throw ClientError(reading: path, error) }
    }

    /// All that it has, but no more than `limit` bytes and one.
    package func text(limit: Int) throws(ClientError) -> LockedBuffer {
        var text = try ClientError.locked(limit + 1)
        try ProgressLine.during(Sentences.waiting(for: path)) { () throws(ClientError) in
            while text.free > 0, try read(into: &text) > 0 {}
        }
        return text
    }

    /// The same of what is no secret.
    package func bytes(limit: Int) throws(ClientError) -> [UInt8] {
        var piece = try ClientError.locked(1 << 16)
        var bytes: [UInt8] = []
        try ProgressLine.during(Sentences.waiting(for: path)) { () throws(ClientError) in
            while bytes.count <= limit, try read(into: &piece) > 0 {
                bytes.append(addingCapacity: piece.count) { output in output.append(copying: piece.bytes) }
                piece.removeAll()
            }
        }
        return bytes
    }
}

/// A text that is in locked memory already.
package final class LockedFile: ConverterSource {
    package let name: String
    private let text: LockedBuffer
    private var start = 0

    /// A file of those bytes.
    package init(_ text: consuming LockedBuffer, name: String) {
        self.name = name
        self.text = text
    }

    package var size: UInt64 { UInt64(text.count) }

    package func read(into buffer: inout LockedBuffer) throws(ClientError) -> Int {
        let count = min(buffer.free, text.count - start)
        buffer.append(copying: text, start..<(start + count))
        start += count
        return count
    }
}

extension LockedBuffer {
    /// Appends a part of another buffer.
    fileprivate mutating func append(copying other: borrowing LockedBuffer, _ range: Range<Int>) {
        append(copying: other.bytes.extracting(range))
    }
}

extension FileDescriptor {
    /// Opens a file that the user named; a pipe waits for its writer.
    package static func named(_ path: String) throws(ClientError) -> FileDescriptor {
        do throws(SystemError) {
            return try ProgressLine.during(Sentences.waiting(for: path)) { () throws(SystemError) in
                try reading(path)
            }
        } catch { throw ClientError(reading: path, error) }
    }
}

extension ClientError {
    /// A file that the user named and that cannot be read.
    package init(reading path: String, _ error: SystemError) {
        let code: ErrorCode = error.isMissing ? .inputMissing : error.isPermission ? .permission : .system
        self.init(code, "\(path): \(error.told)", remedy: Sentences.checkPath)
    }
}

extension LockedBuffer {
    /// Appends a conversion frame of those bytes, for which there is room.
    package mutating func appendFrame(_ kind: ConversionFrame.Kind, _ bytes: Span<UInt8>) throws(ClientError) {
        try appendConversion { (output: inout OutputSpan<UInt8>) throws(WireError) in
            try ConversionFrame.append(kind, bytes, into: &output)
        }
    }

    /// Appends a conversion frame of a body without secrets, for which there is room.
    package mutating func appendFrame(_ body: some ConversionBody) throws(ClientError) {
        try appendConversion { (output: inout OutputSpan<UInt8>) throws(WireError) in
            try ConversionFrame.append(body, into: &output)
        }
    }

    /// Appends the frame that `write` writes, for which there is room.
    package mutating func appendConversion(
        _ write: (inout OutputSpan<UInt8>) throws(WireError) -> Void
    ) throws(ClientError) {
        do throws(WireError) { try append(write) } catch { throw ClientError(sending: error) }
    }
}
