import CLinux

/// What can be said about another process, for people to read. Every part can be forged by its owner and may be
/// stale: display and grants only, never authority.
package struct ProcessDescription: Sendable, Equatable {
    /// Its id.
    package let process: Int32
    /// When it started, in clock ticks since boot: tells a process from a later one with the same id. 0: unknown.
    package let startTime: UInt64
    /// Its session leader's id: what was started from one terminal shares it. 0: unknown.
    package let session: Int32
    /// Path of its program; its name in brackets where the kernel keeps the path to itself, as it does for processes that
    /// cannot be dumped (`fob` is one); empty when unknown.
    package let executable: String
    /// Its controlling terminal, such as "pts/3"; empty for none.
    package let terminal: String

    /// Reads /proc; unknown parts stay empty.
    package init(of process: Int32) {
        self.process = process
        let text = Self.read("/proc/\(process)/stat")
        // The program's name may contain anything, but it ends at the last ")".
        let nameStart = text.utf8.firstIndex(of: UInt8(ascii: "("))
        let nameEnd = text.utf8.lastIndex(of: UInt8(ascii: ")"))
        let rest = nameEnd.map { text[$0...].split(separator: " ") } ?? []
        let path = Self.link("/proc/\(process)/exe")
        if path.isEmpty, let nameStart, let nameEnd, nameStart < nameEnd {
            // In brackets, as ps(1) does it: a name that a process has chosen must not look like a path.
            executable = "[" + text[text.utf8.index(after: nameStart)..<nameEnd] + "]"
        } else {
            executable = path
        }
        session = rest.count > 4 ? Int32(rest[4]) ?? 0 : 0
        terminal = rest.count > 5 ? Self.terminalName(Int(rest[5]) ?? 0) : ""
        startTime = rest.count > 20 ? UInt64(rest[20]) ?? 0 : 0
    }

    /// The systemd unit it runs in, such as "cron.service"; empty when unknown. Read on demand: it costs a file.
    package var unit: String {
        for line in Self.read("/proc/\(process)/cgroup").split(separator: "\n") {
            let parts = line.split(separator: "/")
            if let unit = parts.last(where: { $0.hasSuffix(".service") || $0.hasSuffix(".scope") }) {
                return String(unit)
            }
        }
        return ""
    }

    private static func terminalName(_ device: Int) -> String {
        let major = (device >> 8) & 0xfff
        let minor = (device & 0xff) | ((device >> 12) & 0xfff00)
        return switch major {
        case 136...143: "pts/\((major - 136) * 256 + minor)"
        case 4: "tty\(minor)"
        default: ""
        }
    }

    static func link(_ path: String) -> String {
        var bytes: [256 of UInt8] = .init(repeating: 0)
        var span = bytes.mutableSpan
        let count = unsafe span.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.withMemoryRebound(to: CChar.self) { buffer in
                guard let base = buffer.baseAddress else { return 0 }
                return unsafe readlink(path, base, buffer.count)
            }
        }
        return text(bytes.span, count)
    }

    static func read(_ path: String) -> String {
        let number = unsafe fob_open(path, O_RDONLY | O_CLOEXEC, 0)
        guard number >= 0 else { return "" }
        let file = FileDescriptor(owning: number)
        var bytes: [1024 of UInt8] = .init(repeating: 0)
        var span = bytes.mutableSpan
        let count = unsafe span.withUnsafeMutableBufferPointer {
            unsafe CLinux.read(file.number, $0.baseAddress, $0.count)
        }
        // A name that is not text must hide nothing of what stands behind it.
        return String(decoding: (0..<max(count, 0)).map { bytes[$0] }, as: UTF8.self)
    }

    private static func text(_ bytes: Span<UInt8>, _ count: Int) -> String {
        guard count > 0, let valid = try? UTF8Span(validating: bytes.extracting(0..<count)) else { return "" }
        return String(copying: valid)
    }
}
