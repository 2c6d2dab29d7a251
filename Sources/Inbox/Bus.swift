import CInbox
import Platform

/// What comes over a bus.
enum InboxItem {
    /// A message: its text, when it was sent (milliseconds of UTC) and what tells it from others of that telephone, as far as
    /// these are known.
    case message(String, date: Int64, number: Int64)
    /// How a telephone line stands.
    case line(LineStanding)
}

/// A telephone line as the modem tells of it.
struct LineStanding: Equatable {
    /// How it is served.
    enum Service: Equatable { case off, served, searches, refused }

    var service: Service
    /// What tells modem and SIM from others; empty where that is not known.
    var device: String
    var sim: String
    var numbers: [String]
}

/// A connection to a bus by sd-bus(3): the fence around it.
@safe
struct Bus: ~Copyable {
    private let inbox: OpaquePointer

    private init(_ inbox: OpaquePointer) { unsafe self.inbox = inbox }

    deinit { unsafe fob_inbox_close(inbox) }

    /// The system's bus, with ModemManager.
    static func system() throws(SystemError) -> Bus {
        var code: Int32 = 0
        guard let inbox = unsafe fob_inbox_open_system(&code) else {
            throw SystemError("sd_bus_open_system", code: code)
        }
        return unsafe Bus(inbox)
    }

    /// The session's bus, with KDE Connect.
    ///
    /// - Parameter notifications: what the telephone notifies of is read, too.
    static func session(notifications: Bool) throws(SystemError) -> Bus {
        var code: Int32 = 0
        guard let inbox = unsafe fob_inbox_open_session(notifications ? 1 : 0, &code) else {
            throw SystemError("sd_bus_open_user", code: code)
        }
        return unsafe Bus(inbox)
    }

    /// What to wait for.
    var descriptor: Int32 { unsafe fob_inbox_descriptor(inbox) }

    /// Milliseconds after which to look although nothing came; nil for never.
    var timeout: Int32? {
        let milliseconds = unsafe fob_inbox_timeout(inbox)
        return milliseconds < 0 ? nil : milliseconds
    }

    /// The next item that has come; nil when there is none.
    ///
    /// - Throws: when the bus has ended.
    func next() throws(SystemError) -> InboxItem? {
        var item = unsafe fob_item()
        while true {
            let result = unsafe fob_inbox_next(inbox, &item)
            guard result >= 0 else { throw SystemError("sd_bus_process", code: -result) }
            guard result > 0 else { return nil }
            if Int(unsafe item.kind) == FOB_INBOX_LINE { return .line(unsafe LineStanding(item.line)) }
            let text = unsafe UnsafeRawBufferPointer(start: item.text, count: Int(item.length))
            if let text = unsafe String(validating: text, as: UTF8.self) {
                return .message(text, date: unsafe item.date, number: unsafe item.number)
            }
        }
    }
}

extension LineStanding {
    fileprivate init(_ line: fob_line) {
        service =
            switch Int(line.service) {
            case FOB_LINE_SERVED: .served
            case FOB_LINE_SEARCHES: .searches
            case FOB_LINE_REFUSED: .refused
            default: .off
            }
        device = Self.text(line.device)
        sim = Self.text(line.sim)
        let all = line.numbers
        numbers = [all.0, all.1, all.2, all.3].map { Self.text($0) }.filter { !$0.isEmpty }
    }

    /// The text of an array of C, up to its NUL.
    private static func text<T>(_ characters: T) -> String {
        unsafe withUnsafeBytes(of: characters) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}

/// The host of a site as browsers show it: in ASCII (UTS #46), in small letters.
enum Host {
    /// Nil for what is no host.
    static func inASCII(_ text: String) -> String? {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress else { return nil }
            let count = unsafe fob_host_in_ascii(text, start, Int32(buffer.count))
            guard count > 0 else { return nil }
            let host = unsafe String(validatingCString: start)
            // The library leaves the ASCII alone that is in no name.
            guard let host, host.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-.".contains($0)) }) else {
                return nil
            }
            return host
        }
    }
}
