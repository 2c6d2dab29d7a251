import Client
import Platform
import Wire

/// What is read from standard input.
enum StandardInput {
    /// A note, to its end, without one line end; it may be empty, and it is secret.
    static func note() throws(ClientError) -> LockedBuffer {
        var text = try OpenFile.standardInput.text(limit: Limits.note + 1)
        if text.count > 0, text.bytes[text.count - 1] == UInt8(ascii: "\n") { text.truncate(to: text.count - 1) }
        guard text.count <= Limits.note else {
            throw ClientError(.badInput, Sentences.textTooLong(Limits.note))
        }
        guard (try? UTF8Span(validating: text.bytes)) != nil else {
            throw ClientError(.badInput, Sentences.textNotUTF8)
        }
        return text
    }

    /// A secret: from the descriptor that was named, else from standard input, else typed without being shown.
    ///
    /// - Parameter window: what is said above the field of a window that it is typed into; nil for none.
    static func secret(
        _ descriptor: Int32?, prompt: String, limit: Int, mayAsk: Bool, window: String? = nil
    ) throws(ClientError) -> LockedBuffer {
        if let descriptor { return try Passphrase.read(descriptor: descriptor, limit: limit) }
        if window != nil { return try typed(prompt, limit: limit, mayAsk: mayAsk, window: window) }
        guard Terminal.isTerminal(0) else { return try Passphrase.read(descriptor: 0, limit: limit) }
        return try typed(prompt, limit: limit, mayAsk: mayAsk)
    }

    /// A secret that is typed without being shown.
    ///
    /// - Parameter window: as for ``secret(_:prompt:limit:mayAsk:window:)``.
    static func typed(
        _ prompt: String, limit: Int, mayAsk: Bool, window: String? = nil
    ) throws(ClientError) -> LockedBuffer {
        if let window {
            guard mayAsk, let typed = try Pinentry.read(prompt, explanation: window) else {
                throw ClientError(.usage, Sentences.noWindowForSecret, remedy: Sentences.giveSecret)
            }
            return typed
        }
        guard mayAsk else { throw ClientError(.usage, Sentences.secretNotAsked, remedy: Sentences.giveSecret) }
        guard let terminal = try? Terminal() else {
            throw ClientError(.usage, tr("there is no terminal to type a secret on"), remedy: Sentences.giveSecret)
        }
        var buffer = try ClientError.locked(limit + 1)
        do throws(TerminalError) {
            try terminal.readLine(prompt, hidden: true, into: &buffer)
        } catch {
            throw ClientError(error)
        }
        guard buffer.count > 0 else { throw ClientError(.badInput, tr("nothing was typed")) }
        return buffer
    }
}
