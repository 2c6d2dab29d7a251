import Testing

@testable import Backup

/// What other programs say is shown without credentials.
@Suite struct RedactionTests {
    @Test(arguments: [
        "Failed to copy: PUT https://me:hunter2@dav.example.org/x: 401 Unauthorized",
        "couldn't connect: password=hunter2",
        "remote :webdav,url=http://localhost,user=me,pass=hunter2:path not found",
        "GET https://s3.example.org/b/k?X-Amz-Signature=hunter2&X-Amz-Credential=hunter2: 403",
        "Authorization: Bearer hunter2",
        "authorization: basic hunter2",
        "oauth: access_token: hunter2",
        "{\"refresh_token\":\"hunter2\"}",
        "client_secret=hunter2 client_id=x",
        "api-key: hunter2",
    ])
    func `credentials are taken out`(_ text: String) {
        let shown = Redaction.redacted(text)
        #expect(!shown.contains("hunter2"), "\(shown)")
        #expect(shown.contains("[...]"))
    }

    @Test(arguments: [
        "dial tcp 127.0.0.1:8080: connect: connection refused",
        "directory not found",
        "fob-a0a1a2a3-20300101T000000Z-41.age: no space left on device",
        "ssh: handshake failed: ssh: unable to authenticate, attempted methods [none password], no supported methods remain",
    ])
    func `words stay`(_ text: String) { #expect(Redaction.redacted(text) == text) }

    @Test func `long runs that may be keys are taken out wherever they stand`() {
        for key in [
            "AKIAIOSFODNN7EXAMPLEKEY", "ya29.a0AfH6SMBx1234567890abcdefghij", "0123456789abcdef0123456789abcdef",
        ] {
            let shown = Redaction.redacted("error near \(key) in reply")
            #expect(!shown.contains(String(key.suffix(16))), "\(shown)")
        }
    }

    @Test func `remotes with parameters are refused`() {
        for remote in ["place:", "place:path", "my drive:a/b", "nas-2:x:y"] {
            #expect(RcloneDestination.isPlain(remote), "\(remote)")
        }
        for remote in [":webdav,pass=x:", "place,pass=x:", "", "place", "/tmp/x", "--config=x:", ":local:/x", "a\nb:"] {
            #expect(!RcloneDestination.isPlain(remote), "\(remote)")
        }
    }

    @Test(arguments: [
        ("dial tcp 127.0.0.1:44019: connect: connection refused", DestinationError.Cause.unreachable),
        ("dial tcp: lookup dav.example.org: no such host", .unreachable),
        ("ssh: handshake failed: EOF", .unreachable),
        ("401 Unauthorized: 401 Unauthorized", .refused),
        ("ssh: handshake failed: ssh: unable to authenticate, attempted methods [none password]", .refused),
        ("oauth2: cannot fetch token: invalid_grant", .refused),
        ("507 Insufficient Storage", .full),
        ("write /x: no space left on device", .full),
        ("open /x: read-only file system", .readOnly),
        ("didn't find section in config file", .unconfigured),
        ("copied 40100 of 50700 octets", .other),
    ])
    func `what a program says comes to a cause`(_ text: String, _ cause: DestinationError.Cause) {
        #expect(StderrDiagnosis.cause(of: text) == cause)
    }
}
