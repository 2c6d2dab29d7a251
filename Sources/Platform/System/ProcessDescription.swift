import CLinux

/// What tells a process from others, and where it stands among them: one file of /proc(5). What is for people to read
/// beside that costs more and is read on demand. The program's name and path can be forged by its owner: display and
/// grants only, never authority.
package struct ProcessDescription: Sendable, Equatable {
    /// Its number.
    package let process: Int32
    /// When it started, in clock ticks since boot: tells a process from a later one with the same number. 0: unknown.
    package var startTime: UInt64 = 0
    /// The number of its parent. 0: unknown.
    package var parent: Int32 = 0
    /// Its process group: what a shell has started as one job. 0: unknown.
    package var group: Int32 = 0
    /// Its session leader's number: what was started from one terminal shares it. 0: unknown.
    package var session: Int32 = 0
    /// The process group in the foreground of its terminal; 0 without a terminal.
    package var foreground: Int32 = 0
    /// What the kernel was told that it is called, at most 15 bytes: the file that was started, until it says otherwise.
    package var name = ""
    /// Its controlling terminal, such as "pts/3"; empty for none.
    package var terminal = ""

    /// A process of which nothing else is known.
    package init(unknown process: Int32) { self.process = process }

    /// Reads /proc; unknown parts stay empty.
    package init(of process: Int32) {
        self.process = process
        guard process > 0 else { return }
        var bytes: [1024 of UInt8] = .init(repeating: 0)
        var span = bytes.mutableSpan
        let count = Self.read("/proc/\(process)/stat", into: &span)
        read(bytes.span.extracting(0..<count))
    }

    /// Takes what stands in proc_pid_stat(5). Everybody who asks for a code is read, so no text is made of the numbers.
    private mutating func read(_ stat: Span<UInt8>) {
        // The program's name may contain anything, but it ends at the last ")".
        guard let end = stat.indices.last(where: { stat[$0] == UInt8(ascii: ")") }),
            let start = stat.indices.first(where: { stat[$0] == UInt8(ascii: "(") }), start < end
        else { return }
        // A name that is not text must hide nothing of what stands behind it.
        name = Self.text(stat.extracting(start + 1..<end))
        // The second field ends here; before each further one is a blank.
        var field = 2
        var value: UInt64 = 0
        var isNegative = false
        for index in end + 1..<stat.count + 1 {
            let byte = index < stat.count ? stat[index] : UInt8(ascii: " ")
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\n"):
                if field > 3 { take(field, isNegative ? 0 : value) }
                if field == Self.startField { return }
                (value, isNegative) = (0, false)
                field += 1
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value &* 10 &+ UInt64(byte - UInt8(ascii: "0"))
            default: break
            }
        }
    }

    private static let startField = 22

    private mutating func take(_ field: Int, _ value: UInt64) {
        switch field {
        case 4: parent = Int32(clamping: value)
        case 5: group = Int32(clamping: value)
        case 6: session = Int32(clamping: value)
        case 7: terminal = Self.terminalName(Int(clamping: value))
        case 8: foreground = Int32(clamping: value)
        case Self.startField: startTime = value
        default: break
        }
    }

    /// Which process it is.
    package var identity: ProcessIdentity { ProcessIdentity(number: process, startTime: startTime) }

    /// Path of its program. Its name in brackets where the kernel keeps the path to itself, as it does for processes that
    /// cannot be dumped (`fob` is one), with what it was started as if that is another name. Empty when unknown. Read on
    /// demand: it costs a confined process a message to its broker.
    package var executable: String {
        let path = Self.executable(of: process)
        guard path.isEmpty, !name.isEmpty else { return path }
        // In brackets, as ps(1) does it: a name that a process has chosen must not look like a path.
        return "[\(name)\(Self.commandLine(process, otherThan: name))]"
    }

    /// How it was started, its own name in front; empty where that is not known, or is longer than a page of it. Read on
    /// demand: it costs a file.
    package var arguments: [String] {
        let text = Self.read("/proc/\(process)/cmdline")
        guard text.utf8.count < Self.most else { return [] }
        return text.split(separator: "\0", omittingEmptySubsequences: false).dropLast().map(String.init)
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

    /// Its control group (cgroup v2) as a path; empty when it is in none but the root. Read on demand: it costs a file.
    package var controlGroup: String {
        for line in Self.read("/proc/\(process)/cgroup").split(separator: "\n") where line.hasPrefix("0::/") {
            return line.count > 4 ? String(line.dropFirst(3)) : ""
        }
        return ""
    }

    /// What a process was started as, when its name is another: a program that takes the name of `fob` is a script still.
    private static func commandLine(_ process: Int32, otherThan name: String) -> String {
        let words = read("/proc/\(process)/cmdline").split(separator: "\0").prefix(2).map { Paths.name(of: String($0)) }
        guard let program = words.first, program != name else { return "" }
        let script = words.dropFirst().first.flatMap { $0.hasPrefix("-") ? nil : " " + $0 } ?? ""
        return ": " + program + script
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

    /// The path of a process's program; empty where the kernel keeps it to itself. A confined process asks its broker.
    package static func executable(of process: Int32) -> String {
        guard let broker = Broker.current else { return link("/proc/\(process)/exe") }
        guard let answer = broker.ask(process) else { return "" }
        return String(validating: answer.bytes, as: UTF8.self) ?? ""
    }

    private static func link(_ path: String) -> String {
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

    /// Bytes that are read of a file.
    private static let most = 1024

    static func read(_ path: String) -> String {
        var bytes: [1024 of UInt8] = .init(repeating: 0)
        var span = bytes.mutableSpan
        let count = read(path, into: &span)
        // A name that is not text must hide nothing of what stands behind it.
        return text(bytes.span.extracting(0..<count))
    }

    /// The first bytes of a file; returns how many, 0 when it cannot be read.
    private static func read(_ path: String, into bytes: inout MutableSpan<UInt8>) -> Int {
        let number = unsafe fob_open(path, O_RDONLY | O_CLOEXEC, 0)
        guard number >= 0 else { return 0 }
        let file = FileDescriptor(owning: number)
        let count = unsafe bytes.withUnsafeMutableBufferPointer {
            unsafe CLinux.read(file.number, $0.baseAddress, $0.count)
        }
        return max(count, 0)
    }

    /// Text of bytes; what is not UTF-8 is replaced.
    private static func text(_ bytes: Span<UInt8>) -> String {
        if let valid = try? UTF8Span(validating: bytes) { return String(copying: valid) }
        return String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }

    private static func text(_ bytes: Span<UInt8>, _ count: Int) -> String {
        guard count > 0, let valid = try? UTF8Span(validating: bytes.extracting(0..<count)) else { return "" }
        return String(copying: valid)
    }
}
