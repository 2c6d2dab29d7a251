import Model
import Platform

/// Commands of the owner's, run by /bin/sh: `put` has the file as its input and `get` as its output, `list` prints one
/// name a line. FOB_NAME is the file's name.
struct CommandDestination: Destination {
    private static let variables = [
        "HOME", "PATH", "USER", "LOGNAME", "LANG", "TMPDIR", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "SSH_AUTH_SOCK",
    ]
    private let templates: Templates
    private let scratch: Directory
    /// For each command.
    private let seconds: UInt64

    struct Templates {
        let put: String
        let get: String
        let list: String
        let delete: String?
    }

    init(_ templates: Templates, _ scratch: Directory, seconds: UInt64) {
        (self.templates, self.scratch, self.seconds) = (templates, scratch, seconds)
    }

    var canDelete: Bool { templates.delete != nil }

    func list(cleaning _: Bool) throws(DestinationError) -> [StoredFile] {
        let outcome = try run("list", templates.list, nil, limit: 16 << 20)
        return String(decoding: outcome.output, as: UTF8.self).split(whereSeparator: \.isNewline).compactMap { line in
            StoredName(Paths.name(of: String(line))).map { StoredFile(name: $0, size: nil) }
        }
    }

    func put(_ file: LocalFile) throws(DestinationError) {
        let input = try file.open()
        _ = try run("put", templates.put, file.name, input: input.number)
    }

    func replace(_ file: LocalFile) throws(DestinationError) { try put(file) }

    func get(_ name: StoredName) throws(DestinationError) -> [UInt8]? {
        guard try list().contains(where: { $0.name == name }) else { return nil }
        return try run("get", templates.get, name, limit: Limits.sealed).output
    }

    func delete(_ name: StoredName) throws(DestinationError) {
        guard let delete = templates.delete else {
            throw DestinationError(.other, "there is no command to delete with")
        }
        _ = try run("delete", delete, name)
    }

    private func run(
        _ verb: String, _ template: String, _ name: StoredName?, input: Int32? = nil, limit: Int = 1 << 20
    ) throws(DestinationError) -> Command.Outcome {
        let command = Command(
            program: "/bin/sh", arguments: ["-c", template],
            environment: Child.environment(keeping: Self.variables) + (name.map { ["FOB_NAME=\($0)"] } ?? []),
            scratch: scratch, seconds: seconds)
        let outcome = try command.run(input: input, limit: limit)
        guard outcome.status == 0 else {
            throw StderrDiagnosis.error("the \(verb) command", outcome, seconds: seconds)
        }
        return outcome
    }
}
