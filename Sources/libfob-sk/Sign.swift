import CLinux

/// Signs. `result` is set when 0 is returned.
@_cdecl("sk_sign")
public func sign(
    _ algorithm: UInt32, _ data: UnsafePointer<UInt8>?, _ dataCount: Int, _ application: UnsafePointer<CChar>?,
    _ handle: UnsafePointer<UInt8>?, _ handleCount: Int, _ flags: UInt8, _ pin: UnsafePointer<CChar>?,
    _ options: UnsafePointer<UnsafeMutablePointer<fob_option>?>?,
    _ result: UnsafeMutablePointer<UnsafeMutablePointer<fob_signed>?>?
) -> Int32 {
    Provider.status { () throws(ProviderError) in
        guard let result = unsafe result else { throw .unsupported }
        let algorithm = try Provider.algorithm(algorithm)
        _ = try unsafe Provider.user(options)
        let site = try unsafe Provider.application(application)
        let data = try unsafe Provider.bytes(data, dataCount, limit: Limits.keyData)
        let handle = try unsafe Provider.bytes(handle, handleCount, limit: Limits.keyID)
        let credential = [UInt8](capacity: handle.count) { output in
            for index in handle.indices { output.append(handle[index]) }
        }
        var use: KeyUseFlags = []
        if flags & Provider.presence != 0 { use.insert(.presence) }
        if flags & Provider.verification != 0 { use.insert(.verification) }
        let requester = Provider.requester
        var agent = try Provider.agent()
        try unsafe agent.begin(unlocking: pin)
        let signed = try agent.request(KeySignatureReply.self) {
            (id: UInt32, output: inout OutputSpan<UInt8>) throws(WireError) in
            try Frame.append(
                KeySignRequest(
                    .ssh, site: site, credential: credential, data: data, flags: use, requester: requester),
                id: id, into: &output)
        }
        guard let answer = unsafe calloc(1, MemoryLayout<fob_signed>.size)?.assumingMemoryBound(to: fob_signed.self)
        else { throw .general }
        let half = algorithm == .es256 ? signed.signature.count / 2 : signed.signature.count
        do throws(ProviderError) {
            unsafe answer.pointee.flags = signed.flags
            unsafe answer.pointee.counter = signed.counter
            unsafe answer.pointee.r = try Provider.copy(Array(signed.signature[..<half]))
            unsafe answer.pointee.s = try Provider.copy(Array(signed.signature[half...]))
        } catch {
            unsafe free(answer.pointee.r.start)
            unsafe free(answer)
            throw error
        }
        unsafe result.pointee = answer
    }
}
