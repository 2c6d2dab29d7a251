/// A telephone number as ITU-T E.164 has it: a plus sign and up to 15 digits, country code first.
package struct PhoneNumber: Equatable, Sendable {
    /// The digits, without the plus sign.
    package let digits: String

    /// Why a text is no number.
    package enum Failure: Error, Equatable {
        /// It does not begin with `+` or `00`: without its country it is another number abroad.
        case noCountry
        /// It has something other than digits, spaces, hyphens, dots, slashes and parentheses.
        case character(Character)
        /// It has fewer than 8 digits or more than 15.
        case digits(Int)
        /// No country has a code that it begins with.
        case unknownCountry
    }

    /// Reads a number as people write it, and as programs copy it: `+49 (0)151 123-4567`, `(+49) 151 1234567`,
    /// `tel:+49-151-1234567`. A zero in parentheses is dropped; digits may be of any script.
    package init(_ text: String) throws(Failure) {
        // What programs put around a number in a text that is written from right to left.
        let scalars = text.unicodeScalars.filter { $0.properties.generalCategory != .format }
        var rest = String(String.UnicodeScalarView(scalars)).drop(while: \.isWhitespace)
        if rest.lowercased().hasPrefix("tel:") { rest = rest.dropFirst(4).drop(while: \.isWhitespace) }
        if rest.first == "(" { rest.removeFirst() }
        if rest.first == "+" || rest.first == "\u{FF0B}" {
            rest.removeFirst()
        } else if rest.count > 2, rest.prefix(2).allSatisfy({ $0.isDecimal && $0.wholeNumberValue == 0 }) {
            rest.removeFirst(2)
        } else {
            throw .noCountry
        }
        var digits = ""
        var index = rest.startIndex
        while index < rest.endIndex {
            if rest[index...].hasPrefix("(0)") {
                index = rest.index(index, offsetBy: 3)
                continue
            }
            let character = rest[index]
            if character.isDecimal, let value = character.wholeNumberValue {
                digits.append("\(value)")
            } else if !character.isWhitespace, !"-./()\u{2010}\u{2011}\u{2012}\u{2013}".contains(character) {
                throw .character(character)
            }
            index = rest.index(after: index)
        }
        guard 8...15 ~= digits.count else { throw .digits(digits.count) }
        guard !Country.all(of: digits).isEmpty else { throw .unknownCountry }
        self.digits = digits
    }

    /// The countries that it may be of: several share a code.
    package var countries: [Country] { Country.all(of: digits) }

    /// As it is written: `+4915112345678`.
    package var text: String { "+" + digits }

    /// With all but its country code and last two digits covered, as lists and questions show it.
    package var covered: String {
        let shown = countries.first.map(\.prefix.count) ?? 1
        return "+\(digits.prefix(shown)) \(String(repeating: "•", count: digits.count - shown - 2))\(digits.suffix(2))"
    }

    /// Whether a service that publishes a list of countries sends messages to it.
    package enum Service: Equatable, Sendable {
        case served, notServed
        /// It is of one of several countries, and some are not on the list.
        case perhaps
    }

    /// What GitHub's list says (docs.github.com, "Countries where SMS authentication is supported").
    package var atGitHub: Service {
        let served = countries.filter(\.isServedByGitHub).count
        return served == countries.count ? .served : served == 0 ? .notServed : .perhaps
    }
}

extension Character {
    /// Whether it is a digit of a script that has ten.
    fileprivate var isDecimal: Bool { unicodeScalars.first?.properties.numericType == .decimal }
}
