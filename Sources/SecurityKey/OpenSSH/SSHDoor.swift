package import Platform

/// The ssh-agent protocol (draft-ietf-sshm-ssh-agent, OpenSSH's PROTOCOL.agent) for the agent's security keys.
package struct SSHDoor: Door {
    /// A door.
    package init() {}

    /// A stream.
    package var kind: Socket.Kind { .stream }

    /// Answers requests one after the other.
    package func serve(_ visitor: consuming Visitor) {}
}
