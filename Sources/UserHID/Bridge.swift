package import Platform

/// Gives each user who connects one security key, and carries its reports: what a program writes to the device goes to
/// the user's connection, what comes from there goes to the device. What a report says is nobody's business here.
///
/// A connection is one key. It is plugged in when the user connects, and pulled out when the connection ends.
package final class Bridge {
    /// Who may have a key.
    package struct Admission: Sendable {
        /// Also root and the users of system services.
        package var systemUsers: Bool
        /// How many keys there may be in all.
        package var mostKeys: Int

        /// The usual limits.
        package init(systemUsers: Bool = false, mostKeys: Int = 64) {
            self.systemUsers = systemUsers
            self.mostKeys = mostKeys
        }

        /// Users from here on are people (adduser(8)).
        static let firstPerson: UInt32 = 1000
        /// Whoever has no number here, from another user name space: these may be several.
        static let nobody: UInt32 = 65534

        /// Why a user may have no key, nil when that user may.
        package func refusal(of user: UInt32, among users: some Collection<UInt32>) -> String? {
            if user == Self.nobody { return "whose number is not known" }
            if user < Self.firstPerson && !systemUsers { return "a user of the system" }
            if users.contains(user) { return "who has a key already" }
            if users.count >= mostKeys { return "as there are \(mostKeys) keys already" }
            return nil
        }
    }

    private final class Key {
        let connection: FileDescriptor
        let device: FileDescriptor
        let user: UInt32

        init(_ connection: consuming FileDescriptor, _ device: consuming FileDescriptor, user: UInt32) {
            self.connection = connection
            self.device = device
            self.user = user
        }
    }

    private let listener: FileDescriptor
    private let admission: Admission
    private let openDevice: () throws(SystemError) -> FileDescriptor
    private let say: (String) -> Void
    private let poll: Poll
    private var keys: [UInt64: Key] = [:]
    private var nextNumber: UInt64 = 1

    /// A bridge without keys.
    ///
    /// - Parameters:
    ///   - listener: a listening, non-blocking socket that keeps packets apart.
    ///   - openDevice: gives /dev/uhid, non-blocking.
    ///   - say: is told, in one line each, who was refused and why.
    package init(
        listener: consuming FileDescriptor, admission: Admission,
        openDevice: @escaping () throws(SystemError) -> FileDescriptor, say: @escaping (String) -> Void
    ) throws(SystemError) {
        self.listener = listener
        self.admission = admission
        self.openDevice = openDevice
        self.say = say
        poll = try Poll()
        try poll.add(self.listener.number, token: 0, .read)
    }

    /// Carries reports until the process is ended; the kernel then takes the devices away.
    package func run() throws(SystemError) -> Never {
        var ready: [Poll.Ready] = []
        while true {
            try poll.wait(milliseconds: -1, into: &ready)
            for one in ready {
                // Even tokens are connections, odd ones their devices. The key may have gone in the same turn.
                if one.token == 0 {
                    accept()
                } else if let key = keys[one.token / 2] {
                    let isThere = one.token % 2 == 0 ? carryIn(key) : carryOut(key)
                    if !isThere { pullOut(one.token / 2, key) }
                }
            }
        }
    }

    private func accept() {
        do throws(SystemError) {
            let connection = try Socket.accept(listener)
            let user = try Socket.peer(of: connection).user
            plugIn(connection, user: user)
        } catch {
            // The system is out of something, which nobody here can mend.
            if !error.isWouldBlock { Environment.sleep(milliseconds: 50) }
        }
    }

    private func plugIn(_ connection: consuming FileDescriptor, user: UInt32) {
        if let reason = admission.refusal(of: user, among: keys.values.map(\.user)) {
            return say("no key for user \(user), \(reason)")
        }
        do throws(SystemError) {
            let device = try openDevice()
            _ = try device.write(DeviceEvent.create(user: user).span)
            let key = Key(connection, device, user: user)
            try poll.add(key.connection.number, token: 2 * nextNumber, .read)
            try poll.add(key.device.number, token: 2 * nextNumber + 1, .read)
            keys[nextNumber] = key
            nextNumber += 1
        } catch {
            say("no key for user \(user): \(error.call) \(error.subject): \(error.reason)")
        }
    }

    private func pullOut(_ number: UInt64, _ key: Key) {
        poll.remove(key.connection.number)
        poll.remove(key.device.number)
        keys[number] = nil
    }

    /// From the user to the device; false when the connection has ended. What is not exactly a report is dropped, and
    /// so is what the kernel does not take: before the device has begun, for one.
    private func carryIn(_ key: Key) -> Bool {
        guard let packet = Self.read(key.connection, most: Report.count + 1) else { return true }
        guard !packet.isEmpty else { return false }
        if packet.count == Report.count { _ = try? key.device.write(DeviceEvent.input(packet.span).span) }
        return true
    }

    /// From the device to the user; false when the device is gone. A report that a user does not read in time is lost,
    /// as on a wire.
    private func carryOut(_ key: Key) -> Bool {
        guard let bytes = Self.read(key.device, most: KernelEvent.longest) else { return true }
        guard !bytes.isEmpty else { return false }
        switch KernelEvent(bytes.span) {
        case .output(let report): _ = try? Socket.send(report.span, to: key.connection)
        case .reportWanted(let id): _ = try? key.device.write(DeviceEvent.noReport(id).span)
        case .reportSet(let id): _ = try? key.device.write(DeviceEvent.reportNotSet(id).span)
        case .other: break
        }
        return true
    }

    /// What one `read(2)` brings: nothing at the end, nil when there is nothing just now.
    private static func read(_ descriptor: borrowing FileDescriptor, most: Int) -> [UInt8]? {
        do throws(SystemError) {
            return try [UInt8](capacity: most) { (output: inout OutputSpan<UInt8>) throws(SystemError) in
                _ = try descriptor.read(into: &output)
            }
        } catch {
            return error.isWouldBlock ? nil : []
        }
    }
}
