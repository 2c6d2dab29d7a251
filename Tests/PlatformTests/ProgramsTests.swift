import Testing

@testable import Platform

@Suite struct ProgramsTests {
    @Test func `the configuration's absolute paths count, in their section only`() {
        let text = """
            pinentry = /elsewhere
            [backup disk]
            rclone = /not/a/program
              [programs]
            # a comment
            pinentry = /opt/my programs/pinentry
            wl-copy=relative/path
            rclone=/opt/rclone
            [backup cloud]
            rclone = onedrive:fob
            lp = /no
            """
        #expect(Programs.programs(in: text) == ["pinentry": "/opt/my programs/pinentry", "rclone": "/opt/rclone"])
        #expect(Programs.programs(in: "").isEmpty)
    }

    @Test func `where programs are looked for does not depend on who calls`() {
        #expect(Programs.searchPath == "PATH=/usr/local/bin:/usr/bin:/bin")
        #expect(Programs.path(of: "sh")?.hasSuffix("/bin/sh") == true)
        #expect(Programs.path(of: "no-such-program") == nil)
    }
}
