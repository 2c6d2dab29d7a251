package import Client
import Platform
import Wire

/// Where backups go: the sections `[backup NAME]` of the plain file that can be read before the vault is open. What
/// else stands in the file stays as it is.
package struct BackupConfiguration: Sendable {
    /// A destination as the file has it.
    package struct Entry: Equatable, Sendable {
        /// The owner's word for it.
        package let name: String
        /// What it is.
        package let kind: DestinationKind
        /// How often, and how many are kept.
        package var plan: BackupPlan

        /// A destination.
        package init(name: String, kind: DestinationKind, plan: BackupPlan = .usual) {
            (self.name, self.kind, self.plan) = (name, kind, plan)
        }
    }

    /// Bytes of the file.
    private static let limit = 1 << 20
    /// Destinations that are taken.
    package static let most = 32

    /// The destinations, in the file's order.
    package private(set) var entries: [Entry] = []
    private var lines: [String] = []
    private let path: String

    /// Reads the file; without one there are no destinations.
    package init() throws(ClientError) {
        guard let path = Paths.configuration else {
            throw ClientError(.configuration, Sentences.noConfigurationPath, remedy: Sentences.setHome)
        }
        self.path = path
        do throws(DirectoryError) {
            let directory = try Directory.open(Paths.directory(of: path), create: false)
            guard let bytes = try directory.read(Paths.name(of: path), limit: Self.limit) else { return }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw .system(SystemError("read", code: SystemError.inputOutput, on: path))
            }
            lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            if lines.last == "" { lines.removeLast() }
        } catch {
            if error.fault == .absent { return }
            throw ClientError(error)
        }
        try parse()
    }

    /// The destination of that name.
    package func entry(_ name: String) throws(ClientError) -> Entry {
        if let found = entries.first(where: { $0.name == name }) { return found }
        throw ClientError(.notFound, Sentences.noDestination(name), remedy: Sentences.listDestinations)
    }

    /// Whether a name can be one: it is also a part of files' names.
    package static func isName(_ name: String) -> Bool {
        (1...32).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
                    || $0 == 0x5F
            }
    }

    // MARK: Reading

    private mutating func parse() throws(ClientError) {
        var name: String?
        var values: [String: String] = [:]
        for (index, line) in (lines + ["[]"]).enumerated() {
            let text = Self.trimmed(line[...])
            if text.isEmpty || text.hasPrefix("#") || text.hasPrefix(";") { continue }
            if text.hasPrefix("["), text.hasSuffix("]") {
                if let finished = name { entries.append(try entry(finished, values)) }
                values = [:]
                name = Self.section(text)
                if let name {
                    guard Self.isName(name), !entries.contains(where: { $0.name == name }) else {
                        throw fault(Sentences.badName(name), index)
                    }
                }
            } else if name != nil {
                guard let sign = text.firstIndex(of: "=") else { throw fault(Sentences.noValue, index) }
                values[String(Self.trimmed(text[..<sign]))] = String(Self.trimmed(text[text.index(after: sign)...]))
            }
        }
        guard entries.count <= Self.most else { throw fault(Sentences.tooManyDestinations(Self.most), 0) }
    }

    private static func section(_ text: Substring) -> String? {
        let words = text.dropFirst().dropLast().split(separator: " ")
        return words.count == 2 && words[0] == "backup" ? String(words[1]) : nil
    }

    private func entry(_ name: String, _ all: [String: String]) throws(ClientError) -> Entry {
        var (values, plan) = (all, BackupPlan.usual)
        for (key, range) in BackupPlan.bounds {
            guard let text = values.removeValue(forKey: key) else { continue }
            guard plan.set(key, text) else {
                throw ClientError(
                    .configuration, Sentences.badPlan(path, name, key, range), remedy: Sentences.seeConfiguration)
            }
        }
        if let path = values["folder"], values.count == 1, path.hasPrefix("/") {
            return Entry(name: name, kind: .folder(path), plan: plan)
        }
        if let remote = values["rclone"], values.count == 1, RcloneDestination.isPlain(remote) {
            return Entry(name: name, kind: .rclone(remote), plan: plan)
        }
        if let put = values["put"], let get = values["get"], let list = values["list"],
            Set(values.keys).isSubset(of: ["put", "get", "list", "delete"])
        {
            return Entry(
                name: name, kind: .command(put: put, get: get, list: list, delete: values["delete"]), plan: plan)
        }
        throw ClientError(.configuration, Sentences.badDestination(path, name), remedy: Sentences.seeConfiguration)
    }

    private func fault(_ what: String, _ line: Int) -> ClientError {
        ClientError(.configuration, "\(path):\(line + 1): \(what)", remedy: Sentences.seeConfiguration)
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" || last == "\r" { text.removeLast() }
        return text
    }

    // MARK: Writing

    /// Adds a destination at the end.
    package mutating func add(_ entry: Entry) throws(ClientError) {
        // A command would take it for an option.
        guard Self.isName(entry.name), !entry.name.hasPrefix("-") else {
            throw ClientError(.usage, Sentences.badName(entry.name), remedy: Sentences.knownNames)
        }
        guard !entries.contains(where: { $0.name == entry.name }) else {
            throw ClientError(.alreadyExists, Sentences.destinationExists(entry.name), remedy: Sentences.otherName)
        }
        guard entries.count < Self.most else { throw fault(Sentences.tooManyDestinations(Self.most), 0) }
        let settings: [(String, String)] =
            switch entry.kind {
            case .folder(let path): [("folder", path)]
            case .rclone(let remote): [("rclone", remote)]
            case .command(let put, let get, let list, let delete):
                [("put", put), ("get", get), ("list", list)] + (delete.map { [("delete", $0)] } ?? [])
            }
        for (_, value) in settings where value.contains(where: \.isNewline) || value.isEmpty {
            throw ClientError(.usage, Sentences.badValue, remedy: Sentences.seeConfiguration)
        }
        if lines.last.map({ !$0.isEmpty }) == true { lines.append("") }
        lines.append("[backup \(entry.name)]")
        lines += (settings + entry.plan.settings).map { "\($0.0) = \($0.1)" }
        entries.append(entry)
        try write()
    }

    /// Takes a destination out; its files stay.
    package mutating func remove(_ name: String) throws(ClientError) {
        _ = try entry(name)
        var kept: [String] = []
        var isInside = false
        for line in lines {
            let text = Self.trimmed(line[...])
            if text.hasPrefix("["), text.hasSuffix("]") { isInside = Self.section(text) == name }
            if !isInside || text.hasPrefix("#") { kept.append(line) }
        }
        while kept.last == "" { kept.removeLast() }
        lines = kept
        entries.removeAll { $0.name == name }
        try write()
    }

    private func write() throws(ClientError) {
        do throws(DirectoryError) {
            let directory = try Directory.open(Paths.directory(of: path), create: true)
            try directory.replace(
                Paths.name(of: path), by: Array((lines.joined(separator: "\n") + "\n").utf8))
        } catch { throw ClientError(error) }
    }
}

extension Directory {
    /// Replaces a file in one step.
    func replace(_ name: String, by bytes: [UInt8]) throws(DirectoryError) {
        let temporary = ".\(name).new"
        try? remove(temporary)
        do throws(DirectoryError) {
            try write(bytes, as: temporary)
            try rename(temporary, to: name)
            try sync()
        } catch {
            try? remove(temporary)
            throw error
        }
    }

    private func write(_ bytes: [UInt8], as name: String) throws(DirectoryError) {
        let file = try openFile(name, for: .creatingNew)
        do throws(SystemError) {
            try file.writeAll(bytes.span)
            try file.sync()
        } catch { throw failure(error, of: name) }
    }
}
