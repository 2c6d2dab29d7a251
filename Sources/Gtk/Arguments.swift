import CGtk

/// The arguments of this program.
package enum Arguments {
    /// Overwrites an argument that has a secret in it, since every user can read arguments, and has no core file written.
    package static func wipe(_ text: String) {
        unsafe fob_wipe_argument(CommandLine.unsafeArgv, CommandLine.argc, text)
    }
}
