import ForeignLibraries
import Interchange
import Platform
import Wire

/// A parser that libFuzzer feeds: whatever the bytes are, it must give entries or an error, soon and in little memory.
struct Harness: Sendable {
    let name: String
    let run: @Sendable (Span<UInt8>) -> Void

    /// One for each format that is read, and one for each parser below several of them.
    static let all: [Harness] =
        Formats.readers.map { reader in
            Harness(name: "\(reader)") { bytes in
                guard let source = source(bytes) else { return }
                // What the reader would refuse as foreign is read all the same: `--from` does that too.
                let passwords = NoPasswords()
                let sink = CountingSink()
                try? reader.read(source, passwords, to: sink)
            }
        } + [
            // The whole way of a file whose format nobody named.
            Harness(name: "any") { bytes in
                guard let source = source(bytes), let reader = try? Formats.reader(for: source) else { return }
                let passwords = NoPasswords()
                let sink = CountingSink()
                try? reader.read(source, passwords, to: sink)
            },
            Harness(name: "json") { bytes in
                guard let text = text(bytes), let value = try? JSONText.parse(text) else { return }
                for member in value.members { _ = member.value.string }
                for item in value.items { _ = item.double }
            },
            Harness(name: "xml") { bytes in
                guard let text = text(bytes) else { return }
                _ = try? XMLText.parse(text)
            },
            // What is below the encryption of OTP Auth.
            Harness(name: "archived-objects") { bytes in
                guard let text = text(bytes), let archive = try? ArchivedObject(text) else { return }
                let sink = CountingSink()
                try? OTPAuthReader.read(archive, to: sink)
            },
            Harness(name: "recovery-codes") { bytes in
                _ = try? RecoveryCodeText.read(bytes, name: "")
                _ = try? RecoveryCodeText.read(bytes, name: "", hint: "github")
            },
            // A database and its log, divided at the middle.
            Harness(name: "write-ahead-log") { bytes in
                guard let database = text(bytes.extracting(..<(bytes.count / 2))),
                    let log = text(bytes.extracting((bytes.count / 2)...)),
                    let source = try? Source([
                        SourceFile(name: "accounts", text: database), SourceFile(name: "accounts-wal", text: log),
                    ]), let reader = try? Formats.reader(for: source)
                else { return }
                let passwords = NoPasswords()
                let sink = CountingSink()
                try? reader.read(source, passwords, to: sink)
            },
            Harness(name: "picture") { bytes in Picture.scan(bytes) },
            // What a converter that was taken over could send to fob.
            Harness(name: "frames") { bytes in
                guard let frame = try? ConversionFrame.scan(bytes) else { return }
                let body = bytes.extracting(frame.body)
                switch frame.kind {
                case .start: _ = try? ConversionStart(from: body)
                case .file: _ = try? ConversionFile(from: body)
                case .entry: _ = try? ConversionEntry(from: body)
                case .passkey: _ = try? ConversionPasskey(from: body)
                case .end: _ = try? ConversionEnd(from: body)
                case .passwordNeeded: _ = try? ConversionPasswordNeeded(from: body)
                case .problem: _ = try? ConversionProblem(from: body)
                case .warning: _ = try? ConversionWarning(from: body)
                case .failure: _ = try? ConversionFailure(from: body)
                case .outcome: _ = try? ConversionOutcome(from: body)
                case .data, .password, .codes, .keyFile: break
                }
            },
            // What fob-hardware could send that a security key has taken over, and what it takes itself: frame after frame.
            Harness(name: "hardware-frames") { bytes in
                var start = 0
                while let frame = try? HardwareFrame.scan(bytes.extracting(start...)) {
                    guard frame.body.upperBound > 0 else { fatalError("a frame of nothing") }
                    let body = bytes.extracting(start + frame.body.lowerBound..<start + frame.body.upperBound)
                    start += frame.body.upperBound
                    switch frame.kind {
                    case .start: same(HardwareStart.self, body)
                    case .device: same(HardwareDevice.self, body)
                    case .pinNeeded: same(HardwarePinNeeded.self, body)
                    case .credential: same(HardwareMade.self, body)
                    case .failure: same(HardwareFailure.self, body)
                    case .pin, .touch, .secret, .end: break
                    }
                }
            },
        ] + SecurityKeys.harnesses + RecoveryParsers.harnesses + MessageParsers.harnesses + [
            Harness(name: "provider", run: HostileAgent.serve), UserHIDEvents.harness, BrowserMessages.harness,
        ]

    /// What is read is written as it came.
    private static func same<B: HardwareBody>(_ type: B.Type, _ bytes: Span<UInt8>) {
        guard let body = try? B(from: bytes) else { return }
        guard body.encodedCount == bytes.count else {
            fatalError("\(type) has another length when it is written again")
        }
    }

    private static func text(_ bytes: Span<UInt8>) -> LockedText? {
        guard var buffer = try? LockedBuffer(capacity: bytes.count) else { return nil }
        buffer.append(copying: bytes)
        return LockedText(buffer)
    }

    private static func source(_ bytes: Span<UInt8>) -> Source? {
        text(bytes).flatMap { try? Source([SourceFile(name: "input", text: $0)]) }
    }
}

/// Encrypted files are read up to the question: a derivation takes longer than all other parsing together.
private final class NoPasswords: PasswordSource {
    func password(format: String, again: Bool) throws(ConversionError) -> LockedBuffer {
        throw .passwordNeeded
    }
}

private final class CountingSink: EntrySink {
    private var count = 0

    func entry(_ entry: consuming Entry, at position: Int) throws(ConversionError) { count += 1 }
    func problem(_ label: String, _ reason: String, at position: Int) throws(ConversionError) { count += 1 }
    func warning(_ text: String) throws(ConversionError) { count += 1 }
}
