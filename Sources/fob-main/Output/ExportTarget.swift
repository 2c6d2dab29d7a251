import Client
import Platform
import Wire

/// Where an export goes: standard output, or a file or directory that does not exist until all of it is written.
final class ExportTarget {
    private enum Place {
        case standardOutput
        case file(NewFile)
        case directory
    }

    private let place: Place
    private let path: String
    /// Made only when there is something to put into it: nothing is left behind by who does not wait for the answer.
    private var directory: NewDirectory?
    /// The file of a directory that is being written.
    private var member: Member?

    /// Prepares what a path names; nil is standard output.
    init(_ path: String?, isTree: Bool) throws(ClientError) {
        self.path = path ?? "-"
        guard let path else {
            place = .standardOutput
            Output.keepsSecret()
            return
        }
        do throws(SystemError) {
            if isTree {
                // Whether it can be made is known before anybody is asked for anything.
                _ = try NewDirectory(path)
                place = .directory
            } else {
                place = .file(try NewFile(path))
            }
        } catch {
            throw Self.failed(error, path)
        }
    }

    /// Bytes from here on belong to this file of a directory.
    func begin(_ name: String) throws(ClientError) {
        guard case .directory = place else { throw unexpected }
        try end()
        do throws(SystemError) {
            member = Member(try open().file(name))
        } catch {
            throw failed(error)
        }
    }

    /// Writes bytes, which may be secret.
    func write(_ bytes: Span<UInt8>) throws(ClientError) {
        do throws(SystemError) {
            switch place {
            case .standardOutput: Output.write(bytes)
            case .file(let file): try file.file.writeAll(bytes)
            case .directory:
                guard let member else { throw SystemError("write", code: 9) }
                try member.file.writeAll(bytes)
            }
        } catch {
            throw failed(error)
        }
    }

    /// Writes text that is not secret.
    func write(_ text: String) throws(ClientError) { try write(text.utf8.span) }

    /// Gives what was written its name.
    func keep() throws(ClientError) {
        try end()
        do throws(SystemError) {
            switch place {
            case .standardOutput: break
            case .file(let file): try file.keep()
            case .directory: try open().keep()
            }
        } catch {
            throw failed(error)
        }
    }

    private func open() throws(SystemError) -> NewDirectory {
        if let directory { return directory }
        let made = try NewDirectory(path)
        directory = made
        return made
    }

    private func end() throws(ClientError) {
        do throws(SystemError) { try member?.file.sync() } catch { throw failed(error) }
        member = nil
    }

    private final class Member {
        let file: FileDescriptor

        init(_ file: consuming FileDescriptor) { self.file = file }
    }

    private var unexpected: ClientError {
        ClientError(.companionFailed, Sentences.unexpectedFiles, remedy: Sentences.reportIt)
    }

    private func failed(_ error: SystemError) -> ClientError { Self.failed(error, path) }

    /// What went wrong with an output.
    static func failed(_ error: SystemError, _ path: String) -> ClientError {
        if error.isExisting { return exists(path) }
        if error.isMissing {
            return ClientError(.notSaved, "\(path): \(error.told)", remedy: Sentences.checkDirectory)
        }
        if error.isPermission { return ClientError(.permission, "\(path): \(error.told)") }
        return ClientError(.notSaved, "\(path): \(error.told)", remedy: Sentences.makeRoom)
    }

    /// The refusal to overwrite.
    static func exists(_ path: String) -> ClientError {
        ClientError(.outputExists, Sentences.outputExists(path), remedy: Sentences.otherOutput)
    }
}
