import Client
import Platform
import Wire

/// What is read from standard input.
enum StandardInput {
    /// Text that is not secret, to its end, without one line end.
    static func text(limit: Int) throws(ClientError) -> String {
        if Terminal.isTerminal(0) { Output.note(Sentences.typeText) }
        let input = FileDescriptor(owning: 0)
        var bytes: [UInt8] = []
        var taken = 1
        while taken > 0, bytes.count <= limit {
            do throws(SystemError) {
                try bytes.append(addingCapacity: limit + 2) { (output: inout OutputSpan<UInt8>) throws(SystemError) in
                    taken = try input.read(into: &output)
                }
            } catch {
                throw ClientError(error)
            }
        }
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        guard bytes.count <= limit else { throw ClientError(.badInput, Sentences.textTooLong(limit)) }
        guard let valid = try? UTF8Span(validating: bytes.span) else {
            throw ClientError(.badInput, Sentences.textNotUTF8)
        }
        return String(copying: valid)
    }

    /// A secret: from the descriptor that was named, else from standard input, else typed without being shown.
    static func secret(
        _ descriptor: Int32?, prompt: String, limit: Int, mayAsk: Bool
    ) throws(ClientError) -> LockedBuffer {
        if let descriptor { return try Passphrase.read(descriptor: descriptor, limit: limit) }
        guard Terminal.isTerminal(0) else { return try Passphrase.read(descriptor: 0, limit: limit) }
        return try typed(prompt, limit: limit, mayAsk: mayAsk)
    }

    /// A secret that is typed without being shown.
    static func typed(_ prompt: String, limit: Int, mayAsk: Bool) throws(ClientError) -> LockedBuffer {
        guard mayAsk, let terminal = try? Terminal() else {
            throw ClientError(.usage, Sentences.noTerminalForSecret, remedy: Sentences.secretElsewhere)
        }
        var buffer = try ClientError.locked(limit + 1)
        do throws(TerminalError) {
            try terminal.readLine(prompt, hidden: true, into: &buffer)
        } catch {
            throw ClientError(error)
        }
        guard buffer.count > 0 else { throw ClientError(.badInput, Sentences.nothingTyped) }
        return buffer
    }
}

/// Lines of a file that holds secrets, read through one piece of locked memory.
struct SecretLines: ~Copyable {
    private let file: FileDescriptor?
    private var buffer: LockedBuffer
    private var start = 0
    private var isAtEnd = false
    /// Number of the line that `next` gave last, from 1.
    private(set) var number = 0

    /// Longest line that is read.
    static let longest = 16_384

    init(_ file: consuming FileDescriptor) throws(ClientError) {
        self.file = consume file
        buffer = try ClientError.locked(2 * Self.longest)
    }

    /// Lines of a text that is in memory already.
    init(text: consuming LockedBuffer) {
        file = nil
        buffer = text
        isAtEnd = true
    }

    /// What became of reading a line.
    enum Next<R> {
        case line(R)
        case tooLong
        case end
    }

    /// Lends the next line, without its end, to `body`.
    mutating func next<R>(_ body: (Span<UInt8>) throws(ClientError) -> R) throws(ClientError) -> Next<R> {
        var isSkipping = false
        while true {
            if let end = lineEnd() {
                defer { start = end + 1 }
                number += 1
                if isSkipping || end - start > Self.longest { return .tooLong }
                return .line(try body(buffer.bytes.extracting(start..<end)))
            }
            if isAtEnd {
                guard start < buffer.count || isSkipping else { return .end }
                defer { start = buffer.count }
                number += 1
                if isSkipping { return .tooLong }
                return .line(try body(buffer.bytes.extracting(start..<buffer.count)))
            }
            buffer.removeFirst(start)
            start = 0
            if buffer.free == 0 {
                buffer.removeAll()
                isSkipping = true
            }
            do throws(SystemError) {
                isAtEnd = try fill() == 0
            } catch {
                throw ClientError(error)
            }
        }
    }

    private mutating func fill() throws(SystemError) -> Int {
        switch file {
        case .some(let file): try file.read(into: &buffer)
        case nil: 0
        }
    }

    private func lineEnd() -> Int? {
        let bytes = buffer.bytes
        for index in start..<bytes.count where bytes[index] == UInt8(ascii: "\n") { return index }
        return nil
    }
}
