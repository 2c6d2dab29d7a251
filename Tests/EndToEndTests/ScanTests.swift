import Testing

extension EndToEndTests {
    /// `fob-scan`, which reads strangers' pictures, and `fob scan`, which imports what it finds.
    @Suite
    struct ScanTests {
        @Test func `A program that paints a stranger's document gets at nothing of its owner's`() async throws {
            try await Script("confinement.py").run("painter")
        }

        @Test func `Codes of all kinds are found, and each bad picture has its exit status`() async throws {
            try await Script("scan.py").run("decoding", seconds: 120)
        }

        @Test func `The scanner can open no socket and no file, and run no program`() async throws {
            try await Script("scan.py").run("sandbox", seconds: 60)
        }

        @Test func `Codes become accounts, also those spread over pictures`() async throws {
            try await Script("scan.py").run("import", seconds: 120)
        }

        @Test func `A scanner that crashes or hangs leaves the vault as it was`() async throws {
            try await Script("scan.py").run("failures", seconds: 120)
        }

        @Test func `An account is shown as a code, after a yes, and two decoders read it`() async throws {
            try await Script("qr.py").run(seconds: 120)
        }

        @Test func `Pages that were printed come back whole`() async throws {
            try await Script("paper.py").run(seconds: 240)
        }

        @Test func `Photographs are read that neither library reads by itself`() async throws {
            try await Script("photographs.py").run(seconds: 120)
        }

        @Test func `Codes on the screen and on the clipboard become accounts`() async throws {
            try await Script("scan.py").run("screen", seconds: 120)
        }

        @Test func `The desktop's portal gives the screen, and its picture does not stay`() async throws {
            try await Script("portal.py").run(seconds: 120)
        }
    }
}
