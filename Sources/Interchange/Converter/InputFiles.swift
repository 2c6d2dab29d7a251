import Platform
import Wire

/// The files that come as FILE and DATA, on their way into locked memory.
struct InputFiles: ~Copyable {
    private var files: [SourceFile] = []
    private var name = ""
    private var isKey = false
    private var contents: LockedBuffer
    private var hasContents = false
    private var total = 0

    /// Nothing yet; `size` bytes are expected in all, 0 if that is not known.
    init(expecting size: UInt64) throws(ConversionError) {
        contents = try ConversionError.buffer(min(Int(clamping: size), InterchangeLimits.file))
    }

    /// The data that follow are of another file.
    mutating func begin(_ file: ConversionFile) throws(ConversionError) {
        try close()
        name = file.name
        hasContents = true
    }

    /// The data that follow are a key file.
    mutating func beginKey() throws(ConversionError) {
        try close()
        (name, isKey, hasContents) = ("", true, true)
    }

    /// The next bytes.
    mutating func append(_ bytes: Span<UInt8>) throws(ConversionError) {
        hasContents = true
        total += bytes.count
        guard total <= InterchangeLimits.file else { throw .tooLarge("more than 32 MiB") }
        if bytes.count > contents.free {
            var larger = try ConversionError.buffer(max(contents.count + bytes.count, 2 * contents.capacity))
            larger.append(copying: contents.bytes)
            contents = larger
        }
        contents.append(copying: bytes)
    }

    /// All files; at least one.
    mutating func finish() throws(ConversionError) -> [SourceFile] {
        if !hasContents && files.isEmpty { hasContents = true }
        try close()
        return files
    }

    private mutating func close() throws(ConversionError) {
        guard hasContents else { return }
        guard files.count < InterchangeLimits.entries else { throw .tooLarge("more than 50,000 files") }
        var fresh = try ConversionError.buffer(0)
        swap(&fresh, &contents)
        if fresh.capacity > 2 * fresh.count {
            var small = try ConversionError.buffer(fresh.count)
            small.append(copying: fresh.bytes)
            fresh = small
        }
        files.append(SourceFile(name: name, text: LockedText(fresh), isKey: isKey))
        (hasContents, isKey) = (false, false)
    }
}
