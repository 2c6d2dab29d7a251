package import Platform
package import Wire

/// The program `fob-hardware`, which speaks to hardware security keys: one run for each thing that is asked of one.
///
/// It is a process of its own because what such a key says comes from anywhere, and because libfido2 is not to be in every
/// program. PINs and secrets pass through locked memory only. One that dies or does not keep to the frames is ended, and
/// nothing of what it said counts.
package struct HardwareProgram: ~Copyable {
    /// What is asked of a person, or shown, meanwhile.
    package struct Person {
        /// The security key's PIN.
        package var pin: (HardwarePinNeeded) throws(ClientError) -> LockedBuffer
        /// It waits to be touched.
        package var touch: () -> Void

        package init(
            pin: @escaping (HardwarePinNeeded) throws(ClientError) -> LockedBuffer, touch: @escaping () -> Void
        ) {
            (self.pin, self.touch) = (pin, touch)
        }
    }

    /// Milliseconds for which it may be silent: longer than a security key waits for its user.
    private static let patience: UInt64 = 90_000
    /// What the loader ends a program with that lacks a library.
    private static let loaderStatus: Int32 = 127

    private let child: Child
    private var frames: HardwareFrames
    private var secret: LockedBuffer?
    private var made: HardwareCredential?
    private var devices: [HardwareDevice] = []

    private init(_ program: String) throws(ClientError) {
        let frames = try HardwareFrames()
        let child: Child
        do throws(SystemError) {
            // Away from the terminal: a key typed there ends `fob`, and with that what it waits for.
            child = try Child.start(
                program, [], environment: [], input: .connected, output: .connected, newSession: true)
        } catch {
            throw ClientError(.system, tr(Sentences.failed(error)), remedy: Sentences.installHardware)
        }
        self.child = child
        self.frames = frames
    }

    /// The security keys that are plugged in.
    package static func list() throws(ClientError) -> [HardwareDevice] {
        var program = try installed()
        try program.run(HardwareStart(.list, device: "", keys: []), nil)
        return program.devices
    }

    /// Has a new credential made, and lends it with what the security key computes by it.
    ///
    /// - Parameter wanted: its relying party, its salt, and whether its user is to be verified.
    package static func enrol(
        _ wanted: HardwareCredential, at device: String, _ person: Person,
        use: (HardwareCredential, Span<UInt8>) throws(ClientError) -> Void
    ) throws(ClientError) {
        var program = try installed()
        try program.run(HardwareStart(.enrol, device: device, keys: [wanted]), person)
        guard let made = program.made, let secret = program.secret.take() else { throw HardwareFrames.malformed }
        try use(made, secret.bytes)
    }

    /// What a security key that is there computes by one of `keys`: 32 bytes.
    package static func secret(
        of keys: [HardwareCredential], at device: String, _ person: Person
    ) throws(ClientError) -> LockedBuffer {
        var program = try installed()
        let keys = Array(keys.prefix(HardwareStart.mostKeys))
        try program.run(HardwareStart(.secret, device: device, keys: keys), person)
        guard let secret = program.secret.take() else { throw HardwareFrames.malformed }
        return secret
    }

    private static func installed() throws(ClientError) -> HardwareProgram {
        guard let program = Child.companion("fob-hardware") else {
            throw ClientError(.system, Sentences.hardwareNotFound, remedy: Sentences.installHardware)
        }
        return try HardwareProgram(program)
    }

    private mutating func run(_ start: HardwareStart, _ person: Person?) throws(ClientError) {
        var isDone = false
        do throws(ClientError) { isDone = try converse(start, person) } catch {
            child.kill()
            throw error
        }
        guard !isDone else { return }
        let end = Clock.sinceBoot + 1000
        var status = child.poll()
        while status == nil, Clock.sinceBoot < end {
            Environment.sleep(milliseconds: 5)
            status = child.poll()
        }
        guard status != Self.loaderStatus else {
            throw ClientError(.system, Sentences.noLibrary, remedy: Sentences.installHardware)
        }
        throw Self.failed(Sentences.hardwareDied(status ?? 0))
    }

    deinit {
        // It has said its last word, or is not listened to any more.
        child.kill()
        _ = child.wait()
    }

    /// False when it went without its last word.
    private mutating func converse(_ start: HardwareStart, _ person: Person?) throws(ClientError) -> Bool {
        try send(try HardwareFrames.frame(start))
        while true {
            let deadline = Clock.sinceBoot + Self.patience
            guard let (kind, place) = try next(until: deadline) else { return false }
            switch kind {
            case .device: devices.append(try frames.decode(HardwareDevice.self, place))
            case .credential: made = try frames.decode(HardwareMade.self, place).credential
            case .touch: person?.touch()
            case .pinNeeded:
                guard let person else { throw HardwareFrames.malformed }
                let pin = try person.pin(try frames.decode(HardwarePinNeeded.self, place))
                try send(try HardwareFrames.frame(.pin, pin.bytes))
            case .secret:
                guard place.count == Limits.hardwareSecret else { throw HardwareFrames.malformed }
                var bytes = try ClientError.locked(place.count)
                bytes.append(copying: frames.bytes.extracting(place))
                secret = consume bytes
            case .end: return true
            case .failure: throw ClientError(try frames.decode(HardwareFailure.self, place))
            case .start, .pin: throw HardwareFrames.malformed
            }
        }
    }

    private borrowing func send(_ frame: consuming LockedBuffer) throws(ClientError) {
        // One that has gone away is noticed by the end of what it says.
        try? child.send(frame.bytes)
    }

    private mutating func next(until deadline: UInt64) throws(ClientError) -> (HardwareFrame.Kind, Range<Int>)? {
        try frames.next { (buffer: inout LockedBuffer) throws(ClientError) in
            let count: Int?
            do throws(SystemError) { count = try child.read(into: &buffer, until: deadline) } catch {
                throw ClientError(error)
            }
            guard let count else { throw Self.failed(Sentences.hardwareHangs) }
            return count
        }
    }

    static func failed(_ message: String) -> ClientError {
        ClientError(.companionFailed, message, remedy: Sentences.reportHardware)
    }
}

