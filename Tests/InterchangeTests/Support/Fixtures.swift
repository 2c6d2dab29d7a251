import Interchange
import Platform
import Testing

/// Files of other authenticators, with what is in them, beside the repository.
enum Fixtures {
    /// One line of MANIFEST.tsv.
    struct Row: Sendable, CustomTestStringConvertible {
        let file: String
        let format: String
        let password: String
        let expect: String
        let expected: String
        var testDescription: String { file }
    }

    static let directory =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
        .joined(separator: "/") + "/../shared/fixtures"

    /// The files to be imported; none where the fixtures are absent.
    static let rows: [Row] = {
        guard let text = try? bytes("MANIFEST.tsv") else { return [] }
        return String(decoding: text, as: UTF8.self).split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count >= 6, fields[0].hasPrefix("import/") else { return nil }
            return Row(file: fields[0], format: fields[1], password: fields[2], expect: fields[3], expected: fields[5])
        }
    }()

    static func row(_ name: String) -> Row? { rows.first { $0.file == "import/\(name)" } }

    static func bytes(_ name: String) throws -> [UInt8] { try bytes(at: "\(directory)/\(name)") }

    static func bytes(at path: String) throws -> [UInt8] {
        let file = try FileDescriptor.reading(path)
        let size = Int(try file.size)
        var bytes: [UInt8] = []
        while bytes.count < size {
            let before = bytes.count
            try bytes.append(addingCapacity: size - before) { (output: inout OutputSpan<UInt8>) throws in
                _ = try file.read(into: &output)
            }
            if bytes.count == before { break }
        }
        return bytes
    }

    static func json(_ name: String) throws -> JSONValue {
        try JSONText.parse(LockedText(locked(try bytes(name))))
    }
}
