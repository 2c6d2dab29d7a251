import Age
import Platform
import Testing

@Suite struct PayloadTests {
    static let sizes = [0, 1, 15, 16, 17, 65_535, 65_536, 65_537, 131_071, 131_072, 131_073, 200_000]

    @Test(arguments: sizes + (0..<6).map { _ in Int.random(in: 2...300_000) })
    func `A file of any size comes back, however it was given to the writer`(_ count: Int) throws {
        let identity = try X25519Identity.random()
        let plaintext = pattern(count)
        for pieces in [Int.max, 65_536, 65_537, Int.random(in: 1000...70_000)] {
            let file = try seal(plaintext, to: [identity.recipient], pieces: pieces)
            let chunks = max(1, (count + 65_535) / 65_536)
            #expect(file.count == 200 + count + 16 * chunks - 16)
            let opened = try open(file, with: identity)
            #expect(opened == plaintext, "pieces of \(pieces)")
        }
    }

    @Test func `Each recipient can open the file, and nobody else`() throws {
        let first = try X25519Identity.random()
        let second = try X25519Identity.random()
        let third = try X25519Identity.random()
        let file = try seal(pattern(100), to: [first.recipient, second.recipient])
        #expect(try open(file, with: first) == pattern(100))
        #expect(try open(file, with: second) == pattern(100))
        #expect(refusal { () throws(AgeError) in _ = try open(file, with: third) } == .noMatch)
    }

    @Test func `Two files with one plaintext have nothing in common`() throws {
        let identity = try X25519Identity.random()
        let one = try seal(pattern(64), to: [identity.recipient])
        let other = try seal(pattern(64), to: [identity.recipient])
        #expect(one.count == other.count)
        #expect(one.suffix(96) != other.suffix(96))
        let stanzas = try (AgeHeader(parsing: one.span).stanzas[0], AgeHeader(parsing: other.span).stanzas[0])
        #expect(stanzas.0.arguments != stanzas.1.arguments && stanzas.0.body != stanzas.1.body)
    }

    @Test func `The writer holds one chunk of plaintext in locked memory, however long the file`() throws {
        let identity = try X25519Identity.random()
        var writer = try AgeWriter(to: [identity.recipient])
        let piece = pattern(100_000)
        var file: [UInt8] = []
        for _ in 0..<100 {
            writer.write(piece.span)
            let output = writer.takeOutput()
            #expect(output.count <= 2 * 65_552 + 200)
            file += output
        }
        file += writer.finish()
        let header = try AgeHeader(parsing: file.span)
        var reader = try AgeReader(file.span, header: header, key: header.fileKey(for: identity))
        #expect(reader.plaintextCount == 10_000_000)
        var count = 0
        while try reader.next(in: file.span) {
            let chunk = reader.plaintext
            #expect(chunk.count <= 65_536)
            #expect(chunk[0] == piece[count % 100_000])
            count += chunk.count
        }
        #expect(count == 10_000_000)
    }

    @Test func `Each flipped bit of a file is noticed`() throws {
        let identity = try X25519Identity.random()
        let extra = try Stanza(type: "fob-passphrase", arguments: ["c2FsdA", "3"], body: pattern(48))
        let file = try seal(pattern(40), to: [identity.recipient], extraStanzas: [extra])
        for bit in 0..<file.count * 8 {
            var changed = file
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            let error = refusal { () throws(AgeError) in _ = try open(changed, with: identity) }
            #expect(error != nil, "bit \(bit)")
        }
    }

    @Test func `A file that ends early or goes on is noticed at every length`() throws {
        let identity = try X25519Identity.random()
        let small = try seal(pattern(40), to: [identity.recipient])
        for count in 0..<small.count {
            let cut = Array(small[..<count])
            #expect(refusal { () throws(AgeError) in _ = try open(cut, with: identity) } != nil, "\(count) bytes")
        }
        #expect(refusal { () throws(AgeError) in _ = try open(small + [0], with: identity) } == .damagedChunk)

        let large = try seal(pattern(131_072), to: [identity.recipient])
        let start = large.count - 2 * 65_552
        let ends = [0, 1, 15, 16, 17, 65_535, 65_536, 65_551, 65_552, 65_553, 65_568, 65_569, 131_102, 131_103]
        for end in ends {
            let cut = Array(large[..<(start + end)])
            #expect(refusal { () throws(AgeError) in _ = try open(cut, with: identity) } != nil, "\(end) bytes")
        }
        let atChunk = Array(large[..<(start + 65_552)])
        #expect(refusal { () throws(AgeError) in _ = try open(atChunk, with: identity) } == .truncated)
        for tail in [1, 16, 65_552] {
            let longer = large + pattern(tail)
            #expect(refusal { () throws(AgeError) in _ = try open(longer, with: identity) } == .trailingData)
        }
    }

    @Test func `Chunks that changed places, came twice or were left out are noticed`() throws {
        let identity = try X25519Identity.random()
        let file = try seal(pattern(3 * 65_536), to: [identity.recipient])
        let start = file.count - 3 * 65_552
        let chunks = (0..<3).map { Array(file[(start + $0 * 65_552)..<(start + ($0 + 1) * 65_552)]) }
        for order in [[1, 0, 2], [0, 2, 1], [0, 0, 1, 2], [1, 2], [0, 2], [2], [2, 1, 0], [0, 1, 1, 2]] {
            let changed = file[..<start] + order.flatMap { chunks[$0] }
            let error = refusal { () throws(AgeError) in _ = try open(Array(changed), with: identity) }
            #expect(error == .damagedChunk, "\(order)")
        }
    }

    @Test func `Nothing of a chunk that fails is handed out`() throws {
        let identity = try X25519Identity.random()
        var file = try seal(pattern(131_000), to: [identity.recipient])
        file[file.count - 20] ^= 1
        let header = try AgeHeader(parsing: file.span)
        var reader = try AgeReader(file.span, header: header, key: header.fileKey(for: identity))
        #expect(try reader.next(in: file.span))
        #expect(array(reader.plaintext) == Array(pattern(131_000)[..<65_536]))
        for _ in 0..<2 {
            var error: AgeError?
            do { _ = try reader.next(in: file.span) } catch let fault { error = fault }
            #expect(error == .damagedChunk)
            #expect(reader.plaintext.count == 0)
        }
    }
}
