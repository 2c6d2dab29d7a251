import CLinux

/// Makes a key. `result` is set when 0 is returned.
@_cdecl("sk_enroll")
public func enroll(
    _ algorithm: UInt32, _ challenge: UnsafePointer<UInt8>?, _ challengeCount: Int,
    _ application: UnsafePointer<CChar>?, _ flags: UInt8, _ pin: UnsafePointer<CChar>?,
    _ options: UnsafePointer<UnsafeMutablePointer<fob_option>?>?,
    _ result: UnsafeMutablePointer<UnsafeMutablePointer<fob_enrolled>?>?
) -> Int32 {
    Provider.status { () throws(ProviderError) in
        guard let result = unsafe result, flags & ~Provider.known == 0 else { throw .unsupported }
        var key = NewKey(
            .ssh, site: try unsafe Provider.application(application),
            algorithms: [try Provider.algorithm(algorithm)])
        let user = try unsafe Provider.user(options)
        key.userName = user
        key.userHandle = Array(user.utf8)
        let challenge = try unsafe Provider.bytes(challenge, challengeCount, limit: Limits.keyData)
        key.clientData = [UInt8](capacity: challenge.count) { output in
            for index in challenge.indices { output.append(challenge[index]) }
        }
        key.flags = .selfAttestation
        if flags & Provider.presence == 0 { key.flags.insert(.noTouch) }
        if flags & Provider.verification != 0 { key.flags.insert(.verification) }
        if flags & Provider.resident != 0 { key.flags.insert(.discoverable) }
        key.requester = Provider.requester
        var agent = try Provider.agent()
        try unsafe agent.begin(unlocking: pin)
        if flags & (Provider.resident | Provider.force) == Provider.resident {
            try refuseSecond(key, &agent)
        }
        let request = KeyCreateRequest(key)
        let made = try agent.request(KeyCreatedReply.self) {
            (id: UInt32, output: inout OutputSpan<UInt8>) throws(WireError) in
            try Frame.append(request, id: id, into: &output)
        }
        guard made.algorithm == key.algorithms[0] else { throw .general }
        guard let answer = unsafe calloc(1, MemoryLayout<fob_enrolled>.size)?.assumingMemoryBound(to: fob_enrolled.self)
        else { throw .general }
        do throws(ProviderError) {
            // What is asked for at each signature from now on: OpenSSH keeps it in the key's file.
            unsafe answer.pointee.flags = flags & ~Provider.force
            unsafe answer.pointee.public_key = try Provider.publicKey(made.algorithm, made.publicKey)
            unsafe answer.pointee.key_handle = try Provider.copy(made.credential)
            unsafe answer.pointee.signature = try Provider.copy(made.signature)
            unsafe answer.pointee.authenticator_data = try Provider.copy(wrapped(made.authenticatorData))
        } catch {
            unsafe Provider.release(answer.pointee)
            unsafe free(answer)
            throw error
        }
        unsafe result.pointee = answer
    }
}

/// OpenSSH asks its user before it makes a second resident key for an application and user.
private func refuseSecond(_ key: NewKey, _ agent: inout AgentConversation) throws(ProviderError) {
    var isThere = false
    try agent.keys(.site(key.site)) { entry in
        if entry.flags.contains(.discoverable), entry.userHandle == key.userHandle { isThere = true }
    }
    if isThere { throw .exists }
}

/// Authenticator data goes into OpenSSH's attestation files as a byte string of CBOR (RFC 8949, section 3.1), as libfido2
/// hands it over.
private func wrapped(_ data: [UInt8]) -> [UInt8] {
    switch data.count {
    case ..<24: [0x40 | UInt8(data.count)] + data
    case ..<256: [0x58, UInt8(data.count)] + data
    default: [0x59, UInt8(truncatingIfNeeded: data.count >> 8), UInt8(truncatingIfNeeded: data.count)] + data
    }
}
