package import Client
package import Platform
package import Wire

/// What fob-hardware does for `fob`, over the socket on descriptors 0 and 1: one thing, from START to END.
package struct HardwareSession: ~Copyable {
    private let input: FileDescriptor
    private let output: FileDescriptor
    private var frames: HardwareFrames

    private static let socketPrefix = "unix:"
    /// A security key ends it after eight; this is for one that does not.
    private static let mostPINs = 16

    /// Over descriptors that it owns from then on.
    package init(_ input: consuming FileDescriptor, _ output: consuming FileDescriptor) throws(ClientError) {
        let frames = try HardwareFrames(longest: HardwareFrame.longest)
        self.input = input
        self.output = output
        self.frames = frames
    }

    /// The task.
    package mutating func start() throws(ClientError) -> HardwareStart {
        guard let (kind, place) = try next(), kind == .start else { throw Self.gone }
        return try frames.decode(HardwareStart.self, place)
    }

    /// Does the task, and says how that went.
    ///
    /// - Parameter confine: enters the sandbox; called when the device is open, and before it has said anything.
    package mutating func run(
        _ start: HardwareStart, confine: () throws(SystemError) -> Void
    ) throws(ClientError) {
        do throws(Failure) {
            try perform(start, confine)
        } catch {
            switch error {
            case .of(let failure): return try say(failure)
            case .conversation(let error): throw error
            }
        }
        try say(HardwareEnd())
    }

    private enum Failure: Error {
        case of(HardwareFailure)
        case conversation(ClientError)

        init(_ fault: HardwareFault, _ detail: String = "") { self = .of(HardwareFailure(fault, detail)) }
    }

    private mutating func perform(
        _ start: HardwareStart, _ confine: () throws(SystemError) -> Void
    ) throws(Failure) {
        if start.operation == .list {
            for device in try Self.devices() { try tell(device) }
            return
        }
        let opened = try Self.open(start.device)
        do throws(SystemError) { try confine() } catch { throw Failure(.system, "\(error.call): \(error.reason)") }
        let device: SecurityDevice
        do throws(HardwareFault) { device = try SecurityDevice(opened, parent: 0) } catch { throw Failure(error) }
        let abilities = device.abilities
        guard abilities.contains(.computes) else { throw Failure(.unsuitable) }
        if start.operation == .enrol {
            try enrol(start.keys, device, abilities)
        } else {
            try compute(start.keys, device, abilities)
        }
    }

    // MARK: Devices

    private static func devices() throws(Failure) -> [HardwareDevice] {
        do throws(HardwareFault) { return try SecurityDevice.list() } catch { throw Failure(error) }
    }

    private static func open(_ name: String) throws(Failure) -> FileDescriptor {
        do throws(SystemError) {
            if name.hasPrefix(socketPrefix) {
                return try Socket.connect(to: String(name.dropFirst(socketPrefix.count)), kind: .packets)
            }
            if !name.isEmpty { return try SecurityDevice.connect(name) }
        } catch { throw Failure(.notADevice, "\(name): \(error.reason)") }
        let found = try devices()
        guard let only = found.first else { throw Failure(.noDevice) }
        guard found.count == 1 else { throw Failure(.severalDevices) }
        do throws(SystemError) { return try SecurityDevice.connect(only.path) } catch {
            throw Failure(.notADevice, "\(only.path): \(error.reason)")
        }
    }

    // MARK: Tasks

    private mutating func enrol(
        _ wanted: [HardwareCredential], _ device: borrowing SecurityDevice, _ abilities: SecurityDevice.Abilities
    ) throws(Failure) {
        guard wanted.count == 1, var credential = wanted.first else { throw Failure(.broken, "START") }
        if abilities.contains(.alwaysVerifies) { credential.verifies = true }
        guard !credential.verifies || abilities.contains(.hasPIN) || abilities.contains(.verifies) else {
            throw Failure(.pinNotSet)
        }
        var pin = DevicePIN()
        // To make a credential takes the PIN wherever there is one, on keys before CTAP 2.1.
        if abilities.contains(.hasPIN), !abilities.contains(.verifies) { pin = try ask(device, again: false) }
        try trying(device, &pin) { (device, pin) in device.make(&credential, pin: pin) }
        try computing(credential, device, &pin)
        try tell(HardwareMade(credential))
    }

    private mutating func compute(
        _ keys: [HardwareCredential], _ device: borrowing SecurityDevice, _ abilities: SecurityDevice.Abilities
    ) throws(Failure) {
        var pin = DevicePIN()
        for credential in keys {
            // What is asked without a touch is not understood by all: to try is to know.
            if case .notHere = device.has(credential) { continue }
            if credential.verifies, !abilities.contains(.verifies), !pin.isThere {
                guard abilities.contains(.hasPIN) else { throw Failure(.pinNotSet) }
                pin = try ask(device, again: false)
            }
            do throws(Failure) { return try computing(credential, device, &pin) } catch {
                guard case .of(let failure) = error, failure.fault == .notEnrolled else { throw error }
            }
        }
        throw Failure(.notEnrolled)
    }

    private mutating func computing(
        _ credential: HardwareCredential, _ device: borrowing SecurityDevice, _ pin: inout DevicePIN
    ) throws(Failure) {
        var secret: LockedBuffer
        do throws(MemoryError) { secret = try LockedBuffer(capacity: Limits.hardwareSecret) } catch {
            throw Failure(.system, "locked memory")
        }
        // Without verification the secret is another one: a PIN that was given to make the credential is not used.
        var none = DevicePIN()
        if credential.verifies {
            try trying(device, &pin) { (device, pin) in
                secret.append { device.compute(by: credential, pin: pin, into: &$0) }
            }
        } else {
            try trying(device, &none, mayAsk: false) { (device, pin) in
                secret.append { device.compute(by: credential, pin: pin, into: &$0) }
            }
        }
        do throws(ClientError) { try send(try HardwareFrames.frame(.secret, secret.bytes)) } catch {
            throw .conversation(error)
        }
    }

    /// Does something that takes a touch; again with another PIN when that was wrong.
    private mutating func trying(
        _ device: borrowing SecurityDevice, _ pin: inout DevicePIN, mayAsk: Bool = true,
        _ body: (borrowing SecurityDevice, borrowing DevicePIN) -> SecurityDevice.Outcome
    ) throws(Failure) {
        for _ in 0..<Self.mostPINs {
            try tell(HardwareTouch())
            switch body(device, pin) {
            case .done: return
            case .pinNeeded where mayAsk && !pin.isThere: pin = try ask(device, again: false)
            case .pinWrong where mayAsk: pin = try ask(device, again: true)
            case .pinNeeded: throw Failure(.unsuitable)
            case .pinWrong: throw Failure(.pinWrong)
            case .notHere: throw Failure(.notEnrolled)
            case .failed(.broken): throw Failure(.broken, device.fault)
            case .failed(let fault): throw Failure(fault)
            }
        }
        throw Failure(.pinWrong)
    }

    private mutating func ask(_ device: borrowing SecurityDevice, again: Bool) throws(Failure) -> DevicePIN {
        let tries = device.tries
        guard tries != 0 else { throw Failure(.pinBlocked) }
        try tell(HardwarePinNeeded(tries: tries ?? 255, again: again))
        do throws(ClientError) {
            guard let (kind, place) = try next(), kind == .pin, place.count <= Limits.keyPin else { throw Self.gone }
            do throws(MemoryError) { return try DevicePIN(frames.bytes.extracting(place)) } catch {
                throw ClientError(error)
            }
        } catch { throw .conversation(error) }
    }

    // MARK: What is said

    private borrowing func tell(_ body: some HardwareBody) throws(Failure) {
        do throws(ClientError) { try say(body) } catch { throw .conversation(error) }
    }

    private borrowing func say(_ body: some HardwareBody) throws(ClientError) {
        try send(try HardwareFrames.frame(body))
    }

    private borrowing func send(_ frame: consuming LockedBuffer) throws(ClientError) {
        do throws(SystemError) { try output.writeAll(frame.bytes) } catch { throw ClientError(error) }
    }

    private mutating func next() throws(ClientError) -> (HardwareFrame.Kind, Range<Int>)? {
        try frames.next { (buffer: inout LockedBuffer) throws(ClientError) in
            do throws(SystemError) { return try input.read(into: &buffer) } catch { throw ClientError(error) }
        }
    }

    /// Nobody waits for an answer any more.
    private static var gone: ClientError { ClientError(.usage, "fob has ended the conversation") }
}
