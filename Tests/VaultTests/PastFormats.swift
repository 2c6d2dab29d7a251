import Foundation
import Testing

/// Files as earlier releases wrote them. One is added with each release that changes what is written; none is ever
/// changed or removed.
enum PastFormats {
    /// Format 1, first release; passphrase "golden passphrase", 1 operation over 8192 KiB.
    static func first() throws -> [UInt8] {
        Array(try #require(Data(base64Encoded: text.split(separator: "\n").joined())))
    }

    private static let text = """
        YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBFZXZtNWhCT0ErazlhaWd4MDhHd1NBd1NkZWJZYVJGa0cxaS90d0NqTm5FClllSk0zUHpr
        YUw1ajlJeTBLRk1aQ1JUMlZYY1cyWkZsQ09WaDVmS1pXNnMKLT4gZm9iLXBhc3NwaHJhc2UgOWIxNDk4ZmY0MTVjNjBjZjA3ZDRiNWJjNzM0OTA4
        MzUgMSA4MTkyCgotLS0gSGJycW5yc3lBNlZDOTl5YnlGbjZ1bWtJcmt1WitwUkM1WEdJRGlTcHh2dwoiLrkH7eqEvPCzZt9GCHzbswgbqQ83HJoo
        cJBFhEubLRlVExeMHMjxSTZfWXtAoUa2KfQIO5NipJ9RjXVygyt7Ms9WAQW2u5WGeH6wtu4blwYqcZ3/XQYdv/3bk2DaDfcaM2ssp6bsC5WcVDBm
        J0V2X+D0PPDKk3s5MBiJ0ioTpPF3tDOCDi4wfCZD2NVK2ZBoGeN1GXDxNfxyzf4nLoluK0mt3In1BtLaLeT8/aYadtriN2mRUIMlGtR+ZCdYmLf9
        M/tIGvzA/XnpGTSprA3UrBTpX+t5k/h5nZYDDqGbXISFZPU7XOuf+MzKspUPcRScjz4OTbDq2pm7WrIH7xP5taT6HnUJTmvKg5i1GV2H6otlwWyP
        dX/KMmUmsFpXqn58SyMNNyUTSHqZ/yxfMCAL+YTh+FXz7sgoCi73ixa7jSlVUtH10TGMgSLTxPocyKvNJ0uIHW2rgUzW8iqH/PplpE13iX+gMpxr
        MyZlfzAzXOdWPb8uhjGy0A4FFSHqnqgESrcN2DV3F5y0jvj4j8L7QLRrrtkvkXCHCuJPkUnm0e127HpztvBmuJH5QPueAcQOcaBvoCRpFbADxnR5
        SwtwM0GtXbx9G/wb/eL/CbTK4FO2SWio6a+Igk1l8DuC6DJAZV1NLHWiawnvXjYb/tSDOBrnfZ0JgFlu9I9zVRTZyUpvNve5qZ+1V/rfWfc3c010
        zRyNI2aQ3Fqi5EDJ8EtUzHNCJ6X2uOCgSGECt7rgvAC6hT4H314BuMCl1siD0dPqsXNPGI5lFdaPG+M3hkmYzTA1/uPElJdEcxA3gFCs3mFv0Ka2
        ExJMiHhO98tYL17Bd9FjaLiOl6v6fMhATy5JefFWWR1ubOVAbMPh246EtV3a7B04O337z0IxzBDX+gp9Y8Jnidav1PavPdQ9jqsPPuhCeQMF8fw7
        QL4MLD10XdzswCDL2Wqm2MzfWEOFUlvmTxzY5Q5U2hhrNC8ZfY1xhZLiv6GMDN/SpEtcejptDqMLj3azvKnpA0Jo+mW4TWCAEmze/Axeeks2n7A+
        NsJeLQ5v2S/6hniLmUSCQg2UlbEoYoF6XSIwnnf1almvrX/ZH2c1AaG1Tbd89QlNdMDFpsYJE7DQnOa+DSrQePC9W0M2yOsqEWoHbE405dqsDBOU
        bwpi2jKPc1nrOiIsl/LL+ItPUaIMNezj0jhySxSGN30n2w1TCDuwGFblT9FeZjNFbplb4QGLLCl/Bb8xv4LDYobdpGn7KJ8VofgB4LX/nwGIZhcD
        /u/8HoTwDHBxov1jsN0D5gekPAjYiqn1IaFxammd7PHt5QgHiC8jH79quISejV60+qpNMcBlWev6iNrB6iKZzTOUoWU8bdsrGjti5xIEcRzB11yQ
        kHSUtj5xQf4sTNrefb1+DzDn/G4s/kCjfch2sCH1xc7P82aCDOan15Yjkzz/aXufKCIBtUrtO83WxKKPdHUfMKGhRUK4qaLMvpVXvRZfWsI6/Cgu
        th7+GDazuEB88gOZDCjjD5hb+5VECDB1dzX5+BC2OYTsITAbD0ki4f1XQs1x+Yt/FaG4VPmDGHdGr/UzJry80rcQ9LtsoVfWGCU9HPF+s+U7GrIO
        1uSBuxeJoFTcIyNluUp79eE46LbFc0eI9NjQnsNziOBLDi3iFwT9wpeTP7TL9b1G3uK2Ab7VUDUWkYO6N63UqzNtsBW3AszzC0bPOaG407yR+N1C
        LMsJBrycXG097p7xEdfUdSQiqdb9k4mjQHBqd6DHqewpPRE3ekfZtvESq8FSB8VaAB9oLDL2Lsjk6NaqYmkLEXZt+ePnS7hh1fZm2y1JlodhmZHL
        yvoj//oKmberAh3CjLaQTcus7c9CXf0cGHgk/s2ldr6OXXNsbliDrEzpvxqGXttAtHWrgCkaUdLNkTSQh2lFFHHbvRm9349f2gkmI7AGYv9BMgIB
        i1l5iDf4Ntt2ZD33J/L/k+jEFzYSH5POVJMMaOe6Qf+UwndCOVIprKtGO9KsVfBLrvJx6jaOn5R3FD2pkutD+WDAD7fbMaw8RQuXhcbkAzUYYTWS
        n7S+BycqwFeEBLJdtst775vHSEv/TzvJodR/Jk323bAU1BUlgytoiR1g813uqp5/crc2BtMtrhXq+lst6Z7R2OO9dOnusi/p8U6U6SCEmXC5LEWK
        EiCJFultMdAXhMO2GhQiqN2u6VKNjShh0dmAVE2BbOTlM3H2/QmzSD/fkoHk0pxforNAJYfGy09lZC599S2pxdWr1zo2+rgY/2hGx/UO5MjgFh89
        cMpkYObzny5THzgDivOuAqHQLoOyUE4joOlhG7YTiHKCB8fCi//XeNYH2mYyJJyBvwPhLFbsPnOzbpUOtKDho9CNnbAxkPDQoFL/Lp6Ycywo0CCP
        0gJ0Tgna2fL1gUOH3ikr1TvOSEprBIPTMwWQqz1JLqlku+HlXdwyt1S3HPtJluqY4BHs6FQ7HO+O7gSeSuMGzW7mEBm3/r8DBOte7v7tuJ3s5PQQ
        cuylvPa8vVFVkUs/RsmTGPiR+m1RwsBJhmMLhOr0jfS+ooXXTcUCtNJnSSRBkPc+i297VVMnGVd6qRiET6ghB7xCyGgKCOoImtxUbvqGO2vIr7p/
        ULuy4t35cJx0t/RQds02wvW3u4bc9aHhLEt3CGQzYGxcMo87ASvX7kWPfPliblUm38gtrgkXvH8L79ERpaKA0zoKCHJGZWBQAP/24YKJLs4dgAur
        xKb3C+Z+MU90ghvJaM4BYF6TfJj7qOeQ7xblM1HejprGmnRpsR19nUIYlIzMTBmGmNlMYuoeAA1WD4P0VBebxmVIrapf/1pUklPJROnTTruc2mzI
        SOxS4I+8Yfz3tDYLp3kZeIbtfdXlIezp27mN+PWn6WjsjP6Q5PTAiZY4yeIu4iF/O5nj7671qSLRXJ5BQjNUysSmujdy0p8sM1zeMgwy2hTfnS5Z
        Fq0TdTi4aZ11gkPjNkN/kQkwAbSfaV6y5+PZZOdkaly38WAqW52cWd3WocDh53JDAMKQD6WjWHSdmv93kfgHgu+t/o19hF/mriQSCD70/8GpaJox
        A8GrDWbGDmy7I22WQVECUmkjF/Gp0pdj9b9/qWtXRxBWfG0OnukFyLzhECV2bfKBskpPULFKdgFh9RATTa9cgSVm15SpGlDykg3+m38tROETb9ba
        aczDeVqfhPOAOU8EAgR3ayZoEaKde+np5GkkVcF4WpCoOlmlURl+7rU70hA+9m8Eu+rW7pu4h9EHFbH5WJ9E0mbiW7EJfQjBHI8V5ERgiivSARye
        8msQFpirxxJm5SATwiO4jzTtFHlFwB13y0/cfNLotCQKQQt8BHyYe6U/Hv1CD26y+aGKG22u5VYhOhsNTG/69ZJinIYsTHHNPiSjWEijSZAGgK9S
        iIP0nIUQHGZmZzsuZdDP1RC5ZFGDXgxe9f2mdTg+o02PFtZ+x1pKIUsTtUaUwOJAffGoGHnXUpzLx7Sgamsj0IUbFYjfCYJgjEZBPbbqichCyJTb
        innq+YviJWE+EQHZtjT4a48Lef2Y4JkQDhA1jNuvtarPXi1V63yfk2qq3W1pSWtQ4tBo3DicPh5vZ9/bi6Vj0ystpAl/3uPaIzt8pOeI3Zclr7HM
        QpUeKYqIpbA+QQMA3iyEcXmFHQKGje5bCEOJ8//Koge2NE4M1d+sMzd7jYf1FCJRF+EmRvMQDIEStXZY2XwZQc5DDKJ8cYgxB8U7sYbrMWsuIrEg
        FwpSeLu49LCkz7YuIDUG2vTCTVNvG/5G4hRvDWlnVwuYa6/jokLsnnrISb+2tyiKYd6wv/KuYbeKS9oQHnc8LwsgtEhL7QkZX2bchQftY6dT6k+s
        6vg+QRDRGMmG1t3vn4kKnTwZQpQ1YaOsW9ffxPRm2Z9HQp9KMb8tkWbyksaCwu9y936z6frftyONCej5keUtromJoZdIOWMpdAHuF/4IhgOLMoC7
        KnPGNptowcYGXDbVlZ1PY6xmIffDveWy2xl5iAU6HynZhERWUDw3t0kdTRy3WIw43/9WPu7+z1+TFtja8GI7hWlb47yKPgRobp3078ThpR2Laq5h
        wrBnTvPyzjy6iHEh6vlr6ZD1EBCEI0qPJt5jXKq5Hq/bISKF1WSxENb/FZteBNuQzikqIcpIBljf0OLeuVmPb1ZBWGB58zhBAgLYxZOs3BMSeKuU
        DBxT0iQprX3IgiLUvvgM+/sKhQzsNApnSy5HsCil9lR0436AGoZD6PM5eqO6X16ZqcASvcHB33JrCSbxgzp9nYN1JHtxgWtLQvF52hvqOtZ5vbGO
        OVbVe14zrzZlPDkAw//bspRR0Sx1q2qpxRpu7A0GYtjw3HJYbjtxJdLGKbaQDnlsAStHsZOcmPLlhBJ0ht6Ohb4v9aS6ZvJNgXJ6a9dQGOKYGXPZ
        P4Il554Sf03m2mzJa6/p4YkshVhxa74JEyW1QQdB2yzNsS4m5cSuAG0HOunlTS1++Dyg6J3dbfUjikOKAHeAdsEJCeFMa3B5NF0HBK7+YA2IJK8C
        3UGnoIYhrvX2RYNWojetLhFNTjqQLS6m6+1CbyChlk7jnVZaHP+EO5EIG/ytd1CPxClyHymmZ0Czo1L6o1JuTGlMCRRY5CkiaoaXyTYjh0vusGSA
        sJOG/Ls2aaR+AD/W6kFlJni2xcjAWjVjS8jl+xvZmfVu+8K5qDHO3JrDvzvMVGKunUTAUICFOg17WB5TXtnWi6NXwWzxJAcal8Gn4tjpWyaP43Os
        9PtrSmSNSHz4jULJmtFib6Dl7UUfeh+3R14As0b4bNQVr6uN5Ud6ed0x7fpxGBW3U31jG7wKy+YHqcGmto9sIn3RP/qUzRpzmmuqTPumMT8gxip5
        AW3RrZqy2d/AJdxFMi3HaZHdPv1A0C11Cztr8aJHGANRoSXQGycS3NFCtX61Lh4VXZ+n8FdkTs6rMx/0NUsKclBhdD+5rTzatt27rJpiX5dGH0jY
        Pctv3auvrO8W5RWTHu1j3q+pbP1XGm15wiEMrMCJTJgsuhKGFjVH2vB3MqtrdFm/vp6EsFFmOFNTyYkHWZA3gKdCSlwBs+1PaKv8FXD3qjw58UH6
        QpG2CRlUxtGBUi0+XVUFBKn2ybSflNFPX3GWkpcJ/dDbB5XJpZ34tznLNUqCfJkfPoYNCfoeog7f5rCvs3U6o5QrIJ7qPGxfOllSvVUQScEPFa3g
        9QCbKhnGEqNZJXNUZJqo5l1mUz5C/p4uTd+ortA4XYrqHYxDxoobmgKLEKaCblPI3eJ0sVYCpJxv/XfDWOF3VqSRRzGZqtC2dWebTuG4qKFCiyNX
        HW3B44vjtuxKaiXGQPSVDeqo8vQdqgoxEBqH3WwrFaBaokfcOb5ZzPaFHUeTW3jRjPj+Qdu2hy3hr7j8kR6yRF0eYiV3zBIXNC5Y/NlqQrLRmIzP
        MlF6U9sXesXqAWBYSrEF7/Mas2MOtfhQhXEsZd5TjN6iMoLXyKvbrUPPLIyc+N/OVHzeSO1ni7aiwOga4Kz7Py9TZhG106g=
        """
}
