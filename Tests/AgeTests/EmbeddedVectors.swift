/// A part of the public age testkit, C2SP/CCTV, age/testdata, commit be633d4 (0BSD, CC0 or Unlicense), so that the room
/// is tested where the folder of fixtures is absent. Files are base64 of what follows the empty line.
let embeddedVectors: [Vector] = [
    Vector(
        name: "x25519", expect: "success",
        payload: "013f54400c82da08037759ada907a8b864e97de81c088a182062c4b5622fd2ab",
        identities: [testkitIdentity],
        base64: """
            YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBURWlGMHlwcXIrYnB2Y3FYTnlDVkpwTDdPdXdQZFZ3UEw3S1FFYkZET0Nj
            CmhqYWJHWHdTTFE5YzNTNkx3MmkrUzJUdTJmaXdRSEhzbGJCTjZCNDFGTEUKLS0tIFd5SnA5Ri85Rk9aaDdnSmRoZXEyV0lKY3dI
            Z1ljOE5JVmgzZGR3aHJjTmcK7s9ix86RtDMnTmjU8vkTTLdMW/73vqpSyPC8DpksHoMx+2Y=
            """),
    Vector(
        name: "x25519_no_match", expect: "no match",
        identities: ["AGE-SECRET-KEY-143WN7DCXU4G8R5AXQSSYD9AEPYDNT3HXSLWSPK36CDU6E8M59SSSAGZ3KG"],
        base64: """
            YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBhanRxQXZERWtWTnIyQjd6VU90cTJtQVFYRFNCbE5yVkF1TS9kS2I1c1Q0
            CkhVS3R6MFIyajVCbDJFUjdIaEFaclVSaWtDRnBpSWpOYTBLakhjamJBR1UKLS0tIHJycFRsdktFS3JLM0VxaG9PUEplUDFLRThP
            MWQyYXJyUmV6Nzdtd2VrUmMK3d9y0G+8q1ffPQ0xJJatIYzX/W+AeLv4gS3YeUcVXre9Xog=
            """),
    Vector(
        name: "x25519_identity", expect: "header failure",
        identities: [testkitIdentity],
        base64: """
            YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB
            ClczRS9PQ1JtZTlUaVRZOTdKb0szMVo3MWFyTnVyNzdXSUlkQjkwWG5OM00KLS0tIFBuZTNJUE1EdkJqN3dSYlBNY05WaWZmcFZa
            QXg4MTR0Z014cDhBd3lNaHMKrF0/NwblUHHTpgQgRpe5CQWVwvf1267oDXoBjChyBYrzznw=
            """),
    Vector(
        name: "x25519_long_share", expect: "header failure",
        identities: [testkitIdentity],
        base64: """
            YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBURWlGMHlwcXIrYnB2Y3FYTnlDVkpwTDdPdXdQZFZ3UEw3S1FFYkZET0Nj
            QQpoamFiR1h3U0xROWMzUzZMdzJpK1MyVHUyZml3UUhIc2xiQk42QjQxRkxFCi0tLSBRYkV3ZFdpcmNoUzM3VVVPUGg3dVZkZFJp
            T2FXakZ3UlVwYVE0UStaMVJFCu7PYsfOkbQzJ05o1PL5E0y3TFv+976qUsjwvA6ZLB6DMftm
            """),
    Vector(
        name: "x25519_extra_argument", expect: "header failure",
        identities: [testkitIdentity],
        base64: """
            YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBURWlGMHlwcXIrYnB2Y3FYTnlDVkpwTDdPdXdQZFZ3UEw3S1FFYkZET0Nj
            IDEyMzQKaGphYkdYd1NMUTljM1M2THcyaStTMlR1MmZpd1FISHNsYkJONkI0MUZMRQotLS0gbDdFMC9QUVA1NEhCWllLVXU1MDVu
            MW11VzdFbmlERnFNclhnTWhGbWVpQQruz2LHzpG0MydOaNTy+RNMt0xb/ve+qlLI8LwOmSwegzH7Zg==
            """),
    Vector(
        name: "x25519_not_canonical_share", expect: "header failure",
        identities: [testkitIdentity],
        base64: """
            YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBURWlGMHlwcXIrYnB2Y3FYTnlDVkpwTDdPdXdQZFZ3UEw3S1FFYkZET0Nk
            CmhqYWJHWHdTTFE5YzNTNkx3MmkrUzJUdTJmaXdRSEhzbGJCTjZCNDFGTEUKLS0tIG5nb0tURURwSkYwalRyRDdVQUxNcFR5alpD
            OE9OZUg2a3FDdlNZQ3ZtMmcK7s9ix86RtDMnTmjU8vkTTLdMW/73vqpSyPC8DpksHoMx+2Y=
            """),
    Vector(
        name: "x25519_lowercase", expect: "no match",
        identities: [testkitIdentity],
        base64: """
            YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHgyNTUxOSBURWlGMHlwcXIrYnB2Y3FYTnlDVkpwTDdPdXdQZFZ3UEw3S1FFYkZET0Nj
            CmhqYWJHWHdTTFE5YzNTNkx3MmkrUzJUdTJmaXdRSEhzbGJCTjZCNDFGTEUKLS0tIEFZZVZaSzI2MmtpTzlLUktVWk5FbGRLUnpY
            REcxdlBNWGRXczJmRjBpSlkK7s9ix86RtDMnTmjU8vkTTLdMW/73vqpSyPC8DpksHoMx+2Y=
            """),
    Vector(
        name: "hmac_bad", expect: "HMAC failure",
        identities: [testkitIdentity],
        base64: """
            YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBURWlGMHlwcXIrYnB2Y3FYTnlDVkpwTDdPdXdQZFZ3UEw3S1FFYkZET0Nj
            CmhqYWJHWHdTTFE5YzNTNkx3MmkrUzJUdTJmaXdRSEhzbGJCTjZCNDFGTEUKLS0tIDhNY0UzaXg5UjM0RS92THJRdjN5ZXBzSGpv
            L0xYaGZzMjJBYjNVeUlubWcK7s9ix86RtDMnTmjU8vkTTLdMW/73vqpSyPC8DpksHoMx+2Y=
            """),
    Vector(
        name: "hmac_no_space", expect: "header failure",
        identities: [testkitIdentity],
        base64: """
            YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBURWlGMHlwcXIrYnB2Y3FYTnlDVkpwTDdPdXdQZFZ3UEw3S1FFYkZET0Nj
            CmhqYWJHWHdTTFE5YzNTNkx3MmkrUzJUdTJmaXdRSEhzbGJCTjZCNDFGTEUKLS0tV3lKcDlGLzlGT1poN2dKZGhlcTJXSUpjd0hn
            WWM4TklWaDNkZHdocmNOZwruz2LHzpG0MydOaNTy+RNMt0xb/ve+qlLI8LwOmSwegzH7Zg==
            """),
    Vector(
        name: "scrypt", expect: "success",
        payload: "013f54400c82da08037759ada907a8b864e97de81c088a182062c4b5622fd2ab",
        passphrase: "password",
        base64: """
            YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCByRjAvTndibFVISFRwZ1FnUnBlNUNRIDEwCmdVakV5bUZLTVZYUUVLZE1N
            SEwyNG9ZZXhqRTNUSUMwTzB6R1NxSjJhVVkKLS0tIElPWGlRWVN0a29UMW12WlcydEZPcVpkaFJWdmo1OGVnQUJ4L3NXZlpRYmMK
            GzXG5ofdANo6w3msn3QsIf0YWhuePe1znRSsappQEk24Ztg=
            """),
    Vector(
        name: "scrypt_no_match", expect: "no match",
        passphrase: "wrong",
        base64: """
            YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCByRjAvTndibFVISFRwZ1FnUnBlNUNRIDEwCmdVakV5bUZLTVZYUUVLZE1N
            SEwyNG9ZZXhqRTNUSUMwTzB6R1NxSjJhVVkKLS0tIElPWGlRWVN0a29UMW12WlcydEZPcVpkaFJWdmo1OGVnQUJ4L3NXZlpRYmMK
            GzXG5ofdANo6w3msn3QsIf0YWhuePe1znRSsappQEk24Ztg=
            """),
    Vector(
        name: "scrypt_work_factor_negative", expect: "header failure",
        passphrase: "password",
        base64: """
            YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCByRjAvTndibFVISFRwZ1FnUnBlNUNRIC0xMApnVWpFeW1GS01WWFFFS2RN
            TUhMMjRvWWV4akUzVElDME8wekdTcUoyYVVZCi0tLSA4aTJPWjVnbE1GRm5uTnlmaFBOOVZ2dkVEc0p6dy9ROFg0dGgvZTdyakMw
            Chs1xuaH3QDaOsN5rJ90LCH9GFobnj3tc50UrGqaUBJNuGbY
            """),
    Vector(
        name: "scrypt_work_factor_zero", expect: "header failure",
        passphrase: "password",
        base64: """
            YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCByRjAvTndibFVISFRwZ1FnUnBlNUNRIDAKZ1VqRXltRktNVlhRRUtkTU1I
            TDI0b1lleGpFM1RJQzBPMHpHU3FKMmFVWQotLS0gYStad255U0ZnVSsxWkRPcHM1QmE0NW16OVBDL21ya09sYjA2OEZmWE1TOAob
            Ncbmh90A2jrDeayfdCwh/RhaG5497XOdFKxqmlASTbhm2A==
            """),
    Vector(
        name: "stanza_missing_final_line", expect: "header failure",
        identities: [testkitIdentity],
        base64: """
            YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBURWlGMHlwcXIrYnB2Y3FYTnlDVkpwTDdPdXdQZFZ3UEw3S1FFYkZET0Nj
            CmhqYWJHWHdTTFE5YzNTNkx3MmkrUzJUdTJmaXdRSEhzbGJCTjZCNDFGTEUKLT4gc3RhbnphCkFBQUFBQUFBQUFBQUFBQUFBQUFB
            QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUEKLS0tIE9STTRqbzArdGZxZDU3dlQzK3BVVlpnL3NI
            dXJEdUhGSGhYa0c3UytSRTQK7s9ix86RtDMnTmjU8vkTTLdMW/73vqpSyPC8DpksHoMx+2Y=
            """),
    Vector(
        name: "stanza_empty_last_line", expect: "success",
        payload: "013f54400c82da08037759ada907a8b864e97de81c088a182062c4b5622fd2ab",
        identities: [testkitIdentity],
        base64: """
            YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBURWlGMHlwcXIrYnB2Y3FYTnlDVkpwTDdPdXdQZFZ3UEw3S1FFYkZET0Nj
            CmhqYWJHWHdTTFE5YzNTNkx3MmkrUzJUdTJmaXdRSEhzbGJCTjZCNDFGTEUKLT4gc3RhbnphClFVRkJRVUZCUVVGQlFVRkJRVUZC
            UVVGQlFVRkJRVUZCUVVGQlFVRkJRVUZCUVVGQlFVRkJRVUZCUVVGQlFVRkIKUVVGQlFVRkJRVUZCUVVGQlFVRkJRVUZCUVVGQlFV
            RkJRVUZCUVVGQlFVRkJRVUZCUVVGQlFVRkJRVUZCUVVGQgoKLS0tIEQwVXUvd2hZamYvQ3dxejZNSFJSOVQ1ZW0wNlBMQWpUQ01j
            dzhhWGR5RWsK7s9ix86RtDMnTmjU8vkTTLdMW/73vqpSyPC8DpksHoMx+2Y=
            """),
    Vector(
        name: "stanza_empty_argument", expect: "header failure",
        identities: [testkitIdentity],
        base64: """
            YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBURWlGMHlwcXIrYnB2Y3FYTnlDVkpwTDdPdXdQZFZ3UEw3S1FFYkZET0Nj
            CmhqYWJHWHdTTFE5YzNTNkx3MmkrUzJUdTJmaXdRSEhzbGJCTjZCNDFGTEUKLT4gc3RhbnphICBhcmd1bWVudAoKLS0tIHpMOFZL
            Y3Z2TEN6ZFJDWHNjOTRoeUlFSzJUZ3FyT3pSNW52OVl2NGhzY3MK7s9ix86RtDMnTmjU8vkTTLdMW/73vqpSyPC8DpksHoMx+2Y=
            """),
    Vector(
        name: "header_crlf", expect: "header failure",
        identities: [testkitIdentity],
        base64: """
            YWdlLWVuY3J5cHRpb24ub3JnL3YxDQotPiBYMjU1MTkgVEVpRjB5cHFyK2JwdmNxWE55Q1ZKcEw3T3V3UGRWd1BMN0tRRWJGRE9D
            Yw0KaGphYkdYd1NMUTljM1M2THcyaStTMlR1MmZpd1FISHNsYkJONkI0MUZMRQ0KLS0tIDJLSUdiN3llMzJNV3RVdUVWV2tPM01Q
            NnFDREx6T3ZUOXdGMDZsZWxCU0kNCu7PYsfOkbQzJ05o1PL5E0y3TFv+976qUsjwvA6ZLB6DMftm
            """),
    Vector(
        name: "version_unsupported", expect: "header failure",
        identities: [testkitIdentity],
        base64: """
            YWdlLWVuY3J5cHRpb24ub3JnL3YxMjM0Ci0+IFgyNTUxOSBURWlGMHlwcXIrYnB2Y3FYTnlDVkpwTDdPdXdQZFZ3UEw3S1FFYkZE
            T0NjCmhqYWJHWHdTTFE5YzNTNkx3MmkrUzJUdTJmaXdRSEhzbGJCTjZCNDFGTEUKLS0tIFR2K2g0eDN0TjhPNGtBV25mN0RicFNr
            bU5seGx5eFNWZlk3VW9QRmtobm8K7s9ix86RtDMnTmjU8vkTTLdMW/73vqpSyPC8DpksHoMx+2Y=
            """),
    Vector(
        name: "stream_empty_payload", expect: "success",
        payload: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        identities: [testkitIdentity],
        base64: """
            YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBURWlGMHlwcXIrYnB2Y3FYTnlDVkpwTDdPdXdQZFZ3UEw3S1FFYkZET0Nj
            CmhqYWJHWHdTTFE5YzNTNkx3MmkrUzJUdTJmaXdRSEhzbGJCTjZCNDFGTEUKLS0tIFd5SnA5Ri85Rk9aaDdnSmRoZXEyV0lKY3dI
            Z1ljOE5JVmgzZGR3aHJjTmcK7s9ix86RtDMnTmjU8vkTTK0uT88+UopBMN6r70M25VU=
            """),
    Vector(
        name: "stream_no_final", expect: "payload failure",
        payload: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        identities: [testkitIdentity],
        base64: """
            YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBURWlGMHlwcXIrYnB2Y3FYTnlDVkpwTDdPdXdQZFZ3UEw3S1FFYkZET0Nj
            CmhqYWJHWHdTTFE5YzNTNkx3MmkrUzJUdTJmaXdRSEhzbGJCTjZCNDFGTEUKLS0tIFd5SnA5Ri85Rk9aaDdnSmRoZXEyV0lKY3dI
            Z1ljOE5JVmgzZGR3aHJjTmcK7s9ix86RtDMnTmjU8vkTTAC9Y2htqEgUyqoBKWGKwghh
            """),
    Vector(
        name: "stream_no_nonce", expect: "header failure",
        identities: [testkitIdentity],
        base64: """
            YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBURWlGMHlwcXIrYnB2Y3FYTnlDVkpwTDdPdXdQZFZ3UEw3S1FFYkZET0Nj
            CmhqYWJHWHdTTFE5YzNTNkx3MmkrUzJUdTJmaXdRSEhzbGJCTjZCNDFGTEUKLS0tIFd5SnA5Ri85Rk9aaDdnSmRoZXEyV0lKY3dI
            Z1ljOE5JVmgzZGR3aHJjTmcK
            """),
    Vector(
        name: "stream_missing_tag", expect: "payload failure",
        payload: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        identities: [testkitIdentity],
        base64: """
            YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBURWlGMHlwcXIrYnB2Y3FYTnlDVkpwTDdPdXdQZFZ3UEw3S1FFYkZET0Nj
            CmhqYWJHWHdTTFE5YzNTNkx3MmkrUzJUdTJmaXdRSEhzbGJCTjZCNDFGTEUKLS0tIFd5SnA5Ri85Rk9aaDdnSmRoZXEyV0lKY3dI
            Z1ljOE5JVmgzZGR3aHJjTmcK7s9ix86RtDMnTmjU8vkTTLdMWw==
            """),
    Vector(
        name: "armor_crlf", expect: "success",
        payload: "013f54400c82da08037759ada907a8b864e97de81c088a182062c4b5622fd2ab",
        identities: [testkitIdentity],
        isArmored: true,
        base64: """
            LS0tLS1CRUdJTiBBR0UgRU5DUllQVEVEIEZJTEUtLS0tLQ0KWVdkbExXVnVZM0o1Y0hScGIyNHViM0puTDNZeENpMCtJRmd5TlRV
            eE9TQlVSV2xHTUhsd2NYSXJZbkIyWTNGWQ0KVG5sRFZrcHdURGRQZFhkUVpGWjNVRXczUzFGRllrWkVUME5qQ21ocVlXSkhXSGRU
            VEZFNVl6TlROa3gzTW1rcg0KVXpKVWRUSm1hWGRSU0VoemJHSkNUalpDTkRGR1RFVUtMUzB0SUZkNVNuQTVSaTg1Ums5YWFEZG5T
            bVJvWlhFeQ0KVjBsS1kzZElaMWxqT0U1SlZtZ3paR1IzYUhKalRtY0s3czlpeDg2UnRETW5UbWpVOHZrVFRMZE1XLzczdnFwUw0K
            eVBDOERwa3NIb014KzJZPQ0KLS0tLS1FTkQgQUdFIEVOQ1JZUFRFRCBGSUxFLS0tLS0NCg==
            """),
    Vector(
        name: "armor_empty_last_line", expect: "armor failure",
        identities: [testkitIdentity],
        isArmored: true,
        base64: """
            LS0tLS1CRUdJTiBBR0UgRU5DUllQVEVEIEZJTEUtLS0tLQpZV2RsTFdWdVkzSjVjSFJwYjI0dWIzSm5MM1l4Q2kwK0lGZ3lOVFV4
            T1NCVVJXbEdNSGx3Y1hJclluQjJZM0ZZClRubERWa3B3VERkUGRYZFFaRlozVUV3M1MxRkZZa1pFVDBOakNtaHFZV0pIV0hkVFRG
            RTVZek5UTmt4M01ta3IKVXpKVWRUSm1hWGRSU0VoemJHSkNUalpDTkRGR1RFVUtMUzB0SUZkNVNuQTVSaTg1Ums5YWFEZG5TbVJv
            WlhFeQpWMGxLWTNkSVoxbGpPRTVKVm1nelpHUjNhSEpqVG1jSzdzOWl4ODZSdERNblRtalU4dmtUVExkTVczYmo0aUhTCllTM1dX
            VXRaQjV3SnFLZ0VlOGtwc3AwaU9uRDJDTkc0RFZLQkMwWjdTQWNDRmI4eGR3VjlDUmF2U0VFN09VMWMKCi0tLS0tRU5EIEFHRSBF
            TkNSWVBURUQgRklMRS0tLS0tCg==
            """),
    Vector(
        name: "armor_whitespace_outside", expect: "success",
        payload: "013f54400c82da08037759ada907a8b864e97de81c088a182062c4b5622fd2ab",
        identities: [testkitIdentity],
        isArmored: true,
        base64: """
            Cg0gICAJCi0tLS0tQkVHSU4gQUdFIEVOQ1JZUFRFRCBGSUxFLS0tLS0KWVdkbExXVnVZM0o1Y0hScGIyNHViM0puTDNZeENpMCtJ
            Rmd5TlRVeE9TQlVSV2xHTUhsd2NYSXJZbkIyWTNGWQpUbmxEVmtwd1REZFBkWGRRWkZaM1VFdzNTMUZGWWtaRVQwTmpDbWhxWVdK
            SFdIZFRURkU1WXpOVE5reDNNbWtyClV6SlVkVEptYVhkUlNFaHpiR0pDVGpaQ05ERkdURVVLTFMwdElGZDVTbkE1Umk4NVJrOWFh
            RGRuU21Sb1pYRXkKVjBsS1kzZElaMWxqT0U1SlZtZ3paR1IzYUhKalRtY0s3czlpeDg2UnRETW5UbWpVOHZrVFRMZE1XLzczdnFw
            Uwp5UEM4RHBrc0hvTXgrMlk9Ci0tLS0tRU5EIEFHRSBFTkNSWVBURUQgRklMRS0tLS0tCgoNICAgCQo=
            """),
    Vector(
        name: "armor_no_padding", expect: "armor failure",
        identities: [testkitIdentity],
        isArmored: true,
        base64: """
            LS0tLS1CRUdJTiBBR0UgRU5DUllQVEVEIEZJTEUtLS0tLQpZV2RsTFdWdVkzSjVjSFJwYjI0dWIzSm5MM1l4Q2kwK0lGZ3lOVFV4
            T1NCVVJXbEdNSGx3Y1hJclluQjJZM0ZZClRubERWa3B3VERkUGRYZFFaRlozVUV3M1MxRkZZa1pFVDBOakNtaHFZV0pIV0hkVFRG
            RTVZek5UTmt4M01ta3IKVXpKVWRUSm1hWGRSU0VoemJHSkNUalpDTkRGR1RFVUtMUzB0SUZkNVNuQTVSaTg1Ums5YWFEZG5TbVJv
            WlhFeQpWMGxLWTNkSVoxbGpPRTVKVm1nelpHUjNhSEpqVG1jSzdzOWl4ODZSdERNblRtalU4dmtUVExkTVcvNzN2cXBTCnlQQzhE
            cGtzSG9NeCsyWQotLS0tLUVORCBBR0UgRU5DUllQVEVEIEZJTEUtLS0tLQo=
            """),
]
