import Testing

@testable import Platform

/// Which mount a path lies on, in lists as the kernel writes them.
@Suite struct MountedFileSystemTests {
    private let mounts = #"""
        22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
        23 22 0:21 / /proc rw - proc proc rw
        30 22 8:17 / /media/anna/MY\040STICK rw,nosuid shared:2 master:1 - vfat /dev/sdb1 rw
        31 22 0:50 / /mnt/nas rw - nfs4 server.example.org:/export/anna rw
        32 31 8:33 / /mnt/nas rw - ext4 /dev/sdc1 rw
        33 22 0:51 /sub /mnt rw - btrfs /dev/sdd1 rw
        """#

    @Test func `the longest mount point counts, and of two at one place the later`() throws {
        func find(_ path: String) -> [String]? {
            MountedFileSystem.find(path, in: mounts).map { [$0.mountPoint, $0.type, $0.source] }
        }
        #expect(find("/media/anna/MY STICK/fob") == ["/media/anna/MY STICK", "vfat", "/dev/sdb1"])
        #expect(find("/media/anna/MY STICK") == ["/media/anna/MY STICK", "vfat", "/dev/sdb1"])
        #expect(find("/media/anna/MY STICKER") == ["/", "ext4", "/dev/sda1"])
        #expect(find("/mnt/nas/x") == ["/mnt/nas", "ext4", "/dev/sdc1"])
        #expect(find("/mnt/other") == ["/mnt", "btrfs", "/dev/sdd1"])
        #expect(MountedFileSystem.find("/x", in: "") == nil)
        #expect(MountedFileSystem.find("/x", in: "1 2 3 - \n- - -\n") == nil)
    }

    @Test func `bytes behind marks are read`() {
        #expect(MountedFileSystem.unescaped("A\\040B\\134", "\\", digits: 3, radix: 8) == "A B\\")
        #expect(MountedFileSystem.unescaped("My\\x20Stick\\x", "\\x", digits: 2, radix: 16) == "My Stick\\x")
        #expect(MountedFileSystem.unescaped("\\303\\244", "\\", digits: 3, radix: 8) == "\u{E4}")
    }
}
