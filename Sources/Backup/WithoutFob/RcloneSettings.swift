import Model
import Platform

/// What has to be known of a remote of rclone to set it up again elsewhere. Of rclone's settings only those are looked at
/// that say where something is; passwords, tokens and keys stay in locked memory, which is wiped.
package struct RcloneSettings: Equatable, Sendable {
    /// A setting that says where something is.
    package struct Setting: Equatable, Sendable {
        package let name: String
        package let value: String
    }

    /// Settings that are taken, in the order in which they are told.
    package static let taken = [
        "type", "provider", "vendor", "url", "endpoint", "host", "port", "user", "region", "bucket", "remote",
        "upstreams",
    ]
    /// Bytes of a value; longer ones are nothing to be copied from paper.
    private static let longest = 200
    /// Bytes that are read of what rclone says.
    private static let most = 64 << 10
    /// Milliseconds that rclone may take.
    private static let patience: UInt64 = 10_000

    /// The settings, in that order.
    package let settings: [Setting]

    /// The value of one.
    package subscript(_ name: String) -> String? { settings.first { $0.name == name }?.value }

    /// Asks rclone; without settings where it is not installed, does not know the remote or wants a password.
    package init(of remote: String) {
        settings = Programs.path(of: "rclone").map { Self.ask($0, of: remote) } ?? []
    }

    private static func ask(_ program: String, of remote: String) -> [Setting] {
        var text: LockedBuffer
        do throws(MemoryError) { text = try LockedBuffer(capacity: most) } catch { return [] }
        let environment = Child.environment(
            keeping: RcloneDestination.variables + Environment.names(startingWith: "RCLONE_"))
        do throws(SystemError) {
            let child = try Child.start(
                program, ["config", "show", remote, "--ask-password=false"], environment: environment,
                output: .connected, newSession: true)
            let deadline = Clock.sinceBoot + patience
            var taken: Int? = 1
            while (taken ?? 0) > 0, text.free > 0 { taken = try child.read(into: &text, until: deadline) }
            child.killSession()
            _ = child.wait()
        } catch { return [] }
        return read(text.bytes)
    }

    /// The settings in what `rclone config show` prints: `NAME = VALUE` on a line each.
    package static func read(_ text: Span<UInt8>) -> [Setting] {
        var found: [Setting] = []
        var start = 0
        while start < text.count {
            var end = start
            while end < text.count, text[end] != UInt8(ascii: "\n") { end += 1 }
            if let setting = setting(text.extracting(start..<end)), !found.contains(where: { $0.name == setting.name })
            {
                found.append(setting)
            }
            start = end + 1
        }
        return taken.compactMap { name in found.first { $0.name == name } }
    }

    /// Nothing of a line becomes a string before its name is known to be one of those that are taken.
    private static func setting(_ line: Span<UInt8>) -> Setting? {
        guard
            let name = taken.first(where: { name in
                let name = name.utf8
                guard line.count > name.count + 3 else { return false }
                return zip(name, line.indices).allSatisfy { line[$1] == $0 } && line[name.count] == UInt8(ascii: " ")
                    && line[name.count + 1] == UInt8(ascii: "=") && line[name.count + 2] == UInt8(ascii: " ")
            }), line.count <= name.utf8.count + 3 + longest,
            let text = try? UTF8Span(validating: line.extracting((name.utf8.count + 3)...))
        else { return nil }
        let value = plain(String(copying: text), name)
        return value.isEmpty ? nil : Setting(name: name, value: value)
    }

    /// A value without what may be a credential in it: users and passwords of a URL, its query, parameters of remotes, and
    /// whatever looks like a key.
    private static func plain(_ value: String, _ name: String) -> String {
        switch name {
        case "remote", "upstreams":
            let parts = value.split(separator: " ")
            // A path, NAME:PATH, or DIRECTORY=NAME:PATH; not :TYPE,PARAMETERS:PATH.
            let isPlain = parts.allSatisfy { part in
                let place = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).last ?? part
                return place.hasPrefix("/") || RcloneDestination.isPlain(String(place))
            }
            return isPlain ? Redaction.redacted(value) : ""
        case "url", "endpoint": return Redaction.redacted(address(value))
        default: return Redaction.redacted(value)
        }
    }

    /// An address without user, query and fragment.
    private static func address(_ value: String) -> String {
        var value = String(value.prefix { $0 != "?" && $0 != "#" })
        let host = value.firstRange(of: "://")?.upperBound ?? value.startIndex
        let end = value[host...].firstIndex(of: "/") ?? value.endIndex
        if let at = value[host..<end].lastIndex(of: "@") { value.removeSubrange(host...at) }
        return value
    }
}
