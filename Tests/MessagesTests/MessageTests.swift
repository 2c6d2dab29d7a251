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
            ("認証コードは482913です", "482913"), ("Use #482913 @shop", "482913"), ("Code 12/31/2026 no, it is 4829", "4829"),
        ])
    func suggested(_ message: String, _ code: String) { #expect(SuggestedCode.of(message) == code) }

    @Test(
        "in the languages and digits of those who send them",
        arguments: [
            "Codul dvs. este 482913", "Parola de unică folosință: 482913", "Kood 482913, kehtib 5 minutit",
            "Kóðinn þinn er 482913",
            "Tek kullanımlık şifreniz 482913", "Twoje hasło jednorazowe: 482913", "Vaše heslo je 482913",
            "Jelszava: 482913",
            "Su clave es 482913", "A sua senha é 482913", "Votre mot de passe est 482913",
            "Ditt engångslösenord: 482913",
            "Din engangskode er 482913", "Vahvistuskoodisi on 482913", "Il tuo codice è 482913",
            "Je wachtwoord is 482913",
            "Ο κωδικός σας είναι 482913", "Ваш пароль: 482913", "Вашият код е 482913", "Mã xác thực của bạn là 482913",
            "รหัสของคุณคือ 482913", "رمز التحقق هو 482913", "كود التفعيل: 482913", "کد تایید شما ۴۸۲۹۱۳", "رمزك هو ٤٨٢٩١٣",
            "קוד האימות שלך הוא \u{202A}482913\u{202C}", "आपका कोड ४८२९१३ है", "আপনার কোড ৪৮২৯১৩", "உங்கள் குறியீடு 482913",
            "თქვენი კოდი: 482913", "動態密碼 482913", "您的密码是482913", "인증번호 [482913]를 입력", "確認コード:482913",
            "Kode Anda 482913", "Doğrulama kodunuz 482913", "Jūsų kodas: 482913", "Biztonsági kódja 482913",
            "Code 482913",
        ])
    func languages(_ message: String) { #expect(SuggestedCode.of(message) == "482913") }

    @Test(
        "a number of something else is nearer, and is not taken",
        arguments: [
            "Your code for 2026 is 482913", "Code pour le paiement de 1250 € : 482913",
            "Card ending in 1234 code: 482913",
            "Order #123456: code 482913", "Your verification code for order 88231 is 482913",
            "Kod dla płatności 1250 zł: 482913",
            "482913 is your code. Valid until 1430", "Your code expires in 1800 seconds: 482913",
            "Code for 250 000 VND: 482913",
            "尾号1234的卡验证码482913", "Konto 88231, TAN: 482913", "Code 482\u{A0}913", "Code 482\u{2011}913",
            "Your code is *482913*, card *1234", "482913 2FA code", "Code promo 12345. Code: 482913",
            "2026: your code is 482913",
            "Rs. 4500 at SHOP, OTP 482913", "Error code 5001. Your login code is 482913",
            "Call (0800) 123456. Code 482913",
            "Verify your account: 482913 is the code",
        ])
    func nearer(_ message: String) { #expect(SuggestedCode.of(message) == "482913") }

    @Test(
        "in groups of other lengths next to its word",
        arguments: [
            ("Your code: 1234-5678", "12345678"), ("2FA: 4829 1357", "48291357"), ("Ваш код: 48-29-13", "482913"),
            ("12 34 56 is your code", "123456"), ("Code: 4 8 2 9 1 3", "482913"),
            ("Din kod är 482-913-507", "482913507"),
            ("【支付宝】您的验证码为482913,5分钟内有效", "482913"), ("验证码:482913,10分钟内有效。客服95188", "482913"),
            ("인증번호 482913,3분 이내", "482913"), ("Kodunuz: 2025", "2025"), ("Ваш ПИН 4829", "4829"),
            ("Use 482913 to verify your number", "482913"),
            ("Your OTP for ****1234-5678 is 482913", "482913"),
            ("Appointment code for Dec 12 at 1430: 482913", "482913"),
        ])
    func grouped(_ message: String, _ code: String) { #expect(SuggestedCode.of(message) == code) }

    @Test("four digits of a year are a code where nothing else is, beside the word")
    func years() {
        #expect(SuggestedCode.of("Your code is 2026") == "2026" && SuggestedCode.of("PIN: 1984") == "1984")
        #expect(SuggestedCode.of("2019 is your verification code") == "2019")
        #expect(SuggestedCode.of("Your code expires on 21 Nov 2026") == nil)
    }

    @Test(
        "amounts, dates, times, telephone numbers and other codes are not",
        arguments: [
            "Your order of 12345 EUR ships 2026-11-21. Call 0800 123456.", "Your parcel 482913 is at the door",
            "The code costs $4829", "Code expires at 12:30 on 2026-11-21", "Never tell your code. Call +4930123456",
            "Use promo code 482913 for 20% off", "the spin of 4829 wheels", "your code is A4829", "your code is 123",
            "code 12345678901", "We never ask for your code. Call 0800123456", "Code? Call (0800) 1234567",
            "Code postal 75001",
            "Error code 5001", "Your code costs 4829 €", "Code is due within 3600 sec", "Parcel #482913",
            "Akbank'tan 4829",
            "QR code 4829", "Code ab 12-05-26", "Code 26-05-12", "No code? Call us: 12 34 56",
            "Attempt of 2026. Code below",
            "Never tell your code to anybody who calls from 1234 5678", "code 4829,50", "der Code vom 21. Nov. 2026",
            "код на сумму 4829 руб",
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

    @Test(
        "as programs copy it",
        arguments: [
            "(+49) 151 1234567", "\u{202A}+49 151 1234567\u{202C}", "tel:+49-151-1234567", "TEL: +49 151 1234567",
            "+49\u{A0}151\u{202F}1234567", "+49 151\u{2011}123\u{2013}4567", "\u{FF0B}49 151 1234567",
            "+٤٩ ١٥١ ١٢٣٤٥٦٧",
            "(0049) 151 1234567", "+ 49 (151) 123.45.67", "\t+49 151/1234567 ",
        ])
    func copied(_ text: String) throws { #expect(try PhoneNumber(text).text == "+491511234567") }

    @Test("what is no number says why")
    func notNumbers() {
        #expect(throws: PhoneNumber.Failure.noCountry) { try PhoneNumber("0151 1234567") }
        for text in ["", "0", "00", "+", "()", "tel:", "1(+49) 1511234567", "(151) +49 1234567"] {
            #expect(throws: PhoneNumber.Failure.self) { try PhoneNumber(text) }
        }
        #expect(throws: PhoneNumber.Failure.character("x")) { try PhoneNumber("+49x1234567") }
        #expect(throws: PhoneNumber.Failure.digits(7)) { try PhoneNumber("+49 12345") }
        #expect(throws: PhoneNumber.Failure.digits(16)) { try PhoneNumber("+49 12345678901234") }
        #expect(throws: PhoneNumber.Failure.unknownCountry) { try PhoneNumber("+999 1234567") }
    }
}
