import CHardware
package import Platform
package import Wire

/// A hardware security key, by libfido2: the fence around it.
@safe
package struct SecurityDevice: ~Copyable {
    private let key: OpaquePointer

    private static let mostListed: Int32 = 64

    /// What libraries read when they are first used; called before a sandbox is entered.
    package static func prepare() { fob_key_prepare() }

    /// Those that are plugged in.
    package static func list() throws(HardwareFault) -> [Wire.HardwareDevice] {
        var found = [fob_key_info](repeating: fob_key_info(), count: Int(mostListed))
        let count = unsafe found.withUnsafeMutableBufferPointer { unsafe fob_key_list($0.baseAddress, mostListed) }
        guard count >= 0 else { throw .broken }
        return found.prefix(Int(count)).map { info in
            Wire.HardwareDevice(path: text(of: info.path), name: text(of: info.name))
        }
    }

    private static func text<Characters>(of characters: Characters) -> String {
        unsafe withUnsafeBytes(of: characters) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    /// A descriptor for the device at a path.
    package static func connect(_ path: String) throws(SystemError) -> FileDescriptor {
        let number = unsafe fob_key_connect(path)
        guard number >= 0 else { throw SystemError("open", on: path) }
        return FileDescriptor(owning: number)
    }

    /// Begins to speak to what is behind a descriptor. It stays open for as long as the process runs.
    ///
    /// - Parameter parent: a descriptor at whose end no answer is waited for any more.
    package init(_ device: consuming FileDescriptor, parent: Int32) throws(HardwareFault) {
        var error: Int32 = 0
        guard let key = unsafe fob_key_open(device.release(), parent, &error) else {
            throw Int(error) == FOB_KEY_UNSUITABLE ? .unsuitable : .broken
        }
        unsafe self.key = key
    }

    deinit { unsafe fob_key_close(key) }

    /// What it says that it can do.
    package struct Abilities: OptionSet, Sendable {
        package let rawValue: Int32

        package init(rawValue: Int32) { self.rawValue = rawValue }

        /// It computes secrets.
        package static let computes = Abilities(rawValue: Int32(FOB_KEY_COMPUTES))
        /// It has a PIN.
        package static let hasPIN = Abilities(rawValue: Int32(FOB_KEY_HAS_PIN))
        /// It verifies its user by itself, by a fingerprint.
        package static let verifies = Abilities(rawValue: Int32(FOB_KEY_VERIFIES))
        /// It does so each time.
        package static let alwaysVerifies = Abilities(rawValue: Int32(FOB_KEY_ALWAYS_VERIFIES))
    }

    /// What it says of itself.
    package var abilities: Abilities { Abilities(rawValue: unsafe fob_key_abilities(key)) }

    /// Tries that are left for the PIN; nil when it does not say.
    package var tries: UInt8? { UInt8(exactly: unsafe fob_key_tries(key)) }

    /// What libfido2 says of its last fault.
    package var fault: String { unsafe String(cString: fob_key_fault(key)) }

    /// How something that was asked of it went.
    package enum Outcome: Equatable {
        case done
        case pinNeeded
        case pinWrong
        case notHere
        case failed(HardwareFault)

        fileprivate init(_ result: Int32) {
            switch Int(result) {
            case FOB_KEY_OK: self = .done
            case FOB_KEY_PIN_NEEDED: self = .pinNeeded
            case FOB_KEY_PIN_WRONG: self = .pinWrong
            case FOB_KEY_PIN_PAUSED: self = .failed(.pinPaused)
            case FOB_KEY_PIN_BLOCKED: self = .failed(.pinBlocked)
            case FOB_KEY_PIN_NOT_SET: self = .failed(.pinNotSet)
            case FOB_KEY_NO_CREDENTIAL: self = .notHere
            case FOB_KEY_TIMEOUT: self = .failed(.timeout)
            case FOB_KEY_DENIED: self = .failed(.denied)
            case FOB_KEY_UNSUITABLE: self = .failed(.unsuitable)
            default: self = .failed(.broken)
            }
        }
    }

    /// Has it make a credential, whose id takes its place in `credential`.
    package borrowing func make(
        _ credential: inout HardwareCredential, pin: borrowing DevicePIN
    ) -> Outcome {
        var made = fob_credential()
        let result = unsafe pin.withPointer { pin in
            unsafe fob_key_make(key, credential.site, credential.verifies ? 1 : 0, pin, &made)
        }
        if Int(result) == FOB_KEY_OK {
            let count = Int(made.count)
            credential.credential = unsafe withUnsafeBytes(of: made.id) { unsafe Array($0.prefix(count)) }
        }
        return Outcome(result)
    }

    /// Whether a credential is of this key; no touch is asked for.
    package borrowing func has(_ credential: HardwareCredential) -> Outcome {
        Outcome(
            unsafe fob_key_has(
                key, credential.site, credential.credential, Int32(credential.credential.count)))
    }

    /// Appends what it computes by a credential: 32 bytes.
    package borrowing func compute(
        by credential: HardwareCredential, pin: borrowing DevicePIN, into output: inout OutputSpan<UInt8>
    ) -> Outcome {
        let salt = credential.salt.bytes
        let bytes = salt.indices.map { salt[$0] }
        let result = unsafe output.withUnsafeMutableBufferPointer { room, count in
            guard let base = room.baseAddress, room.count - count >= Limits.hardwareSecret else {
                return Int32(FOB_KEY_FAULT)
            }
            let result = unsafe pin.withPointer { pin in
                unsafe fob_key_secret(
                    key, credential.site, credential.credential, Int32(credential.credential.count), bytes,
                    credential.verifies ? 1 : 0, pin, base + count)
            }
            if Int(result) == FOB_KEY_OK { count += Limits.hardwareSecret }
            return result
        }
        return Outcome(result)
    }
}

/// A PIN on its way to a security key, in locked memory; or none.
@safe
package struct DevicePIN: ~Copyable {
    /// The PIN and a NUL.
    private let text: LockedBuffer?

    /// None.
    package init() { text = nil }

    /// That one.
    package init(_ bytes: Span<UInt8>) throws(MemoryError) {
        var text = try LockedBuffer(capacity: bytes.count + 1)
        text.append(copying: bytes)
        text.append { $0.append(0) }
        self.text = consume text
    }

    /// Whether it is one.
    package var isThere: Bool {
        switch text {
        case .some: true
        case nil: false
        }
    }

    fileprivate borrowing func withPointer<R>(_ body: (UnsafePointer<CChar>?) -> R) -> R {
        switch text {
        case .some(let text):
            unsafe text.bytes.withUnsafeBytes { bytes in
                unsafe body(bytes.baseAddress?.assumingMemoryBound(to: CChar.self))
            }
        case nil: body(nil)
        }
    }
}
