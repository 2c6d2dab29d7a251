/// What people take for passphrases most often, about in the order in which it is tried: passwords, first names, teams, rows
/// of keys that are no rows of a keyboard. Written for fob; what stands among `Words` is not repeated unless it is this
/// common.
enum CommonPasswords {
    /// All of them, with a space behind each but the last.
    static let text = """
        password 123456 12345678 qwerty 123456789 12345 111111 1234567 dragon 123123 baseball abc123 football monkey \
        letmein shadow master 666666 qwertyuiop 123321 mustang 1234567890 michael 654321 superman 1qaz2wsx 7777777 \
        121212 000000 qazwsx 123qwe killer trustno1 jordan jennifer zxcvbnm asdfgh hunter buster soccer harley batman \
        andrew tigger sunshine iloveyou charlie robert thomas hockey ranger daniel starwars klaster 112233 george \
        computer michelle jessica pepper 1111 zxcvbn 555555 11111111 131313 freedom 777777 pass maggie 159753 aaaaaa \
        ginger princess joshua cheese amanda summer love ashley nicole chelsea biteme matthew access yankees 987654321 \
        dallas austin thunder taylor matrix william corvette hello martin heather secret merlin diamond 1234qwer gfhjkm \
        hammer silver 222222 88888888 anthony justin test bailey q1w2e3r4t5 patrick internet scooter orange golfer \
        cookie richard samantha bigdog guitar jackson whatever mickey chicken sparky snoopy maverick phoenix camaro \
        peanut morgan welcome falcon cowboy ferrari samsung andrea smokey steelers joseph mercedes dakota arsenal eagles \
        melissa boomer booboo spider nascar monster tigers yellow 123123123 gateway marina diablo bulldog compaq purple \
        hardcore banana junior hannah 123654 porsche lakers iceman money cowboys 987654 london tennis coffee scooby \
        miller boston q1w2e3r4 brandon yamaha chester mother forever johnny edward oliver redsox player nikita knight \
        fender barney midnight please brandy chicago badboy slayer rangers charles angel flower bigdaddy rabbit wizard \
        jasper enter rachel chris steven winner adidas victoria natasha jasmine winter prince marine ghbdtn fishing \
        casper hallo passwort schatz sommer geheim berlin hamburg bayern deutschland schalke 1q2w3e4r 1q2w3e passw0rd \
        admin administrator root toor guest login user changeme default letmein1 qwerty123 password1 password123 admin123 \
        welcome1 abcd1234 a1b2c3 azerty qwertz asdf asdfasdf qweasd qweasdzxc zaq12wsx 1qazxsw2 loveyou iloveu fuckyou \
        pokemon naruto minecraft liverpool barcelona realmadrid juventus manchester alexander alexandra sebastian \
        christian stefan andreas markus peter thorsten julia anna laura lisa sarah sandra nicole claudia sabine petra \
        monika susanne maria elena sofia olga ivan dmitri sergey vladimir mohamed muhammad ahmed fatima ali omar jose juan \
        carlos luis miguel antonio francisco pedro marco luca giulia paolo pierre jean louis camille emma noah liam olivia \
        ava mia lucas leon felix paul max jonas tim kevin marcel dennis florian tobias patrick oscar simon david james john \
        mary linda susan karen nancy betty helen donna carol ruth sharon laura kimberly deborah dorothy elizabeth barbara \
        patricia margaret benjamin samuel jacob ethan jonathan nicholas christopher timothy stephen gregory raymond \
        dennis jerry tyler aaron adam nathan henry douglas zachary kyle walter harold jeremy sean brian ryan gary eric \
        jacqueline katherine catherine christine stephanie rebecca cynthia kathleen amy angela brenda emily \
        nintendo playstation xbox google facebook twitter youtube amazon apple microsoft windows linux ubuntu debian \
        gandalf frodo hobbit harrypotter hogwarts voldemort yoda vader skywalker starwars1 startrek enterprise spock \
        ninja pirate dragonball zelda mario sonic pikachu unicorn rainbow butterfly sweetheart babygirl babyboy lovely \
        beautiful happy sunny blessed jesus christ god heaven faith angels family friends friend forever21 \
        whatever1 nothing something anything trustme fob passphrase vault correcthorsebatterystaple
        """
}
