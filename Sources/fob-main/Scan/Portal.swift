import Client
import Platform
import Wire

/// The desktop's own way to a picture of the screen, and the only one under GNOME and KDE: `fob-portal` asks the portal
/// (org.freedesktop.portal.Screenshot), which may ask the person and leaves the picture in a file.
enum Portal {
    /// How long the answer may take, in milliseconds: longer than `fob-portal` waits, 60 seconds.
    static let patience: UInt64 = 65_000
    /// The longest path (PATH_MAX) with a line end.
    private static let longestAnswer = 4096

    /// How `fob-portal` ends, by its exit status. Every other is a portal that gives no picture.
    private enum Verdict: Int32 {
        case picture = 0
        case noPortal = 1
        case refused = 2
        case timeout = 4
    }

    /// The picture, whose file has lost its name already: it shows a secret. Nil when there is no portal, or none that
    /// can take a picture, so that another program has to.
    static func picture(patience: UInt64) throws(ClientError) -> FileDescriptor? {
        guard let program = Child.companion("fob-portal") else { return nil }
        let (status, answer) = try run(program, until: Clock.sinceBoot + patience)
        switch Verdict(rawValue: status) {
        case .picture: return try take(answer)
        case .noPortal: return nil
        case .refused: throw ClientError(.denied, Sentences.portalRefused, remedy: Sentences.scanFileInstead)
        case .timeout: throw ClientError(.expired, Sentences.portalSilent, remedy: Sentences.scanFileInstead)
        case nil:
            Output.note(tr("the desktop's portal gave no picture of the screen; another program has to"))
            return nil
        }
    }

    /// The exit status and the line that `fob-portal` has written.
    private static func run(_ program: String, until deadline: UInt64) throws(ClientError) -> (Int32, String) {
        var text = try ClientError.locked(longestAnswer)
        do throws(SystemError) {
            let child = try Child.start(
                program, [], environment: Child.environment(keeping: ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"]),
                output: .connected)
            var taken: Int?
            repeat { taken = try child.read(into: &text, until: deadline) } while (taken ?? 0) > 0
            guard taken != nil else {
                child.kill()
                _ = child.wait()
                return (Verdict.timeout.rawValue, "")
            }
            let status = child.wait()
            guard let line = try? UTF8Span(validating: text.bytes) else { return (status, "") }
            return (status, String(copying: line))
        } catch { throw ClientError(error) }
    }

    private static func take(_ answer: String) throws(ClientError) -> FileDescriptor {
        guard answer.hasPrefix("/"), answer.hasSuffix("\n") else {
            throw ClientError(.companionFailed, Sentences.portalAnswer, remedy: Sentences.scanFileInstead)
        }
        let path = String(answer.dropLast())
        do throws(SystemError) { return try FileDescriptor.takingAway(path) } catch {
            let isForeign = error.isPermission || error.isLink || error.code == SystemError.notOneFile
            let code: ErrorCode = error.isMissing ? .inputMissing : isForeign ? .permission : .system
            throw ClientError(
                code, Sentences.portalPicture(Label.shown(path), error.told), remedy: Sentences.scanFileInstead)
        }
    }
}
