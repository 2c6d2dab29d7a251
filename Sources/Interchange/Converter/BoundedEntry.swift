import OneTimePassword
import Platform
import Wire

/// An account within the bounds of the protocol and of the vault. What did not fit is among what is lost.
struct BoundedEntry: ~Copyable {
    let account: NewAccount
    let more: AddRequest.More
    let lost: [String]
    let note: LockedBuffer
    let key: LockedBuffer
    let pin: LockedBuffer

    /// Why an account cannot be kept, as a lower case sentence without a full stop; nil when it can.
    static func refusal(of entry: borrowing Entry) -> String? {
        guard let parameters = entry.parameters else {
            return entry.key.count == 0 ? nil : "it does not say how its codes are computed"
        }
        guard entry.key.count <= Limits.key else { return "its key is over \(Limits.key) bytes long" }
        guard entry.pin.count <= Limits.pin else { return "its PIN is over \(Limits.pin) bytes long" }
        do throws(OneTimePasswordError) {
            try parameters.check(key: entry.key.bytes)
            return nil
        } catch {
            return error.message.text
        }
    }

    /// Fits an entry that was not refused.
    init(_ given: consuming Entry, at position: Int) throws(ConversionError) {
        var entry = given
        // A PIN without a key says nothing.
        var nothing = try ConversionError.buffer(0)
        if entry.key.count == 0 { swap(&entry.pin, &nothing) }
        var fitting = Fitting(lost: entry.lost)
        let issuer = fitting.fit(entry.issuer, Limits.issuer, "issuer")
        var name = fitting.fit(entry.name, Limits.name, "name")
        if issuer.isEmpty && name.isEmpty { name = "account \(position)" }
        var tags: [String] = []
        for tag in entry.tags {
            let tag = fitting.fit(tag, Limits.tag, "tag")
            if !tag.isEmpty, !tags.contains(tag) { tags.append(tag) }
        }
        if tags.count > Limits.tags {
            fitting.lose("\(tags.count - Limits.tags) tags")
            tags.removeLast(tags.count - Limits.tags)
        }
        var more = AddRequest.More()
        (more.flags, more.state, more.extras) = (.besideTwins, entry.state, entry.extras)
        more.extras.icon = fitting.fit(more.extras.icon, Limits.text, "icon")
        let note = try fitting.fit(note: entry.note.bytes)
        var account = entry.account
        (account.issuer, account.name, account.tags) = (issuer, name, tags)
        self.account = account
        self.more = more
        lost = fitting.listed
        self.note = note
        key = entry.key
        pin = entry.pin
    }
}

/// Makes texts fit and notes what is lost by that.
private struct Fitting {
    var lost: [String]

    mutating func lose(_ what: String) {
        if !lost.contains(what) { lost.append(what) }
    }

    mutating func fit(_ text: String, _ limit: Int, _ what: String) -> String {
        let fitted = FittedText(text, limit)
        if fitted.hadControls { lose("control characters in the \(what)") }
        if fitted.wasCut { lose("the end of the \(what)") }
        if text.unicodeScalars.contains("\u{FFFD}") { lose("unreadable characters in the \(what)") }
        return fitted.text
    }

    /// A note is UTF-8 of any lines, but the protocol's texts have no NUL.
    mutating func fit(note: Span<UInt8>) throws(ConversionError) -> LockedBuffer {
        guard Self.isUTF8(note) else {
            lose("the note, which is not UTF-8")
            return try ConversionError.buffer(0)
        }
        var end = min(note.count, Limits.note)
        if end < note.count {
            // Not inside of a character: bytes that go on with one start with the bits 10.
            while end > 0, note[end] & 0xC0 == 0x80 { end -= 1 }
            lose("the end of the note")
        }
        var fitted = try ConversionError.buffer(end)
        var start = 0
        for index in 0..<end where note[index] == 0 {
            fitted.append(copying: note.extracting(start..<index))
            start = index + 1
            lose("control characters in the note")
        }
        fitted.append(copying: note.extracting(start..<end))
        return fitted
    }

    private static func isUTF8(_ bytes: Span<UInt8>) -> Bool {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes)
            return true
        } catch {
            return false
        }
    }

    /// What is lost, as far as there is room to say it.
    var listed: [String] {
        lost.prefix(ConversionEntry.mostLost).map { FittedText($0, Limits.text).text }
    }
}
