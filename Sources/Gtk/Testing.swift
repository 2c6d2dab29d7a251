#if FOB_TESTING
import CGtk

/// What is counted for tests: SIGUSR2 has it written to standard error.
@safe
enum Counts {
    /// Objects of Swift, and what GTK has made for them.
    nonisolated(unsafe) static var (objects, widgets) = (0, 0)

    @unsafe
    static func began(_ widget: UnsafeMutablePointer<GtkWidget>) {
        unsafe objects += 1
        unsafe widgets += 1
        unsafe fob_watch_end_of(widget) { _, _ in unsafe Counts.widgets -= 1 }
    }

    static func ended() { unsafe objects -= 1 }

    @unsafe
    static func paint(_ widget: UnsafeMutablePointer<GtkWidget>) { unsafe fob_pace_frames(widget) }

    static func start() {
        unsafe fob_pace_start { _ in
            Counts.tell()
            return 1
        }
    }

    private static func tell() {
        let pace = unsafe fob_the_pace()
        let said = unsafe pace?.pointee ?? fob_pace()
        unsafe pace?.pointee = fob_pace()
        let parts: [(String, Int)] = unsafe [
            ("objects", objects), ("widgets", widgets), ("toplevels", Int(fob_toplevels())),
            ("wakeups", said.wakeups), ("longest", said.longest), ("longest_busy", said.longest_busy),
            ("over", said.over), ("frames", said.frames),
            ("longest_frame", said.longest_frame),
        ]
        let text = "{" + parts.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}\n"
        unsafe text.withCString { unsafe _ = write(2, $0, strlen($0)) }
    }
}
#endif
