#if !hasFeature(Embedded)
import Wire
#endif

/// Text from outside (labels, paths, sentences of other programs) made fit for a terminal.
package enum Label {
    /// `text` on one line, with nothing in it that moves, reorders or hides text (`Text.shown`).
    package static func shown(_ text: String) -> String { Text.shown(text) }
}
