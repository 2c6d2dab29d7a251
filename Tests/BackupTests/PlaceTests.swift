import Glibc
import Platform
import TestSupport
import Testing
import Wire

@testable import Backup

/// Which backup comes first, what files at a destination are called, and what programs' complaints come to.
@Suite struct PlaceTests {
    private static let day: UInt64 = 86_400
    private static let now: UInt64 = 1_900_000_000

    private func name(_ sequence: UInt64, _ utc: UInt64) -> BackupName {
        BackupName(vault: "a0a1a2a3", utc: utc, sequence: sequence)
    }

    @Test func `a clock that was a year ahead for one backup leads nobody to it`() {
        let (early, wrong, later) = (name(3, Self.now - 20), name(5, Self.now + 365 * Self.day), name(6, Self.now - 10))
        #expect(BackupOrder.newest(of: [wrong, early, later], at: Self.now) == [later, early, wrong])
        // It is there for who picks it, and the only one is the newest one.
        #expect(BackupOrder.newest(of: [wrong], at: Self.now) == [wrong])
        #expect(BackupOrder.newest(of: [wrong, name(9, wrong.utc)], at: Self.now) == [name(9, wrong.utc), wrong])
    }

    @Test func `a clock of before the release tells nothing about the future`() {
        let (early, later) = (name(3, Self.now), name(4, Self.now + 30 * Self.day))
        #expect(BackupOrder.newest(of: [early, later], at: 5) == [later, early])
    }

    @Test func `clocks of two machines may differ by some days`() {
        let (own, ahead) = (name(3, Self.now), name(4, Self.now + 3 * Self.day))
        #expect(BackupOrder.newest(of: [own, ahead], at: Self.now) == [ahead, own])
    }

    @Test func `of two machines, the latest and the highest save stand first`() {
        let names = [
            name(27, Self.now - 100), name(26, Self.now - 200), name(4, Self.now - 50), name(2, Self.now - 900),
        ]
        #expect(BackupOrder.newest(of: names.shuffled(), at: Self.now).prefix(2) == [names[2], names[0]])
    }

    @Test(arguments: [
        "fob-a0a1a2a3-20300101T000000Z-41.age", "recovery-key.age", "recovery-key-0011aabb.age",
        "place-of-fob-0011aabb.txt", "trial-of-fob-0011aabb.tmp", "readable.py",
    ]) func `names are read as they are given`(_ name: String) {
        #expect(StoredName(name)?.description == name)
    }

    @Test(arguments: [
        "fob-00000000-20300101T000000Z-0.age", "fob-00000000-20300101T000000Z-41.age", "recovery-key-0011AABB.age",
        "recovery-key-.age", "place-of-fob-0011aabb.age", "place-of-fob-0011aabbc.txt", "trial-of-fob-.tmp", "", ".age",
        "readable.py.age", "readable.pyc",
        "fob-a0a1a2a3-20300101T000000Z-41 (conflicted copy).age",
    ]) func `other names are not fob's, nor are those of no vault`(_ name: String) {
        #expect(StoredName(name) == nil)
    }

    @Test(arguments: [
        (
            "couldn't fetch token: Post \"https://o.h/token\": dial tcp: lookup o.h: no such host",
            DestinationError.Cause.unreachable
        ),
        ("couldn't fetch token - maybe it has expired? - refresh with \"rclone config reconnect x:\"", .refused),
        ("oauth2: \"invalid_grant\" \"Token has been expired or revoked.\"", .refused),
        ("NewFs: couldn't connect SSH: ssh: handshake failed: ssh: unable to authenticate", .refused),
        ("NewFs: couldn't connect SSH: dial tcp 127.0.0.1:40331: connect: connection refused", .unreachable),
        ("Propfind \"http://h/fob\": net/http: timeout awaiting response headers", .unreachable),
        ("read tcp 10.0.0.1:40302->10.0.0.2:443: read: connection reset by peer", .unreachable),
        ("error listing: Propfind: Internal Server Error: 500 Internal Server Error", .server),
        ("502 Bad Gateway: <html><head>", .server),
        ("503 Service Unavailable", .throttled), ("Too Many Requests: 429 Too Many Requests", .throttled),
        ("googleapi: Error 403: User Rate Limit Exceeded, userRateLimitExceeded", .throttled),
        ("googleapi: Error 403: The user's Drive storage quota has been exceeded., storageQuotaExceeded", .full),
        ("507 Insufficient Storage", .full), ("write x: no space left on device", .full),
        ("tls: failed to verify certificate: x509: certificate signed by unknown authority", .certificate),
        ("Get \"https://h/\": x509: certificate has expired or is not yet valid", .certificate),
        ("Propfind: expected element type <multistatus> but have <html>", .portal),
        ("invalid character '<' looking for beginning of value", .portal),
        ("stopped after 10 redirects", .portal), ("302 Found", .portal),
        ("couldn't open file - No such directory", .absent),
        ("NoSuchBucket: The specified bucket does not exist", .absent),
        ("/bin/sh: 1: nothing: command not found", .absent), ("403 Forbidden", .refused),
        ("NewFs: couldn't connect SSH: ssh: handshake failed: knownhosts: key mismatch", .certificate),
        (
            "RequestTimeTooSkewed: The difference between the request time and the current time is too large",
            .certificate
        ),
        ("tls: first record does not look like a TLS handshake", .portal),
        ("path/insufficient_space/...", .full), ("552 Exceeded storage allocation", .full),
        ("session setup failed: NT_STATUS_LOGON_FAILURE", .refused), ("NT_STATUS_ACCESS_DENIED listing \\*", .refused),
        ("tree connect failed: NT_STATUS_BAD_NETWORK_NAME", .absent), ("NT_STATUS_HOST_UNREACHABLE", .unreachable),
        ("ls: cannot access '/mnt/nas': Transport endpoint is not connected", .unreachable),
        ("ls: reading directory '/mnt/nas': Stale file handle", .unreachable),
        ("Connection to nas closed by remote host.", .unreachable), ("serviceNotAvailable", .throttled),
        ("something that nobody has heard of", .other),
    ]) func `each cause is told apart`(_ said: String, _ cause: DestinationError.Cause) {
        #expect(StderrDiagnosis.cause(of: said) == cause)
    }

