import Platform
import Wire

/// What the configuration file says about the agent itself: the section `[agent]`. What else stands in the file is for
/// others.
struct ConfigurationFile {
    /// The agent listens at the forwarded socket, too.
    private(set) var forward = false

    /// Bytes of the file.
    private static let most = 1 << 20

    /// What the file says; nothing where there is none, or where others may change it: that is said, and no reason to
    /// give no codes.
    ///
    /// - Throws: where a line means nothing.
    init(at path: String?) throws(StartError) {
        guard let path else { return }
        let bytes: [UInt8]?
        do throws(DirectoryError) {
            bytes = try Directory.open(Paths.directory(of: path), create: false)
                .read(Paths.name(of: path), limit: Self.most)
        } catch {
            guard error.fault != .absent else { return }
            Command.write("fob-agent: \(error.message): it is not read\nhint: \(error.remedy)\n", to: 2)
            return
        }
        guard let bytes else { return }
        do throws(Fault) { try read(String(decoding: bytes, as: UTF8.self)) } catch {
            throw StartError(.configuration, "\(path):\(error.line): \(error.why)", "see fob-agent(1)")
        }
    }

    /// A line that means nothing.
    struct Fault: Error, Equatable {
        let line: Int
        let why: String
    }

    init() {}

    mutating func read(_ text: String) throws(Fault) {
        var isHere = false
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.split { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "=" }
            guard let first = words.first, !first.hasPrefix("#"), !first.hasPrefix(";") else { continue }
            if first.hasPrefix("[") {
                isHere = words == ["[agent]"]
            } else if isHere {
                guard first == "forward", words.count == 2, line.contains("=") else {
                    throw Fault(line: index + 1, why: "a setting of [agent] is: forward = yes, or no")
                }
                switch words[1] {
                case "yes": forward = true
                case "no": forward = false
                default: throw Fault(line: index + 1, why: "forward is yes or no")
                }
            }
        }
    }
}
