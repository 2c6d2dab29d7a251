import Client
import Platform
import Wire

/// A picture of an emergency kit, in place of a code that is typed.
enum KitPicture {
    /// The text of the one kit code in a picture.
    static func code(in path: String) throws(ClientError) -> LockedBuffer {
        let found = try Scanner().text(of: path, remedy: Sentences.pictureOfKit)
        let text = found.bytes
        var codes: [Range<Int>] = []
        var start = 0
        for index in text.indices where text[index] == UInt8(ascii: "\n") {
            if Arguments.isKitCode(text.extracting(start..<index)) { codes.append(start..<index) }
            start = index + 1
        }
        guard let code = codes.first, codes.count == 1 else {
            let told = codes.isEmpty ? Sentences.noKitCode(path) : Sentences.kitCodesFound(path, codes.count)
            throw ClientError(.noCode, told, remedy: Sentences.pictureOfKit)
        }
        var copy = try ClientError.locked(code.count)
        copy.append(copying: text.extracting(code))
        return copy
    }
}