    @Test(arguments: [
        (EIO, DestinationError.Cause.unreachable), (ENOTCONN, .unreachable), (ESTALE, .unreachable),
        (ENOENT, .unreachable),
        (ENOSPC, .full), (EROFS, .readOnly), (EACCES, .refused), (EINVAL, .other),
    ]) func `a disk that was pulled out, or whose server is away, cannot be reached`(
        _ code: Int32, _ cause: DestinationError.Cause
    ) {
        #expect(DestinationError(SystemError("read", code: code, on: "/media/stick")).cause == cause)
    }

    @Test(arguments: DestinationError.Cause.allCases) func `what helps names the destination and a verb that there is`(
        _ cause: DestinationError.Cause
    ) {
        let remedy = DestinationError(cause, "x").remedy(at: "disk")
        let verbs = ["backup run disk", "backup test disk", "backup accept disk", "backup now --force"]
        #expect(verbs.contains { remedy.contains("run: fob \($0)") }, "\(remedy)")
        // A remote that a restore names is no destination of the configuration.
        #expect(!DestinationError(cause, "x").remedy(at: "dav:backups").contains("dav:backups"))
    }

    @Test func `what lies there several times is one file where all are equal`() {
        let file: [UInt8] = [1, 2, 3]
        #expect(RcloneDestination.one(of: file, 1) == file)
        #expect(RcloneDestination.one(of: file + file + file, 3) == file)
        // Of two that differ, nobody can tell which one is meant.
        #expect(RcloneDestination.one(of: file + [1, 2, 4], 2) == file + [1, 2, 4])
        #expect(RcloneDestination.one(of: [1, 2, 3], 2) == file)
    }

    @Test func `the state of a place is read as it was written`() throws {
        let scratch = try Scratch()
        var state = DestinationState(added: 7)
        (state.place, state.directory) = ("0011aabb", "12:34")
        state.vanished = [name(3, Self.now): 9, name(4, Self.now): 10]
        state.lost = [name(4, Self.now): DestinationState.Shipped(hash: "cd", size: 4, uploaded: 3, verified: 2)]
        let directory = try Directory.open(scratch.path, create: true)
        try state.save("disk", in: directory)
        #expect(try DestinationState.load("disk", from: directory) == state)
        #expect(state.health(notUploaded: nil, at: 8) == .failing)
    }

    @Test func `the program for readers without fob is brought once, and put over none of anybody else`() throws {
        let scratch = try Scratch()
        let notes = try Directory.open(scratch.path + "/notes", create: true)
        let place = RecordingPlace()
        let upload = Upload(
            BackupConfiguration.Entry(name: "disk", kind: .folder("/")), LocalBackups(notes: notes, sealed: ""), at: 5)
        func bring() throws(DestinationError) { try upload.bringProgram(place.list(), place) }
        try bring()
        try bring()
        #expect(place.files[.program] == RecordsProgram.file && place.puts == 1)
        // Of another release, or torn.
        let others: [[UInt8]] = [
            RecordsProgram.file + Array("pass\n".utf8), Array(RecordsProgram.file.prefix(100)),
            Array(RecordsProgram.file.prefix(10)), [],
        ]
        for other in others {
            place.files[.program] = other
            try bring()
            #expect(place.files[.program] == RecordsProgram.file)
        }
        // Of somebody who has nothing to do with fob.
        let foreign = Array("print(1)\n".utf8)
        place.files[.program] = foreign
        for _ in 0..<2 {
            #expect(throws: DestinationError.self) { try bring() }
            #expect(place.files[.program] == foreign)
        }
    }
}

/// A place in memory that counts what is asked of it.
private final class RecordingPlace: Destination {
    var files: [StoredName: [UInt8]] = [:]
    private(set) var puts = 0

    func list(cleaning _: Bool) -> [StoredFile] {
        files.map { StoredFile(name: $0.key, size: UInt64($0.value.count)) }
    }
    func put(_ file: LocalFile) {
        puts += 1
        files[file.name] = file.bytes
    }
    func replace(_ file: LocalFile) { put(file) }
    func get(_ name: StoredName) -> [UInt8]? { files[name] }
    func delete(_ name: StoredName) { files[name] = nil }
}
