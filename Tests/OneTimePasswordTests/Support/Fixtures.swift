import FoundationEssentials

/// Files beside the repository, in `shared/fixtures`. Their tests are extra: a checkout without them skips these.
enum Fixtures {
    /// Where they are: in this repository's parent, or in a parent of that for a work tree.
    static let directory: String? = {
        var parts = #filePath.split(separator: "/")
        while !parts.isEmpty {
            let candidate = "/" + parts.joined(separator: "/") + "/shared/fixtures"
            if FileManager.default.fileExists(atPath: candidate + "/otp-vectors.json") { return candidate }
            parts.removeLast()
        }
        return nil
    }()

    static var present: Bool { directory != nil }

    static func read<Value: Decodable>(_ name: String, as: Value.Type) throws -> Value {
        let url = URL(filePath: (directory ?? "") + "/" + name)
        return try JSONDecoder().decode(Value.self, from: Data(contentsOf: url))
    }
}
