import COpenSSL

/// libcrypto as a whole.
@safe
enum Library {
    /// Prepares the library, once, before its first use. False where somebody else in this process used it before, as
    /// happens in tests: then memory that it frees is not wiped, except what is known to be secret.
    static let wipesMemory = fob_openssl_prepare() == 1

    /// AES-256-CBC by its functions: `EVP_aes_256_cbc()` itself only names what a provider has, and there is none.
    @safe
    struct Cipher: @unchecked Sendable {
        // Invariant: made once, and never changed or freed; the library only reads it.
        let pointer: OpaquePointer
    }

    static let cipher: Cipher = {
        _ = wipesMemory
        guard let pointer = unsafe EVP_CIPHER_meth_dup(EVP_aes_256_cbc()) else {
            fatalError("fob: internal error: libcrypto has no memory for its cipher")
        }
        return unsafe Cipher(pointer: pointer)
    }()

    /// The curve P-256 and what computing modulo its order needs.
    @safe
    struct Curve: @unchecked Sendable {
        // Invariant: made once, complete, and never changed or freed; the library only reads them.
        let group: OpaquePointer
        let order: OpaquePointer
        /// The order less two: the exponent that inverts modulo the order.
        let inversion: OpaquePointer
        let montgomery: OpaquePointer
    }

    /// Without it nothing here can work, and nothing but a lack of memory keeps it away.
    static let curve: Curve = {
        _ = wipesMemory
        guard let group = unsafe EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1),
            let order = unsafe EC_GROUP_get0_order(group), let inversion = unsafe BN_dup(order),
            let montgomery = unsafe BN_MONT_CTX_new(), let context = unsafe BN_CTX_new(),
            unsafe BN_sub_word(inversion, 2) == 1, unsafe BN_MONT_CTX_set(montgomery, order, context) == 1
        else { fatalError("fob: internal error: libcrypto has no memory for its curve") }
        unsafe BN_CTX_free(context)
        return unsafe Curve(group: group, order: order, inversion: inversion, montgomery: montgomery)
    }()
}

/// A number of the library's, wiped when it is let go.
@safe
struct Number: ~Copyable {
    // Invariant: a number that nobody else has.
    let pointer: OpaquePointer

    private init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }

    /// Zero.
    static func zero() throws(CryptoP256Error) -> Number {
        _ = Library.wipesMemory
        guard let pointer = unsafe BN_new() else { throw .outOfMemory }
        return unsafe Number(pointer)
    }

    /// A big-endian number. What is done with it takes as long whatever it is.
    static func reading(_ bytes: Span<UInt8>) throws(CryptoP256Error) -> Number {
        let number = try zero()
        let target = unsafe number.pointer
        let isRead = unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe BN_bin2bn(bytes.baseAddress, Int32(bytes.count), target) != nil
        }
        guard isRead else { throw .outOfMemory }
        unsafe BN_set_flags(target, BN_FLG_CONSTTIME)
        return number
    }

    deinit { unsafe BN_clear_free(pointer) }

    var isZero: Bool { unsafe BN_is_zero(pointer) == 1 }

    /// Whether it is one of 1 to the order less one.
    var isScalar: Bool { unsafe !isZero && BN_cmp(pointer, Library.curve.order) < 0 }

    /// Appends its 32 bytes, big-endian.
    func append(to output: inout OutputSpan<UInt8>) {
        precondition(output.freeCapacity >= 32, "fob: internal error: output is too small")
        unsafe output.withUnsafeMutableBufferPointer { buffer, count in
            guard let base = buffer.baseAddress, unsafe BN_bn2binpad(pointer, base + count, 32) == 32 else {
                fatalError("fob: internal error: a number has more than 32 bytes")
            }
            count += 32
        }
    }

    /// Writes its 32 bytes, big-endian.
    func write(to target: inout [64 of UInt8], at start: Int) {
        var span = target.mutableSpan
        unsafe span.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress, unsafe BN_bn2binpad(pointer, base + start, 32) == 32 else {
                fatalError("fob: internal error: a number has more than 32 bytes")
            }
        }
    }
}

/// Room for numbers in between, wiped when it is let go.
@safe
struct Scratch: ~Copyable {
    // Invariant: a context that nobody else has.
    let pointer: OpaquePointer

    init() throws(CryptoP256Error) {
        _ = Library.wipesMemory
        guard let pointer = unsafe BN_CTX_new() else { throw .outOfMemory }
        unsafe self.pointer = pointer
    }

    deinit { unsafe BN_CTX_free(pointer) }
}

/// A point of P-256, wiped when it is let go.
@safe
struct Point: ~Copyable {
    // Invariant: a point of the curve that nobody else has.
    let pointer: OpaquePointer

    private init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }

    private static func infinity() throws(CryptoP256Error) -> Point {
        guard let pointer = unsafe EC_POINT_new(Library.curve.group) else { throw .outOfMemory }
        return unsafe Point(pointer)
    }

    /// The point with those coordinates, x and y of 32 bytes each.
    static func reading(
        _ coordinates: Span<UInt8>, _ scratch: borrowing Scratch
    ) throws(CryptoP256Error) -> Point {
        guard coordinates.count == 64 else { throw .badLength }
        let point = try infinity()
        let x = try Number.reading(coordinates.extracting(0..<32))
        let y = try Number.reading(coordinates.extracting(32..<64))
        // Refuses what is not on the curve.
        let isSet = unsafe EC_POINT_set_affine_coordinates(
            Library.curve.group, point.pointer, x.pointer, y.pointer, scratch.pointer)
        guard isSet == 1 else { throw .badKey }
        return point
    }

    /// The curve's base times a secret number, in constant time.
    static func base(
        times scalar: borrowing Number, _ scratch: borrowing Scratch
    ) throws(CryptoP256Error) -> Point {
        let product = try infinity()
        let isDone = unsafe EC_POINT_mul(
            Library.curve.group, product.pointer, scalar.pointer, nil, nil, scratch.pointer)
        guard isDone == 1 else { throw .outOfMemory }
        return product
    }

    /// This point times a secret number, in constant time.
    func times(_ scalar: borrowing Number, _ scratch: borrowing Scratch) throws(CryptoP256Error) -> Point {
        let product = try Self.infinity()
        let isDone = unsafe EC_POINT_mul(
            Library.curve.group, product.pointer, nil, pointer, scalar.pointer, scratch.pointer)
        guard isDone == 1 else { throw .outOfMemory }
        return product
    }

    deinit { unsafe EC_POINT_clear_free(pointer) }

    /// Its coordinates.
    func coordinates(_ scratch: borrowing Scratch) throws(CryptoP256Error) -> Coordinates {
        let coordinates = Coordinates(x: try Number.zero(), y: try Number.zero())
        let isDone = unsafe EC_POINT_get_affine_coordinates(
            Library.curve.group, pointer, coordinates.x.pointer, coordinates.y.pointer, scratch.pointer)
        guard isDone == 1 else { throw .badKey }
        return coordinates
    }

    struct Coordinates: ~Copyable {
        let x: Number
        let y: Number
    }
}
