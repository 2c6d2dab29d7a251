// In lower case; of words that are inflected, the beginning.
extension SuggestedCode {
    /// Words for codes in the languages of those who send them.
    static let words = list(
        """
        code verification otp pin passcode passwor token 2fa to_verify to_log_in to_login to_sign_in|пин_ пин: пін_ пін: |einmal tan mtan pushtan kennwort|код парол|kod koda kodas kode kodi kods kodu kody kód kóð kood koodi|\
        codice código codigo codi cod codul|κωδικ|clave contraseña senha palavra-passe mot_de_passe|lösenord passord salasana \
        wachtwoord|heslo hasło haslo jelsz geslo lozinka parola parol slaptažod|şifre sifre|mã mật_khẩu sandi msimbo|\
        รหัส ລະຫັດ កូដ ကုဒ်|رمز كود كلمة تحقق کد کوڈ|קוד סיסמ|कोड ओटीपी কোড ওটিপি કોડ ਕੋਡ குறியீடு కోడ్ ಕೋಡ್ കോഡ്|კოდ կոդ|\
        验证码 驗證碼 校验码 校驗碼 动态码 動態碼 动态密码 密码 密碼 确认码 確認碼 认证码 認證碼 识别码 識別碼 验证代码 驗證代碼|\
        認証 確認コード 確認番号 コード パスワード 暗証番号|인증 코드 비밀번호 암호
        """)

    /// Before a word for codes: it is another kind of code.
    static let others = list(
        """
        promo promotional discount coupon voucher gift referral invite zip postal country area error status source qr tracking|\
        gutschein rabatt aktions fehler|código_de_barras
        """)

    /// The same, behind it.
    static let othersBehind = list(
        "_promo _postal _sconto _barre _de_réduction _de_descuento _de_desconto _de_barras _de_error _di_errore _fiscale"
    )

    /// Behind a number: it is an amount or a time.
    static let units = list(
        """
        eur usd gbp jpy chf inr rub cny sek nok dkk pln czk huf ron bgn uah kzt brl mxn ars clp cop pen aud cad nzd sgd hkd twd krw \
        thb vnd idr myr php zar egp aed sar qar kwd ils pkr bdt lkr ngn kes ghs rs kr euro euros dollars pounds rubles rupees|\
        руб рублей грн тенге лв zł kč ft lei tl rp rm đ บาท ریال تومان ريال درهم 円 元 원 ₫|\
        sec secs second seconds sek sekunden min mins minute minutes minuten minutos minuti hours seg segundos secondi secondes sekund \
        minut perc dakika saniye phút giây menit detik|сек секунд мин минут час|秒 分 年 月 日 초 분 년 วินาที นาที ثانية دقيقة שניות דקות \
        मिनट सेकंड
        """)

    /// Minutes and hours, behind a number.
    static let times = list("分 秒 小时 小時 分钟 分鐘 分間 時間 분 시간 초 min phút นาที мин")

    /// Before a number: it is that of something else.
    static let things = list(
        """
        eur usd gbp chf inr rub cny sek nok dkk pln brl rs kr rp rm rmb|at um a_las alle às|order ref reference ticket case invoice account acct a/c card \
        transaction call tel phone dial hotline fax|bestellung auftrag rechnung konto karte vorgang referenz telefon|\
        commande carte facture compte appelez|pedido tarjeta factura cuenta referencia teléfono|ordine carta conto telefono chiama|\
        cartão conta ligue|bestelling kaart rekening|kort ring|zamówienie zamówienia karty karta|заказ заказа карта карты карте счет счёт \
        тел телефону|kart sipariş hesap|尾号 尾號 末四位 订单 订单号 電話 电话 客服 注文番号|카드 주문번호 전화|\
        ending_in ending_with ends_with ending endet_auf endend_auf terminant_par terminada_en che_termina_con final|\
        order_no order_number card_no ref_no case_no llame_al llama_al appelez_le звоните
        """)

    /// An underscore is a space within a phrase.
    private static func list(_ text: String) -> [[Unicode.Scalar]] {
        text.split { "| \n".contains($0) }.map { phrase in phrase.unicodeScalars.map { $0 == "_" ? " " : $0 } }
    }
}
