import CLinux
import CSodium

extension Sodium {
    /// SHA-256 (FIPS 180-4) of one message.
    package static func sha256(_ message: Span<UInt8>) -> [32 of UInt8] {
        var hash = SHA256()
        hash.update(message)
        return hash.finish()
    }

    /// SHA-512 (FIPS 180-4) of one message, which is no secret.
    package static func sha512(_ message: Span<UInt8>) -> [64 of UInt8] {
        var hash: [64 of UInt8] = .init(repeating: 0)
        var output = hash.mutableSpan
        unsafe output.withUnsafeMutableBufferPointer { output in
            guard let start = output.baseAddress else { return }
            unsafe message.withPointer { _ = unsafe crypto_hash_sha512(start, $0, UInt64(message.count)) }
        }
        return hash
    }

    /// SHA-256 of a secret message; appends 32 bytes, and leaves nothing of it behind.
    package static func sha256(_ message: Span<UInt8>, into output: inout OutputSpan<UInt8>) {
        unsafe append(32, to: &output) { target in
            withState { state in
                update(&state, message)
                unsafe finish(&state, into: target)
            }
        }
    }

    /// Puts the SHA-256 of 32 secret bytes in their place; nothing of them is left.
    package static func replaceBySHA256(_ bytes: inout MutableSpan<UInt8>) {
        precondition(bytes.count == 32)
        unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            withState { state in
                unsafe update(&state, Span(_unsafeElements: UnsafeBufferPointer(buffer)))
                unsafe finish(&state, into: start)
            }
        }
    }

    /// SHA-256 of a message that comes in pieces. Up to 63 bytes of it lie here until the digest is taken.
    @safe
    package struct SHA256: ~Copyable {
        private var state = crypto_hash_sha256_state()

        /// Starts an empty message.
        package init() { unsafe crypto_hash_sha256_init(&state) }

        /// Adds a piece.
        package mutating func update(_ piece: Span<UInt8>) { Sodium.update(&state, piece) }

        /// The digest of all pieces.
        package consuming func finish() -> [32 of UInt8] { end() }

        /// The digest of all pieces, of which nothing stays behind; what comes next is another message.
        package mutating func end() -> [32 of UInt8] {
            var digest: [32 of UInt8] = .init(repeating: 0)
            var span = digest.mutableSpan
            unsafe span.withPointer { unsafe Sodium.finish(&state, into: $0) }
            unsafe sodium_memzero(&state, MemoryLayout.size(ofValue: state))
            unsafe crypto_hash_sha256_init(&state)
            return digest
        }
    }

    /// Lends the state of an empty message, and wipes it afterwards.
    private static func withState(_ body: (inout crypto_hash_sha256_state) -> Void) {
        var state = crypto_hash_sha256_state()
        unsafe crypto_hash_sha256_init(&state)
        body(&state)
        unsafe sodium_memzero(&state, MemoryLayout.size(ofValue: state))
    }

    private static let block = 64
    private static let hasInstructions = fob_sha256_has_instructions() != 0

    /// Whole blocks are for the processor, where it can; else all of it is libsodium's.
    private static func update(_ state: inout crypto_hash_sha256_state, _ message: Span<UInt8>) {
        unsafe message.withPointer { bytes in
            let waiting = Int(state.count / 8 % UInt64(block))
            guard hasInstructions, waiting + message.count >= block else {
                _ = unsafe crypto_hash_sha256_update(&state, bytes, UInt64(message.count))
                return
            }
            var done = 0
            unsafe withUnsafeMutablePointer(to: &state) { state in
                let words = unsafe UnsafeMutableRawPointer(state).assumingMemoryBound(to: UInt32.self)
                if waiting > 0 {
                    done = block - waiting
                    unsafe withUnsafeMutableBytes(of: &state.pointee.buf) { buffer in
                        guard let start = buffer.baseAddress else { return }
                        unsafe (start + waiting).copyMemory(from: bytes, byteCount: done)
                        unsafe fob_sha256_blocks(words, start, 1)
                    }
                }
                let blocks = (message.count - done) / block
                unsafe fob_sha256_blocks(words, bytes + done, blocks)
                done += block * blocks
            }
            state.count += UInt64(8 * done)
            _ = unsafe crypto_hash_sha256_update(&state, bytes + done, UInt64(message.count - done))
        }
    }

    /// Writes the digest.
    private static func finish(_ state: inout crypto_hash_sha256_state, into target: UnsafeMutablePointer<UInt8>) {
        guard hasInstructions else {
            _ = unsafe crypto_hash_sha256_final(&state, target)
            return
        }
        // A one, zeros to the end of a block but eight bytes, and the number of bits.
        let bits = state.count
        let waiting = Int(bits / 8 % UInt64(block))
        unsafe withUnsafeMutablePointer(to: &state) { state in
            let words = unsafe UnsafeMutableRawPointer(state).assumingMemoryBound(to: UInt32.self)
            unsafe withUnsafeMutableBytes(of: &state.pointee.buf) { buffer in
                guard let start = unsafe buffer.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
                unsafe start[waiting] = 0x80
                unsafe (start + waiting + 1).update(repeating: 0, count: block - 1 - waiting)
                if waiting >= block - 8 {
                    unsafe fob_sha256_blocks(words, start, 1)
                    unsafe start.update(repeating: 0, count: block)
                }
                for index in 0..<8 {
                    unsafe start[block - 1 - index] = UInt8(truncatingIfNeeded: bits >> UInt64(8 * index))
                }
                unsafe fob_sha256_blocks(words, start, 1)
            }
        }
        unsafe withUnsafeBytes(of: &state.state) { words in
            for index in 0..<32 { unsafe target[index] = words[index ^ 3] }
        }
    }

    /// SipHash-2-4 under a key of 16 bytes: recognises equal inputs, for tables in memory.
    package static func shortHash(key: Span<UInt8>, _ message: Span<UInt8>) -> UInt64 {
        precondition(key.count == Int(crypto_shorthash_KEYBYTES))
        let count = message.count
        var hash: UInt64 = 0
        unsafe withUnsafeMutableBytes(of: &hash) { hash in
            guard let hash = hash.baseAddress else { return }
            unsafe key.withPointer { key in
                unsafe message.withPointer { message in
                    _ = unsafe crypto_shorthash(
                        hash.assumingMemoryBound(to: UInt8.self), message, UInt64(count), key)
                }
            }
        }
        return hash
    }

    /// HMAC-SHA-256 (RFC 2104), for tags that may be public.
    package static func hmacSHA256(key: Span<UInt8>, _ message: Span<UInt8>) -> [32 of UInt8] {
        hmacSHA256(key: key, message, Span())
    }

    /// HMAC-SHA-256 of a message in two pieces.
    package static func hmacSHA256(
        key: Span<UInt8>, _ message: Span<UInt8>, _ rest: Span<UInt8>
    ) -> [32 of UInt8] {
        var tag: [32 of UInt8] = .init(repeating: 0)
        var span = tag.mutableSpan
        unsafe span.withPointer { unsafe hmac(key: key, message, rest, into: $0) }
        return tag
    }

    /// HMAC-SHA-256 for tags that are secret; appends 32 bytes.
    package static func hmacSHA256(key: Span<UInt8>, _ message: Span<UInt8>, into output: inout OutputSpan<UInt8>) {
        unsafe append(32, to: &output) { unsafe hmac(key: key, message, into: $0) }
    }

    /// HKDF with SHA-256 (RFC 5869), extract and expand; appends `count` bytes, at most 255 blocks of 32.
    package static func hkdfSHA256(
        inputKey: Span<UInt8>, salt: Span<UInt8>, info: Span<UInt8>, count: Int, into output: inout OutputSpan<UInt8>
    ) {
        precondition(count > 0 && count <= 255 * 32)
        unsafe withWiped(count: 64) { scratch in
            let pseudoRandomKey = unsafe scratch
            let block = unsafe scratch + 32
            unsafe hmac(key: salt, inputKey, into: pseudoRandomKey)
            let key = unsafe Span(_unsafeStart: UnsafePointer(pseudoRandomKey), count: 32)
            var done = 0
            var number: UInt8 = 0
            while done < count {
                number += 1
                unsafe expand(key: key, previous: block, first: number == 1, info: info, number: number)
                let take = min(32, count - done)
                unsafe append(take, to: &output) { unsafe $0.update(from: block, count: take) }
                done += take
            }
        }
    }

    /// The second half of HKDF with SHA-256 alone (RFC 5869, section 2.3), for keys that need no extraction; appends
    /// one block of 32 bytes.
    package static func hkdfExpandSHA256(key: Span<UInt8>, info: Span<UInt8>, into output: inout OutputSpan<UInt8>) {
        unsafe append(32, to: &output) {
            unsafe expand(key: key, previous: $0, first: true, info: info, number: 1)
        }
    }

    private static func expand(
        key: Span<UInt8>, previous: UnsafeMutablePointer<UInt8>, first: Bool, info: Span<UInt8>, number: UInt8
    ) {
        let former = unsafe first ? Span() : Span(_unsafeStart: UnsafePointer(previous), count: 32)
        let number = [1 of UInt8](repeating: number)
        unsafe hmac(key: key, former, info, number.span, into: previous)
    }

    /// A piece may lie where the tag goes.
    private static func hmac(
        key: Span<UInt8>, _ message: Span<UInt8>, _ rest: Span<UInt8> = Span(), _ last: Span<UInt8> = Span(),
        into target: UnsafeMutablePointer<UInt8>
    ) {
        unsafe withWiped(count: block) { scratch in
            unsafe scratch.update(repeating: 0, count: block)
            if key.count > block {
                withState { state in
                    update(&state, key)
                    unsafe finish(&state, into: scratch)
                }
            } else {
                unsafe key.withPointer { unsafe scratch.update(from: $0, count: key.count) }
            }
            let pad = unsafe Span(_unsafeStart: UnsafePointer(scratch), count: block)
            func mix(_ byte: UInt8) { for index in 0..<block { unsafe scratch[index] ^= byte } }
            withState { state in
                mix(0x36)
                update(&state, pad)
                update(&state, message)
                update(&state, rest)
                update(&state, last)
                unsafe finish(&state, into: target)
            }
            withState { state in
                mix(0x36 ^ 0x5c)
                update(&state, pad)
                unsafe update(&state, Span(_unsafeStart: UnsafePointer(target), count: 32))
                unsafe finish(&state, into: target)
            }
        }
    }

    /// A small scratch on the stack that is wiped on the way out.
    static func withWiped<R>(count: Int, _ body: (UnsafeMutablePointer<UInt8>) -> R) -> R {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { scratch in
            guard let base = scratch.baseAddress else { fatalError("fob: internal error: empty scratch") }
            defer { unsafe sodium_memzero(base, count) }
            return unsafe body(base)
        }
    }
}
