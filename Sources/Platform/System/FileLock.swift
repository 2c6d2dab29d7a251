import CLinux

/// A lock on a file, held until this is gone; the kernel ends it with the process. The file says who holds it: number and
/// start of the process, as `NUMBER START` and a line feed.
package final class FileLock: Sendable {
    private let file: FileDescriptor

    fileprivate init(_ file: consuming FileDescriptor) {
        self.file = file
        let own = ProcessDescription(of: getpid()).identity
        let line = Array("\(own.number) \(own.startTime)\n".utf8)
        // What cannot be written is missing to people; the lock is held all the same.
        guard let written = try? self.file.write(line.span), let status = try? self.file.status() else { return }
        if status.size > written { try? self.file.truncate(to: UInt64(written)) }
    }
}

/// Who holds a lock.
package enum LockHolder: Equatable, Sendable {
    /// Nobody does.
    case nobody
    /// This process does.
    case process(ProcessIdentity)
    /// Somebody does who cannot be seen from here.
    case unknown
}

extension Directory {
    /// Takes the lock of a file, which is made when it is missing; nil when somebody else holds it, in this process or
    /// another.
    package func lock(_ name: String) throws(DirectoryError) -> FileLock? {
        let file: FileDescriptor
        do throws(DirectoryError) { file = try openFile(name, flags: O_RDWR | O_CREAT) } catch {
            // Where nobody can write, what there is can still be locked; where there is none, nobody can make one.
            guard isReadOnly else { throw error }
            do throws(DirectoryError) { file = try openFile(name, for: .reading) } catch {
                guard error.fault == .absent else { throw error }
                return FileLock(FileDescriptor(owning: fob_fcntl(descriptor.number, F_DUPFD_CLOEXEC, 0)))
            }
        }
        var result: Int32
        repeat { result = flock(file.number, LOCK_EX | LOCK_NB) } while result != 0 && fob_errno() == EINTR
        if result == 0 { return FileLock(file) }
        if fob_errno() == EWOULDBLOCK { return nil }
        throw failed("flock", name)
    }

    /// Who holds the lock of a file, as the kernel says; the file, which anybody of this user can write, is not believed.
    package func holder(ofLock name: String) -> LockHolder {
        guard let status = try? status(of: name),
            let written = try? read(name, limit: 64).map({ String(decoding: $0, as: UTF8.self) })
        else { return .nobody }
        if let locks = KernelLocks.text {
            guard let number = KernelLocks.holder(of: status, in: locks) else {
                return isLocked(name) ? .unknown : .nobody
            }
            let process = ProcessDescription(of: number).identity
            return process.isKnown ? .process(process) : .unknown
        }
        // Without the kernel's list: the lock itself, and what its holder has written.
        guard isLocked(name) else { return .nobody }
        let words = written.split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let number = Int32(words[0]), let start = UInt64(words[1]) else { return .unknown }
        let process = ProcessIdentity(number: number, startTime: start)
        return ProcessDescription(of: number).identity == process ? .process(process) : .unknown
    }

    /// Whether the lock cannot be shared just now.
    private func isLocked(_ name: String) -> Bool {
        guard let file = try? openFile(name, for: .reading) else { return false }
        return flock(file.number, LOCK_SH | LOCK_NB) != 0
    }
}

/// The kernel's list of locks on files, /proc/locks (proc(5)).
package enum KernelLocks {
    static var text: String? {
        let number = unsafe fob_open("/proc/locks", O_RDONLY | O_CLOEXEC, 0)
        guard number >= 0 else { return nil }
        let file = FileDescriptor(owning: number)
        var bytes: [UInt8] = []
        while bytes.count < 1 << 20 {
            var got = 0
            do {
                try bytes.append(addingCapacity: 16384) { (output: inout OutputSpan<UInt8>) throws(SystemError) in
                    got = try file.read(into: &output)
                }
            } catch { return nil }
            if got == 0 { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The process that holds the lock of a whole file: `1: FLOCK  ADVISORY  WRITE 1234 fd:01:5678 0 EOF`. Some file
    /// systems show another device there than they give to a file; only for those the number of the file is enough.
    package static func holder(of file: FileStatus, in list: String) -> Int32? {
        let device = (UInt64(fob_major(dev_t(file.identity.device))), UInt64(fob_minor(dev_t(file.identity.device))))
        var other: Int32?
        for line in list.split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            guard words.count >= 6, words[1] == "FLOCK", words[3] == "WRITE", let process = Int32(words[4]) else {
                continue
            }
            let parts = words[5].split(separator: ":")
            guard parts.count == 3, UInt64(parts[2]) == file.identity.inode else { continue }
            if UInt64(parts[0], radix: 16) == device.0, UInt64(parts[1], radix: 16) == device.1 { return process }
            if device.0 == 0 { other = process }
        }
        return other
    }
}