extension ClientError {
    /// Why a security key did not do what was asked.
    fileprivate init(_ failure: HardwareFailure) {
        let detail = failure.detail
        switch failure.fault {
        case .noDevice: self.init(.noDevice, Sentences.noDevice, remedy: Sentences.plugIn)
        case .severalDevices: self.init(.ambiguous, Sentences.severalDevices, remedy: Sentences.nameDevice)
        case .notADevice: self.init(.noDevice, Sentences.notADevice(detail), remedy: Sentences.deviceRights)
        case .pinPaused: self.init(.pinPaused, Sentences.devicePinPaused, remedy: Sentences.takeOut)
        case .pinBlocked: self.init(.pinBlocked, Sentences.devicePinBlocked, remedy: Sentences.resetDevice)
        case .pinNotSet: self.init(.pinNotSet, Sentences.devicePinNotSet, remedy: Sentences.setDevicePin)
        case .notEnrolled: self.init(.noKey, Sentences.deviceNotEnrolled, remedy: Sentences.otherDevice)
        case .timeout: self.init(.expired, Sentences.deviceTimeout, remedy: Sentences.touchSooner)
        case .denied: self.init(.denied, Sentences.deviceDenied, remedy: Sentences.touchSooner)
        case .unsuitable: self.init(.unsuitableDevice, Sentences.deviceUnsuitable, remedy: Sentences.otherDevice)
        case .broken: self.init(.companionFailed, Sentences.deviceBroken(detail), remedy: Sentences.takeOut)
        case .system: self.init(.system, Sentences.hardwareSystem(detail), remedy: Sentences.raiseMemoryLock)
        case .pinWrong: self.init(.pinWrong, Sentences.devicePinWrong(nil), remedy: Sentences.tryAgain)
        }
    }

    /// The PIN of a security key was wrong, and nobody can be asked again.
    package static func wrongPin(_ asked: HardwarePinNeeded) -> ClientError {
        ClientError(
            .pinWrong, Sentences.devicePinWrong(asked.tries == 255 ? nil : asked.tries), remedy: Sentences.pinOfDevice)
    }
}
