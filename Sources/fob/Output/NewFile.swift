import Client
import Platform
import Wire

/// A file that the user named, mode 0600. Nothing is overwritten and no link is followed; what is not finished is
/// removed again.
final class NewFile {
    /// Where it is.
    let path: String
    private let file: FileDescriptor
    private var isFinished = false

    /// Makes it.
    init(_ path: String) throws(ClientError) {
        file = try RecoveryPage.create(path)
        self.path = path
    }

    deinit { if !isFinished { FileDescriptor.remove(path) } }

    /// Writes all of it.
    func finish(_ octets: Span<UInt8>) throws(ClientError) {
        do throws(SystemError) {
            try file.writeAll(octets)
            try file.sync()
        } catch {
            throw ClientError(.notSaved, "\(path): \(error.reason)", remedy: Sentences.makeRoom)
        }
        isFinished = true
    }
}
