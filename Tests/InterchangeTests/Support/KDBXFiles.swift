/// KeePass databases of kinds that no file beside the repository has, written by a program of its own after the format and
/// read by keepassxc-cli as well. The password is "test"; in each are a protected TOTP seed, a protected password and a
/// protected URI, in this order.
enum KDBXFiles {
    /// Version 3.1: AES, AES-KDF, gzip, Salsa20.
    static let version3 = """
        A9mimmf7S7UBAAMAAhAAMcHy5r9xQ1C+WAUhavxa/wMEAAEAAAAEIABY0IxNUD6hpFVUTzM78R3OyI2l2IXg7GBdeewEuFXkAwUgAK1h+9Me\
        0T5x0fGQaCWBa0HIOhqEFnMGLNljfociSwkyBggA9AEAAAAAAAAHEAAWsn90t/QsFtXd3Rjk2nToCCAAROO6692wZRBxGwOq1YzkmofOAEyF\
        J1LA/YB8Qv+hLnUJIABsexJ8MRMmlC1TL+golq8NeXkmrUMnwR4bAY+LtXcwGwoEAAIAAAAABAANCg0Kba8lOJGDJQ4011hn0IDx/omOWErq\
        n01eAbQ+q3cxvBH1HBssREVxgUdvzKA+4VSFsDFl/w2isqxgZrWEx3w64kn93bYpIm+YjqFkg7A5KkZkoh5XsiFneGCiH2eXgyoOfsRL60jO\
        pGvk0zQtdWNlPbLNqsjy/RGj2JOq/Zl/buBTSyWn3eDlwDk/75keEvs5S7P8pEQD0O2UEkgpfjyeMzCnTxlGFhdYhkcKW/EnxBSRv3/SNRmz\
        06q6Ptc0Lc211A3QR3OZpI/2Ygipndh3z7xVIbu4cLuLHqz2XLZ4Vb5a1pngwfp7Q/fQzZ4cHteM1VOMtuK/z2RDg9lR/XlLau+ycPAlTMs9\
        yxtL312SM7JkXWsuHssO6/FCZkAt3IMBj5HLRuJCN2GR3X3zCxy7mF4uP9Kf859ELrM4j+nUSU4bKTX5km4T95Nesn+N3JjQEKjc9YiBIvaO\
        YWyS7my4xoZ8m1h8y2zopZSlAbjByNxDGso/rdf8ZCMdboQI3/QgMSHnzntyD5LAWiReDjsH4m3aiVNWmCjnmW4ufys6j8GpOqtlRxJeHEmT\
        n66GbzvARq/yJJFD8QudpDIytWTI9KAxitJ9zl3WHJhXcV2PIxtWQcEvQaFI/hZDHdPZ/OnXORm3uq12DLjIImnMQ8XcPvqWbAETqT20FNHg\
        65ZNjbPxHTpDJQPk+MHuIbHS2+Th/rguy7crXpZc/ahyWT0OvdurlEAgEHiuFpvHIzeyZ/QY0lOHU1QK7Hn5luJJ10hl4d+qOb7Jr7ya4Ptf\
        Ziaa2EMAkM+xlp49nNYyMSiHimEvwQUB88uXfu196ZhRLTz5goCe8OJGGFbri+9gWqGUCPGJcyQAhUNwfdFcm+h11Bo=
        """
    /// Version 3.1: Twofish, AES-KDF, gzip, Salsa20.
    static let version3Twofish = """
        A9mimmf7S7UBAAMAAhAArWjyn1dvS7mjatR6+WU0bAMEAAEAAAAEIABY0IxNUD6hpFVUTzM78R3OyI2l2IXg7GBdeewEuFXkAwUgAK1h+9Me\
        0T5x0fGQaCWBa0HIOhqEFnMGLNljfociSwkyBggA9AEAAAAAAAAHEAAWsn90t/QsFtXd3Rjk2nToCCAAROO6692wZRBxGwOq1YzkmofOAEyF\
        J1LA/YB8Qv+hLnUJIABsexJ8MRMmlC1TL+golq8NeXkmrUMnwR4bAY+LtXcwGwoEAAIAAAAABAANCg0KfGiPRylsPqxBmjd/l3SXgYaZRX8A\
        7mh0i1jwvSRxAKOEzk0EMsfk0CdFe+pUTESWKrtybkwt2h6pHVbRrYXsxvzlI1MVpnyCBnkonak4bMJ8sGPuiUFoScAIqCOijniLqCOIMflW\
        ND1c/zTCkRsypjAgSI9ItmLOj4st7An/8tak3O39Nwzb7UTKAy1JoAV3eU23W+wfMODExi6zNo1i2VbuvRxUXn5UJQl8JjbtbeWYSsSZjAbF\
        FiKFvzScC6/efbfwNGfPBPF66xPSACKwkMtYVgC7jDhA5joHgmCZDC6L/C5cU2rDtEH4YFHZnkENg8gQxAw8dPam1IJciIhw0p322AMnFMaJ\
        O1FRU7pUgzNMmoDEydZIaYNmJ8h0qsyi6XNNaFFBLzodo+fFo3c3FY36TxMrMdGfaCLt07O1oy0sjtMLqIVcVhHpZKsy8vkhiNiApdNshsiA\
        +Shmilbx6eQMKAsIGA49gsIglLPcEllrpB0+Q49mCOFxNXxJMAzFFVLYVa79OpupCOE2HnopGYWinaeU7163YFhAML1dnzV/OMqo45Ys+rnA\
        B8d6ArDRHyyQzR01NdeueQ6pXPKWAJKxFopzR5fFvjMVsfli3D2JOw4n7w5kXkoOMcAbPUAlTsEdtm216vQA0Z21n9vvaQ7C8xqirKm1Ddx5\
        yWAwSu/4qpVCr84rtUtN4fWX6uDMLjl7Noxqs3i+z2oNnwPh0Ig8Nc9Y8WH2iOk5VxDY6Zn2eSQ41vxOr8SFTMlQ2ZEQRw6uch/wxrm3AiHv\
        lAgG7otLUclNalVUs8I/PV7XYDqZT4KG3c8n5L4eWX2EFM+s6y4VAv6yD/igs6Pkb7yC5yx9LBzii6/Vu2nHzsWnjcY=
        """
    /// Version 4: Twofish, AES-KDF, gzip, ChaCha20, two blocks.
    static let version4Twofish = """
        A9mimmf7S7UAAAQAAhAAAACtaPKfV29LuaNq1Hr5ZTRsAwQAAAABAAAABCAAAABixR9QHAX9J0aS+wgvN3rztADkYmD58b4FJQx7fPwM/QcQ\
        AAAA202pYbuXuaaW/oAB5wanAgtdAAAAAAFCBQAAACRVVUlEEAAAAMnZ85piikRgv3QNCMGKT+oFAQAAAFIIAAAA9AEAAAAAAABCAQAAAFMg\
        AAAAFVT0c4jjbIV1a+7BVH5b534+/aVTrBFu5UOQsy7FIpEAAAQAAAANCg0Kx77zUIfSukV+kLj1nRb8GAUeqg1Vkbhbp06j5jrWpmrrbSLH\
        R7jq+Yv1xnhYzzx5r8gtgAPzyDeHa2EfdQepM1m1z1RkD0YfhGYvzC2e8hXwTQI9nU2ux0J0jRefDusrLAEAAGlBhrpvK/KbbdFAIBvtqelw\
        TphHgQImf1DeCVxbV3v//WF4IO+N/mjVny5r4t75Xplv0cB5m0y0YLub/9wsVYGG48qdb6e6AYNn/GkB3Tn6pf5Efb/ZEVtRSBocd0gLk88N\
        f4mGzxOUYWcVMWGnWdEZUEiCWr6IqUUr/I9LJpPtwMlzaxWX6W8Hl+XYq0cyr+Cql2emiy+o9PKrFft0O84Nn3I8e98esCY7T48TTmkh/ZHn\
        yDqvqvOuCisQtxY8DvnNqvwaqsCOwDLX+DbEiS8vRy56NCaJ+wFMV53XdvJcn/oRtjRd5b+yuHnBLBsF42jYXlxsgpfwjJvLinN84+kcOVa/\
        EfDqApjf+sJ75K7bIkENGxFCV2uLRkCVk1aeM/GFBFtDoNhjDYDBeSf2/mEh6xTtvxPMAZAfag/udtrE9LhRfsBQiqo2Yx5MRAEAAMivSsGV\
        qXJShr9QMVv7jJ1KlD5ynuyHIBrPWR5vX9kCwgF87MmDQVm23LKVcaAuR8B7KveOIQ31WNfA/I+BeDhfklCJoD7mqFJnZBtyanhicMr4KIES\
        jHFrpyTV/B6CPilsmf8K9U96FjyJvHKVzf6Bo5oCIfBbYCRe5gLJkOA9SbnLm8cWOd9SrDfDRtrgzwIdAbZvjIsxFw7HmYQfKi1Rap5wmvRh\
        Z1fWwBqx8ZEiXZpPH8/sQgvTcIrb1s6FH6pYKjKE5ehiQtERj2ZTcGsV4C5YUAqjY63wzC/CFHAqAIdqDHWm8g6KgtoMKwnZvje7S708kV9t\
        NZYrFFQvpNsZXdgTgyq7oA5Z2VjY7jrNc1OlZtKKIZC/bHydbUAbkO6qCE0LpgmSalcD5WnN3kaLIAc5dD7hozz/Pm2ghhL3FH+mXp8wJQoi\
        7o93EG//+aljMVmQOSEM8eWOM3gWduuKNyHGAAAAAA==
        """
    /// Version 4: ChaCha20, AES-KDF, not compressed, ChaCha20, two blocks.
    static let version4ChaCha = """
        A9mimmf7S7UAAAQAAhAAAADWA4ori29MtaUkM5ox27WaAwQAAAAAAAAABCAAAABixR9QHAX9J0aS+wgvN3rztADkYmD58b4FJQx7fPwM/QcM\
        AAAA202pYbuXuaaW/oABC10AAAAAAUIFAAAAJFVVSUQQAAAAydnzmmKKRGC/dA0IwYpP6gUBAAAAUggAAAD0AQAAAAAAAEIBAAAAUyAAAAAV\
        VPRziONshXVr7sFUflvnfj79pVOsEW7lQ5CzLsUikQAABAAAAA0KDQpABvJ1LJyGCvEDm/veUAn+8kOEuYBPiK0bVHhU6tFuO0ZhuJqkmFHv\
        IMS+8FSTmuT3xZ1ZtHPUECFUER9h1SUN/vR229iv3EjiY8JYmHJNdg9RWJr5gAhiknj9xNUEkf0sAQAA4cCZEh1hZK38HNPvVJ8TwMeZEQlT\
        QW1E4YTu43Y/+mdqE+Bx4AnwkP/Zhd1w1x3kTr8Hho6cuTE+aXJtsq7GJUWwlpQ9km4K/DHyDMUxNVl4MLC+E7F3oSn7J9/6uEezKTR9S91y\
        xKGLMKI8I6egwG4SfiQjCzbOZJ8LV41G4fvq7FrgRH295M6klMsAjV2vHaB30Yk2olqhqxCfDVYrWY3p8xZ69JKsqkGbbnXAn9sFX4PLbxn/\
        rmsh00iJnHWn6aVTEpI2o/FE/c+IFxtkzbcKi3aR/4mUpt2cOnuztfPf6kDdbTyY1q4aPM1TrlAnPjc45xv9fpqxIY7Vvv6bSSF+M0mUeayD\
        RY+e4Q83qhq6BOZvda9UQnab4O2+12uxal3Xs4rkJBau9/gb1C+Ahv0HasiLyzJP2WpWPbR24SskkfkUZvn+Mwh+mvDXAgAAHgKZU9eaxfeW\
        oCSFXqdVDjrclqhGmOWtnK7fhsJJnbHZlKGVmknbyb1M8eZwl9UPEYg9x8q+JFf49ZTQhDPBnzJdBiE4g2gRg5yg/b5b862B7vjlQYcz3M+k\
        Tr/D4/L1BI257rwr+LyASwD2qNhEpG/8QWnbcXUKUBis+ZULPEoUjVXI5tmZkysFw1LyoPrsKyA8A0UQjzZwD75vub+glT3PTzmPIf+m/i0y\
        +8zpsbfoQ9N2t2C08ShZthxv4Y3mBdlelMHOzy316URnIgddLCyA/2tJn4ZyDWbsDD6YEUPsdUPlT7Srz1sEs+/Ca+jTV1KIhmpdBqehYHlr\
        Z98J9vTZYGuAti+h3e0j+z29j5jx8JYhVGm7nix+Gz8snKQCZMUitNJKcB8dTlI8jt71pAuEToG5F8sVCY4wO2RDB4X/XR4tRWb9vetb7zLv\
        2gVLMw2Xj38M6pn3Ogfd58839GttZcOd5Kevl0OMib/wweLwZIQvOaVRGZErIY+r+wzDIAGU+WTrbVMf7pJoiHS1fFT3D+5yl8MRLuIzF5pu\
        TKWQp2new1njrUqWzY1Kl3VDXt3RqRtTSNbqc8Z4O5Kq17hhxX1uDLjfWci1LMoUGSt32MMGCtI1ycpS7Ic8c6Dmp00euOp2ryhovCdRkYDP\
        COoJSC1SD1IUInQuy6Fld6PM75i5TZlF8GeLqNrlX+J6j5Z3TV2riXd9+ztmE3evvNZGlrooK9NONkmvfZZUMZy//8BN/A5Df4+QH53t6uoZ\
        fyA0URZ6w+q/eKKVbio9YhvQBHNK6+MjRSdB2CgDfXzScSlN5k8tWAVXv4wm9s3tITXmlKZwUNS02vIP4c6U3/bgUoyLHV5HwBJjulsTnfTg\
        6WCzGyGPFC1Ox113OmlzQQlB4PNu4wwYKemtay3uN39K/2rjdF6o07HAWE/9caH/Q5SeYzOjM/TTG42/xAMoyAOyWNwmH58wJQoi7o93EG//\
        +aljMVmQOSEM8eWOM3gWduuKNyHGAAAAAA==
        """
}
