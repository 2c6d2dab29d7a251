import Messages
import Testing

@Suite struct MessageTests {
    @Test(
        "a last line binds a code to a site",
        arguments: [
            ("Your code is 482913.\n\n@shop.example #482913", "shop.example", nil, "482913"),
            ("@shop.example #482913", "shop.example", nil, "482913"),
            ("x\r\n@shop.example #AB-12 @pay.example later", "shop.example", "pay.example", "AB-12"),
            ("x\r@shop.example #1 $more", "shop.example", nil, "1"),
            ("x\n@shop.example #1 @", "shop.example", nil, "1"),
        ] as [(String, String, String?, String)])
    func bound(_ message: String, _ host: String, _ embedded: String?, _ code: String) throws {
        let found = try #require(OriginBoundCode(in: message))
        #expect(found.host == host && found.embeddedHost == embedded && found.code == code)
    }

    @Test(
        "anything else in the last line binds nothing",
        arguments: [
            "@shop.example #1\n", "see @shop.example #1", "@shop.example  #1", "@shop.example 1", "@ #1",
            "@shop.example #",
            "#1 @shop.example", "@shop.example #1\nthank you", "",
        ])
    func unbound(_ message: String) { #expect(OriginBoundCode(in: message) == nil) }

    @Test("a code is for its very site, and for no frame in it")
    func sites() throws {
        let code = try #require(OriginBoundCode(in: "@Shop.example #1"))
        #expect(code.isFor("shop.example") && code.isFor("SHOP.EXAMPLE"))
        for other in ["www.shop.example", "example", "shop.example.org", "shop.example.", "sh\u{43E}p.example"] {
            #expect(!code.isFor(other), "\(other)")
        }
        #expect(try #require(OriginBoundCode(in: "@sh\u{43E}p.example #1")).isFor("shop.example") == false)
        #expect(try #require(OriginBoundCode(in: "@shop.example #1 @pay.example")).isFor("shop.example") == false)
    }

    @Test(
        "the number beside a word for codes is suggested",
        arguments: [
            ("482913 is your Example verification code.", "482913"), ("Your code is 482 913", "482913"),
            ("Code: 482-913", "482913"),
            ("G-482913 is your Example verification code", "482913"), ("PIN 4829 for login", "4829"),
            ("Paid 1250 USD. Code 507529 valid 5 min.", "507529"), ("<#> Your code is 366712\nFA+9qCX9VSu", "366712"),
            ("Ihr Bestätigungscode lautet 170342.", "170342"), ("Ваш код 482913", "482913"),
            ("验证码482913,请勿泄露", "482913"),
            ("認証コードは482913です", "482913"), ("Use #482913", "482913"), ("Code 12/31/2026 no, it is 4829", "4829"),
        ])
    func suggested(_ message: String, _ code: String) { #expect(SuggestedCode.of(message) == code) }

    @Test(
        "amounts, dates, times, telephone numbers and other codes are not",
        arguments: [
            "Your order of 12345 EUR ships 2026-11-21. Call 0800 123456.", "Your parcel 482913 is at the door",
            "The code costs $4829", "Code expires at 12:30 on 2026-11-21", "Never tell your code. Call +4930123456",
            "Use promo code 482913 for 20% off", "the spin of 4829 wheels", "your code is A4829", "your code is 123",
            "code 12345678901",
        ])
    func refused(_ message: String) { #expect(SuggestedCode.of(message) == nil) }

    @Test(
        "a number is read as people write it, with its country",
        arguments: [
            ("+49 (0)151 123-4567", "+491511234567", ["Germany"], PhoneNumber.Service.served),
            ("0049 30 1234567", "+49301234567", ["Germany"], .served),
            ("+1 876 555 0100", "+18765550100", ["Jamaica"], .served),
            ("+1 415 555 0100", "+14155550100", ["Canada", "United States"], .served),
            ("+86 138 0013 8000", "+8613800138000", ["China"], .notServed),
            ("+44 20 7946 0000", "+442079460000", ["Guernsey", "Isle of Man", "Jersey", "United Kingdom"], .perhaps),
            ("+7 701 123 4567", "+77011234567", ["Kazakhstan", "Russia"], .notServed),
        ])
    func numbers(_ text: String, _ digits: String, _ countries: [String], _ service: PhoneNumber.Service) throws {
        let number = try PhoneNumber(text)
        #expect(number.text == digits && number.countries.map(\.name) == countries && number.atGitHub == service)
        #expect(!number.covered.contains(digits.dropFirst(3).prefix(5)) && number.covered.hasSuffix(digits.suffix(2)))
    }

    @Test("what is no number says why")
    func notNumbers() {
        #expect(throws: PhoneNumber.Failure.noCountry) { try PhoneNumber("0151 1234567") }
        #expect(throws: PhoneNumber.Failure.character("x")) { try PhoneNumber("+49x1234567") }
        #expect(throws: PhoneNumber.Failure.digits(7)) { try PhoneNumber("+49 12345") }
        #expect(throws: PhoneNumber.Failure.digits(16)) { try PhoneNumber("+49 12345678901234") }
        #expect(throws: PhoneNumber.Failure.unknownCountry) { try PhoneNumber("+999 1234567") }
    }
}
