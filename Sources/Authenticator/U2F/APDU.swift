/// A command of ISO 7816-4 with its data, whose length is written in one byte or in three.
struct APDU {
    let instructionClass: UInt8
    let instruction: UInt8
    /// The first parameter; the second means nothing in U2F.
    let parameter: UInt8
    let data: [UInt8]

    /// A whole message, which may end with the length of the answer that the client expects; nil when its length is not
    /// what it says.
    init?(_ message: [UInt8]) {
        guard message.count >= 4 else { return nil }
        (instructionClass, instruction, parameter) = (message[0], message[1], message[2])
        let rest = message.dropFirst(4)
        let isExtended = rest.count >= 3 && rest[4] == 0
        let lengthCount = isExtended ? 3 : 1
        // A length alone is that of the answer.
        guard rest.count > lengthCount else {
            data = []
            return
        }
        let length = isExtended ? Int(rest[5]) << 8 | Int(rest[6]) : Int(rest[4])
        let body = rest.dropFirst(lengthCount)
        let expected = body.count - length
        guard length > 0 || isExtended, expected == 0 || expected == (isExtended ? 2 : 1) else { return nil }
        data = Array(body.prefix(length))
    }
}
