import Client
import Platform
import Wire

/// A picture of an emergency kit, in place of a code that is typed.
enum KitPicture {
    /// The text of the one kit code in a picture.
    static func code(in path: String) throws(ClientError) -> LockedBuffer {
        let picture: FileDescriptor
        do throws(SystemError) { picture = try FileDescriptor.reading(path) } catch {
            throw ClientError(reading: path, error)
        }
        let findings = try Scanner().scan(picture, called: path)
        guard findings.verdict == .found || findings.verdict == .more else {
            throw ClientError(.noCode, Sentences.noCode(path), remedy: Sentences.pictureOfKit)
        }
        var codes: [Range<Int>] = []
        var start = 0
        let text = findings.text.bytes
        for index in text.indices where text[index] == UInt8(ascii: "\n") {
            if Arguments.isKitCode(text.extracting(start..<index)) { codes.append(start..<index) }
            start = index + 1
        }
        guard let code = codes.first, codes.count == 1 else {
            let told = codes.isEmpty ? Sentences.noKitCode(path) : Sentences.kitCodesFound(path, codes.count)
            throw ClientError(.noCode, told, remedy: Sentences.pictureOfKit)
        }
        var found = try ClientError.locked(code.count)
        found.append(copying: text.extracting(code))
        return found
    }
}
