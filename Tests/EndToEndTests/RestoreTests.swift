import Testing

extension PlaceTests {
    /// A machine is lost, and a backup comes back.
    @Suite struct RestoreTests {
        @Test(arguments: [
            "folder", "webdav", "sftp", "s3", "command", "faults", "stale", "trace", "seal", "schedule", "retention",
            "doctor", "kill", "key", "drill", "clock",
        ])
        func `backups get to every kind of destination, and what does not come back whole never counts`(
            _ part: String
        ) async throws {
            try await Script("backup.py").run(part, seconds: 120)
        }

        @Test(arguments: [
            "newest", "planted", "vanished", "unmounted", "vaults", "trial", "program", "slow", "causes", "interrupted",
            "nothing",
            "lists", "life",
        ])
        func `what lies at a place is what is believed of it, and what does not is told`(_ part: String) async throws {
            try await Script("places.py").run(part, seconds: 180)
        }

        @Test func `who uses nothing but codes is told once a day that nothing is backed up, and a script is not`()
            async throws
        {
            try await Script("reminder.py").run()
        }

        @Test func `a restored machine goes on backing up where its owner says so, and what failed is tried again`()
            async throws
        {
            try await Script("after_restore.py").run()
        }

        @Test func `what can go wrong is told as the manual says, by tests that there are`() async throws {
            try await Script("failure_table.py").run()
        }

        @Test func `a backup comes back by passphrase and identity, whole, in its order, and can be undone`()
            async throws
        {
            try await Script("restore.py").run()
        }

        @Test(arguments: ["folder", "webdav", "sftp", "s3"])
        func `a lost machine comes back by passphrase and recovery code, and without fob by age`(
            _ place: String
        ) async throws {
            try await Script("lost.py").run(place)
        }

        @Test(arguments: [
            "folder", "webdav", "fields", "twins", "clock", "ways", "bound", "names", "same", "kits", "epochs", "undo",
        ])
        func `machines that sync become equal, and so do the ways into them`(_ part: String) async throws {
            try await Script("sync.py").run(part)
        }

        @Test func `two rounds of sync make machines equal, whatever was done on them and whatever their clocks say`()
            async throws
        {
            try await Script("sync_history.py").run("0-3", seconds: 300)
        }

        @Test(arguments: [
            "one", "owner", "ways", "undo", "typed", "killed", "first", "past", "crossed", "forked", "changed",
        ])
        func `two vaults become one by their owners, and what is there is fetched and told once`(_ part: String)
            async throws
        {
            try await Script("join.py").run(part, seconds: 180)
        }

        @Test(arguments: ["kinds", "names", "machines", "sealed", "full", "folding", "locked", "left"])
        func `places, names and moments that nobody thinks of lose nothing`(_ part: String) async throws {
            try await Script("odd_places.py").run(part, seconds: 400)
        }

        @Test func `what a stranger wrote reaches no terminal and keeps nobody from going on`()
            async throws
        {
            try await Script("foreign.py").run()
        }

        @Test func `a new machine asks whose file it is, and lets nobody in whom nothing vouches for`() async throws {
            try await Script("new_machine.py").run()
        }

        @Test(arguments: ["fob", "age", "prompts", "places", "rclone", "scan", "layout"])
        func `what the emergency kit says is what the programs do, and it says where backups are`(
            _ part: String
        ) async throws {
            try await Script("kit.py").run(part, seconds: 120)
        }

        @Test func `Three of five keepers give back a lost vault, and old tokens are dead then`() async throws {
            try await Script("keepers.py").run("files", seconds: 240)
        }

        @Test(arguments: ["ways", "keepers", "key"])
        func `Each way back is rehearsed by a real restore, and told of as one that works`(_ way: String) async throws {
            try await Script("rehearse.py").run(way, seconds: 240)
        }

        @Test func `A plus-code keeps the vault from keepers and whoever stores the backups together`() async throws {
            try await Script("keepers.py").run("plus", seconds: 240)
        }

        @Test(arguments: ["pictures", "pipe"])
        func `What keepers and owner send each other goes by QR codes and by pipes`(_ way: String) async throws {
            try await Script("keepers.py").run(way, seconds: 240)
        }

        @Test func `Cards are read from mail and chat, however these have changed their text`() async throws {
            try await Script("keepers.py").run("cards", seconds: 240)
        }

        @Test func `Forged cards and deposits, lying keepers and replayed answers are refused`() async throws {
            try await Script("keepers.py").run("hostile", seconds: 240)
        }

        @Test func `Deposits that are lost do no harm, and only their owner ends a token`() async throws {
            try await Script("keepers.py").run("deposits", seconds: 240)
        }

        @Test func `Neither shares nor the keys that open them are found in memory`() async throws {
            try await Script("keepers.py").run("memory", seconds: 240)
        }

        @Test func `Recovery tokens of accounts are kept, handed out to the owner, and logged`() async throws {
            try await Script("keepers.py").run("tokens", seconds: 120)
        }

        @Test func `what would be left without a thing is told, and is so when it is lost`() async throws {
            try await Script("ready.py").run(seconds: 120)
            try await Script("other_ways.py").run(seconds: 120)
        }

        @Test func `vaults are told as they are, and each way that is called proven leads there`() async throws {
            try await Script("ready_vaults.py").run(seconds: 600)
        }

        @Test func `a restore is whole or absent, whatever call of it kills the agent or fails`() async throws {
            try await Script("restore_faults.py").run()
        }
    }
}
