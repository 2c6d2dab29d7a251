package import Model

extension ErrorReply {
    /// An error that can always be sent: texts are clipped to their limits, details beyond the limit are left out.
    package init(_ code: ErrorCode, _ message: Sentence, remedy: Sentence = "", details: [String] = []) {
        self.init()
        self.code = code
        self.message = Text.clipped(message.text)
        self.remedy = Text.clipped(remedy.text)
        self.details = details.prefix(Limits.details).map { Text.clipped($0, to: Limits.label) }
        var words = ErrorWords()
        words.message = WordPiece.pieces(of: message)
        words.remedy = WordPiece.pieces(of: remedy)
        self.words = words
    }

    /// Ends before the words.
    package var inVersion2: ErrorReply {
        var reply = self
        reply.words = nil
        return reply
    }
}

extension ErrorWords {
    /// The two sentences; nil where they are not told, or not as they should be.
    package var sentences: (message: Sentence?, remedy: Sentence?) {
        (WordPiece.sentence(of: message), WordPiece.sentence(of: remedy))
    }
}

extension WordPiece {
    private static var verbatim: UInt8 { 255 }

    /// A sentence and what is put into it. One with too many parts is none: its text says the same.
    fileprivate static func pieces(of sentence: Sentence) -> [WordPiece] {
        guard !sentence.key.isEmpty else { return [] }
        var pieces: [WordPiece] = []
        func add(_ sentence: Sentence) {
            var piece = WordPiece()
            piece.arguments = sentence.isVerbatim ? verbatim : UInt8(clamping: sentence.parts.count)
            piece.text = Text.clipped(sentence.key)
            pieces.append(piece)
            sentence.parts.forEach(add)
        }
        add(sentence)
        return pieces.count <= Limits.wordPieces ? pieces : []
    }

    fileprivate static func sentence(of pieces: [WordPiece]) -> Sentence? {
        var rest = pieces[...]
        func next() -> Sentence? {
            guard let piece = rest.popFirst() else { return nil }
            guard piece.arguments != verbatim else { return Sentence(verbatim: piece.text) }
            var parts: [Sentence] = []
            for _ in 0..<piece.arguments {
                guard let part = next() else { return nil }
                parts.append(part)
            }
            return Sentence(piece.text, parts: parts)
        }
        let sentence = next()
        return rest.isEmpty ? sentence : nil
    }
}
