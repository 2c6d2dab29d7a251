import Interchange
import OneTimePassword
import Platform
import TestSupport
import Testing
import Wire

/// What is written comes back the same through this program's own readers, but for what was announced.
struct RoundTripTests {
    /// All but codes made of characters: nothing but a camera reads them.
    static var writers: [String] {
        Formats.writers.map { $0.format.rawValue }.filter { $0 != ExportFormat.qr.rawValue }
    }

    @Test(arguments: writers)
    func `every account comes back as it was, or as announced`(_ name: String) throws {
        let writer = try #require(Formats.writer(named: name))
        let samples = Samples.all
        let (files, written) = try export(samples, as: writer)
        let found = try read(back: files, writer)
        var announced: [Int: String] = [:]
        for problem in files.problems { announced[problem.position] = problem.reason }

        #expect(found.problems.isEmpty, "\(found.problems)")
        #expect(found.entries.count == written)
        var expected: [(position: Int, sample: SampleEntry)] = []
        for (index, sample) in samples.enumerated() where announced[index + 1]?.hasPrefix("not written") != true {
            expected.append((index + 1, sample))
        }
        #expect(expected.count == written)
        for ((position, sample), entry) in zip(expected, found.entries) {
            let losses = announced[position] ?? ""
            #expect((entry.issuer == sample.issuer) != losses.contains("its issuer"))
            #expect(entry.name == sample.name)
            #expect(entry.isCredential(of: sample), "\(sample.issuer): \(sample.name)")
            #expect((entry.note == sample.note) != losses.contains("its note"), "\(sample.issuer): \(losses)")
            #expect((entry.tags == sample.tags) != losses.contains("tags"), "\(entry.tags): \(losses)")
            #expect((entry.extras.isFavourite == sample.isFavourite) != losses.contains("favourite"), "\(losses)")
            #expect(entry.lost.isEmpty, "\(entry.lost)")
        }
    }

    @Test(arguments: writers)
    func `thousands of accounts keep their order`(_ name: String) throws {
        let writer = try #require(Formats.writer(named: name))
        // Pages have a picture of each code, and an ordinary user may lock 8 MiB, which all tests of a run share: fewer
        // fit there.
        let isPage = [.html, .googleHTML].contains(writer.format)
        let count = isPage && !Scratch.isRoot ? 500 : 2000
        let samples = Samples.many(count)
        let (files, written) = try export(samples, as: writer)
        #expect(written == count)
        let found = try read(back: files, writer)
        #expect(found.entries.map { $0.name } == samples.map { $0.name })
        let keys = Set(found.entries.map { $0.key })
        #expect(keys.count == count)
    }

    @Test func `an empty export is a whole file`() throws {
        for writer in Formats.writers where !writer.format.isTree {
            let (files, written) = try export([], as: writer)
            #expect(written == 0)
            #expect(files.problems.isEmpty)
            if writer.format != .otpauth,
                ![.ente, .google, .googleHTML, .keeperCSV, .html, .qr].contains(writer.format)
            {
                #expect(try read(back: files, writer).entries.isEmpty)
            }
        }
    }

    @Test func `a wrong password opens no encrypted export`() throws {
        for writer in Formats.writers where writer.format.isEncrypted {
            let (files, _) = try export(Samples.many(3), as: writer, password: "right")
            #expect(throws: ConversionError.wrongPassword) {
                try InterchangeTests.read(files.bytes, password: "wrong")
            }
        }
    }

    private func read(back files: CollectingFiles, _ writer: any FormatWriter.Type) throws -> CollectingSink {
        var sources: [SourceFile] = []
        for file in files.files {
            sources.append(SourceFile(name: file.name, text: LockedText(try locked(file.bytes))))
        }
        let password = writer.format.isEncrypted ? "secret pass\u{E9}" : ""
        return try InterchangeTests.read(Source(sources), password: password).found
    }
}

extension FoundEntry {
    /// Whether it gives the same codes.
    fileprivate func isCredential(of sample: SampleEntry) -> Bool {
        parameters == sample.parameters && key == sample.key.span.hexadecimal && pin == sample.pin
    }
}
