import Wire

/// Bytes that a body writes into an array of just the right size.
func bytes(
    _ count: Int, _ body: (inout OutputSpan<UInt8>) throws(WireError) -> Void
) throws(WireError) -> [UInt8] {
    try [UInt8](capacity: count) { (output: inout OutputSpan<UInt8>) throws(WireError) in try body(&output) }
}

/// The encoded body of a message.
func encoded(_ message: some Message & ~Escapable) throws(WireError) -> [UInt8] {
    try bytes(message.encodedCount) { (output: inout OutputSpan<UInt8>) throws(WireError) in
        try message.encode(into: &output)
    }
}

/// Decodes a body of that type and encodes what was understood.
func recode(_ type: MessageType, _ body: [UInt8]) throws(WireError) -> [UInt8] {
    try type.accept(Recoder(body: body))
}

private struct Recoder: MessageVisitor {
    let body: [UInt8]

    func visit<M: Message & ~Escapable>(_ type: M.Type) throws(WireError) -> [UInt8] {
        try encoded(M(from: body.span))
    }
}
