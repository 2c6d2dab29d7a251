import Testing
import Wire

/// What is cut, changed or made up is refused or understood, and never crashes.
@Suite struct HostileTests {
    @Test(arguments: Manual.examples)
    func `every prefix of a body is refused as truncated`(example: Manual.Example) throws {
        let type = try #require(example.type)
        // An ERROR of version 2 ends before its two lists of pieces.
        var whole: Int?
        if type == .error {
            let reply = try ErrorReply(from: example.body.span)
            whole = try encoded(reply.inVersion2).count
        }
        for count in 0..<example.body.count where count != whole {
            #expect(throws: WireError.truncated) { try recode(type, Array(example.body.prefix(count))) }
        }
    }

    @Test(arguments: Manual.examples)
    func `every prefix of a frame is incomplete, and says how much is missing at least`(example: Manual.Example) {
        for count in 0..<example.frame.count {
            let prefix = Array(example.frame.prefix(count))
            guard case .incomplete(let missing) = Frame.scan(prefix.span) else {
                Issue.record("a prefix of \(count) octets is not incomplete")
                continue
            }
            #expect((1...(example.frame.count - count)).contains(missing))
        }
    }

    @Test(arguments: Manual.examples)
    func `an byte too many is refused as left over`(example: Manual.Example) throws {
        let type = try #require(example.type)
        #expect(throws: WireError.leftover) { try recode(type, example.body + [0]) }
    }

    @Test(arguments: Manual.examples)
    func `whatever one byte is changed to, the body is refused or encodes to the same bytes`(
        example: Manual.Example
    ) throws {
        let type = try #require(example.type)
        var body = example.body
        for index in body.indices {
            let original = body[index]
            for value in UInt8.min...UInt8.max where value != original {
                body[index] = value
                if let again = try? recode(type, body), again != body {
                    Issue.record("octet \(index) as \(value) has two encodings")
                }
            }
            body[index] = original
        }
    }

    @Test(arguments: Manual.examples)
    func `a body under a foreign type is refused or encodes to the same bytes`(example: Manual.Example) {
        for type in MessageType.allCases {
            if let again = try? recode(type, example.body) { #expect(again == example.body) }
        }
    }

    @Test func `20,000 mangled bodies are refused or encode to the same bytes`() throws {
        let examples = try Manual().examples()
        var random = Xorshift(state: 0x666F_6200_0000_0001)
        var understood = 0
        for _ in 0..<20_000 {
            let example = examples[random.below(examples.count)]
            let type = try #require(example.type)
            var body = example.body
            for _ in 0...random.below(4) { mangle(&body, &random, examples) }
            if let again = try? recode(type, body) {
                understood += 1
                if again != body { Issue.record("\(type.name) has two encodings: \(body)") }
            }
        }
        #expect(understood > 0)
    }

    private func mangle(_ body: inout [UInt8], _ random: inout Xorshift, _ examples: [Manual.Example]) {
        let index = random.below(body.count + 1)
        switch random.below(6) {
        case 0 where index < body.count: body[index] ^= 1 << UInt8(random.below(8))
        case 1 where index < body.count: body[index] = [0, 1, 0x7F, 0x80, 0xC0, 0xFF][random.below(6)]
        case 2: body.insert(UInt8(random.below(256)), at: index)
        case 3 where index < body.count: body.remove(at: index)
        case 4: body.append(contentsOf: body[index...])
        default: body.insert(contentsOf: examples[random.below(examples.count)].body.prefix(40), at: index)
        }
    }
}

/// A generator with a fixed sequence: failures repeat.
struct Xorshift {
    var state: UInt64

    /// A number from 0 to `bound` - 1.
    mutating func below(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(bound))
    }
}
