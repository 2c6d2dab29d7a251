import Platform

/// When who waits for an agent looks for it again. One that starts makes its names before it takes connections, and nothing
/// tells of that: after a name has shown itself it is looked for often, else now and then.
package struct AgentExpectation: Sendable {
    private var end: UInt64 = 0

    package init() {}

    /// A name has shown itself in a directory of the agent's, `now` in milliseconds since the machine was started.
    package mutating func nameCame(at now: UInt64 = Clock.sinceBoot) { end = now + 10_000 }

    /// Milliseconds until the next look.
    package func pause(at now: UInt64 = Clock.sinceBoot) -> Int32 { now < end ? 250 : 60_000 }
}
