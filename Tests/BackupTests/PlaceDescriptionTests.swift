import Model
import Platform
import Testing
import Wire

@testable import Backup

/// What the kit says of places, and what it must never say.
@Suite struct PlaceDescriptionTests {
    private func settings(_ text: String) -> [String: String] {
        Dictionary(uniqueKeysWithValues: RcloneSettings.read(text.utf8Span.span).map { ($0.name, $0.value) })
    }

    @Test func `only settings that say where something is are taken, whatever others there are`() {
        let secrets = [
            "pass", "password", "password2", "token", "bearer_token", "access_key_id", "secret_access_key",
            "client_secret",
            "key_pem", "key_file_pass", "service_account_credentials", "session_token", "sse_customer_key", "api_key",
            "2fa",
            "config_refresh_token", "master_key", "key", "auth", "sas_url", "account", "app_password", "user_agent",
            "typed",
            "hosts", "url_pass", "remote_token", "x type", "type\u{0}", " type",
        ]
        var text = "[place]\n"
        for (index, name) in (secrets + RcloneSettings.taken + secrets).enumerated() {
            let isTaken = RcloneSettings.taken.contains(name)
            text +=
                "\(name) = \(isTaken ? ["remote", "upstreams"].contains(name) ? "dav:x" : "fine" : "SECRET\(index)")\n"
        }
        let found = RcloneSettings.read(text.utf8Span.span)
        #expect(found.map(\.name) == RcloneSettings.taken)
        #expect(found.allSatisfy { !$0.value.contains("SECRET") })
        for name in RcloneSettings.taken {
            for word in ["pass", "token", "key", "secret", "auth", "credential"] { #expect(!name.contains(word)) }
        }
    }

    @Test func `what could be a credential inside a value is not told`() {
        let found = settings(
            """
            type = webdav
            url = https://alice:hunter2@cloud.example.org:8443/remote.php/dav?token=abc#x
            endpoint = alice:hunter2@s3.example.org/bucket
            user = alice
            host = nas.example.org
            remote = :sftp,host=h,pass=hunter2:path
            upstreams = a:x dir=b:y
            region = eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9

            """)
        #expect(found["url"] == "https://cloud.example.org:8443/remote.php/dav")
        #expect(found["endpoint"] == "s3.example.org/bucket")
        #expect(found["remote"] == nil)
        #expect(found["upstreams"] == "a:x dir=b:y")
        #expect(found["region"] == "[...]")
        #expect(found["user"] == "alice" && found["host"] == "nas.example.org" && found["type"] == "webdav")
        #expect(settings("host = " + String(repeating: "x", count: 201)).isEmpty)
        #expect(settings("host =\nhost = \ntype").isEmpty)
    }

    @Test func `a place is known by what is configured, whatever is told of it`() throws {
        let folder = BackupConfiguration.Entry(name: "a", kind: .folder("/x"))
        #expect(PlaceDescription(folder, looks: false).configured == PlaceDescription(folder).configured)
        let others: [DestinationKind] = [
            .folder("/y"), .rclone("x:"), .rclone("x:y"), .command(put: "a", get: "b", list: "c", delete: nil),
            .command(put: "a", get: "b", list: "c", delete: "d"),
        ]
        let all = ([folder.kind] + others).map {
            PlaceDescription(BackupConfiguration.Entry(name: "a", kind: $0), looks: false)
        }
        #expect(Set(all.map(\.configured.description)).count == all.count)
        #expect(all.map(\.source) == ["/x", "/y", "x:", "x:y", nil, nil])
        // Commands may hold credentials.
        #expect(all[4].lines.allSatisfy { !$0.contains("put") })
    }

    @Test func `the program that lies beside the backups is the one on the kit`() {
        let file = String(decoding: RecordsProgram.file, as: UTF8.self)
        #expect(file.hasSuffix(RecordsProgram.program + "\n"))
        let lines = RecordsProgram.program.split(separator: "\n")
        #expect(lines.count < 40 && lines.allSatisfy { $0.utf8.count <= 76 && $0.utf8.allSatisfy { $0 < 0x7F } })
        #expect(file.split(separator: "\n").allSatisfy { $0.utf8.count <= 80 })
    }
}
