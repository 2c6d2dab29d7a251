/// BEGIN: what this connection adds from here on is staged.
package struct BeginRequest: EmptyMessage {
    package static var type: MessageType { .begin }
    package init() {}
}

/// COMMIT: everything staged becomes durable in one save, or nothing does.
package struct CommitRequest: EmptyMessage {
    package static var type: MessageType { .commit }
    package init() {}
}

/// ABORT: everything staged is forgotten.
package struct AbortRequest: EmptyMessage {
    package static var type: MessageType { .abort }
    package init() {}
}
