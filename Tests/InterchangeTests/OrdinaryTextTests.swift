import Foundation
import Interchange
import Testing

/// No ordinary text is taken for recovery codes. Whoever answers "yes" to such an import would keep the wrong thing.
@Suite struct OrdinaryTextTests {
    /// Files that are looked at; with FOB_FULL=1 all that there are.
    private static let isFull = ProcessInfo.processInfo.environment["FOB_FULL"] == "1"
    private static let most = isFull ? 1_000_000 : 1000

    /// Text files of this machine that are small enough to be looked at: manual pages, documentation, licences, sources
    /// in several languages, tables.
    private static func ordinaryFiles() -> [(name: String, text: [UInt8])] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let places = [
            (root.path, 250), ("/usr/share/doc", 250), ("/usr/share/common-licenses", 20), ("/usr/include", 150),
            ("/usr/lib/python3", 150), ("/usr/lib/python3.11", 150), ("/usr/share/perl", 100), ("/etc", 100),
            ("/var/lib/dpkg/info", 150), ("/usr/share", 300),
        ]
        var files: [(name: String, text: [UInt8])] = manualPages(200)
        for (place, share) in places {
            var taken = 0
            guard let walk = FileManager.default.enumerator(atPath: place) else { continue }
            for case let path as String in walk where files.count < most && (isFull || taken < share) {
                if path.hasPrefix(".build") || path.hasPrefix(".git") { walk.skipDescendants() }
                guard walk.fileAttributes?[.type] as? FileAttributeType == .typeRegular,
                    let size = walk.fileAttributes?[.size] as? Int, (1...RecoveryCodeText.most).contains(size),
                    let data = FileManager.default.contents(atPath: "\(place)/\(path)"), !data.contains(0)
                else { continue }
                files.append(("\(place)/\(path)", [UInt8](data)))
                taken += 1
            }
        }
        return files
    }

    /// Manual pages are compressed; one process unpacks them all, a NUL behind each.
    private static func manualPages(_ count: Int) -> [(name: String, text: [UInt8])] {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c",
            "find /usr/share/man /usr/share/doc -name '*.gz' -size -32 2>/dev/null | sort | head -\(count) "
                + "| while read -r page; do gzip -dc \"$page\" 2>/dev/null; printf '\\0'; done",
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        guard (try? process.run()) != nil else { return [] }
        let all = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return [UInt8](all).split(separator: 0).enumerated().map { ("manual page \($0)", Array($1)) }
            .filter { $0.text.count <= RecoveryCodeText.most }
    }

    @Test func `none of up to 1,000 ordinary text files is taken for recovery codes`() {
        let files = Self.ordinaryFiles()
        var looked = 0
        for file in files {
            let name = String(file.name.split(separator: "/").last ?? "")
            #expect(ReadCodes(file.text, name: name) == nil, "\(file.name)")
            looked += 1
            // Long files are refused for their length: their beginning and their end are looked at too.
            let lines = file.text.split(separator: 0x0A, omittingEmptySubsequences: false)
            var parts = [lines.prefix(20), lines.suffix(20)]
            if Self.isFull { parts += stride(from: 20, to: lines.count, by: 10).map { lines[$0...].prefix(10) } }
            for part in parts where lines.count > 20 {
                #expect(ReadCodes(Array(part.joined(separator: [0x0A]))) == nil, "part of \(file.name)")
            }
        }
        print("ordinary text files tried: \(looked)")
        #expect(looked >= 200)
    }

    @Test func `none of 1,000 lists of numbers, hashes and names is taken for recovery codes`() {
        var generator = SystemRandomNumberGenerator()
        func hex(_ count: Int) -> String {
            String((0..<count).map { _ in "0123456789abcdef".randomElement(using: &generator) ?? "0" })
        }
        func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
        func list(_ line: (Int) -> String) -> String { (0..<number(8...40)).map(line).joined(separator: "\n") }
        for _ in 0..<100 {
            let start = number(1000...9000)
            let lists = [
                list { _ in "\(hex(32))  usr/share/doc/\(hex(6))/copyright" },
                list { _ in "\(hex(40)) refs/heads/\(hex(4))" },
                list { _ in hex(40) },
                list { _ in hex(32) },
                list { "\(start + $0) \(start + 7 * $0)" },
                list { "\($0) \(number(0...99_999_999))" },
                list { "2026\(1000 + 30 * ($0 % 30))" },
                list { _ in "0\(number(30...89)) \(number(100_000...9_999_999))" },
                list { String(format: "%08x  ", $0 * 16) + (0..<8).map { _ in hex(4) }.joined(separator: " ") },
                list { String(format: "item%04d", $0) },
            ]
            for list in lists { #expect(ReadCodes(list) == nil, "\(list.prefix(80))") }
        }
    }
}
