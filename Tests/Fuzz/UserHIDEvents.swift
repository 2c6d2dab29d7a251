import UserHID

/// What a kernel says to fob-uhid.
enum UserHIDEvents {
    static let harness = Harness(name: "uhid") { bytes in
        if case .output(let report) = KernelEvent(bytes) { precondition(report.count == Report.count) }
    }
}
