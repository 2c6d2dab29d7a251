"""What fob-protocol(7) says besides the bytes, against the agent: numbers and names are taken from the page."""

import re

import protocol_page
from protocol_client import octets, string, u8, u16, u32
from scratch import *

MOVE, RESPOND = 0x24, 0x11
FIRST, LAST, BEFORE, AFTER = range(4)
page = protocol_page.text()


def section(title):
    """The text below a heading, to the next."""
    start = page.index(f"\n.Ss {title}\n")
    return page[start:page.index("\n.Ss ", start + 1)]


def said(title, pattern):
    """What the page says there."""
    found = re.search(pattern, section(title))
    check(found, f"{title} does not say {pattern!r} any more")
    return found[1]


def move(name, place, other=None):
    body = protocol_client.selector(name) + u8(place) + (protocol_client.selector(other) if other else b"")
    agent.ask(MOVE, body).end()
    return [account["name"] for account in agent.accounts()]


def respond(name, question, pin=b"", session=b""):
    return agent.ask(RESPOND, protocol_client.selector(name) + string(question) + octets(pin) + octets(session), 0x90)


KEY = b"12345678901234567890"
with Home() as home, home.connect() as agent:
    agent.initialize(PASSPHRASE)

    # ADD: the name of the second is that of the example.
    names = [agent.add("GitHub", "alice", key)["name"] for key in (KEY, KEY[::-1])]
    added = re.search(r'# name "(alice .*)"', protocol_page.examples()["ADDED"][0])[1]
    equal(names, ["alice", added], "names of two accounts with one label")

    # LIST: flag 1 is the trash alone, the last removed first.
    said("0x12 LIST", r"(Flag 1: those in the trash instead, and no others, the one that was removed last first\.)")
    for name in ("first", "second", "third"):
        agent.add("", name, KEY + name.encode())
    for name in ("first", "third"):
        agent.ask(0x22, protocol_client.selector(name)).end()
        until(lambda: int(time.time()) > int(os.stat(os.path.join(home.path, "vault.age")).st_mtime), "another second")
    equal([account["name"] for account in agent.accounts()], names + ["second"], "the accounts")
    equal([account["name"] for account in agent.accounts(trash=True)], ["third", "first"], "the trash")

    # An id in the trash.
    said("selector", r"(for an account in the trash, only SHOW, FIND and UNTRASH do not answer ERROR 3\.)")
    gone = protocol_client.selector(id=agent.accounts(trash=True)[0]["id"])
    for type in (0x13, 0x76):
        agent.ask(type, gone, 0x93)
    for type, body in ((0x10, u8(0) + gone), (0x21, gone + u16(1) + string("x")), (0x22, gone), (MOVE, gone + u8(FIRST))):
        refused(3, lambda: agent.ask(type, body, 0x90 if type == 0x10 else 0x80), f"{type:#x} of what is in the trash")

    # MOVE: next to itself is where it is.
    said("0x24 MOVE", r"(An account before or after itself stays where it is\.)")
    before = [account["name"] for account in agent.accounts()]
    for place in (BEFORE, AFTER):
        for name in ("second", "GitHub/alice"):
            equal(move(name, place, name), before, f"the order after moving {name} next to itself")
    equal(move("second", FIRST), ["second"] + names, "the order after a move")

    # CODE: a fresh one, whether or not the next was asked for too.
    said("0x10 CODE", r"(It counts as given; flag 1 beside it changes nothing\.)")
    agent.add("", "daily", KEY + b"d", period=86400)
    reply = agent.ask(0x10, u8(1 | 4) + protocol_client.selector("daily"), 0x90)
    reply.id(), reply.string()
    check(reply.u64() <= time.time(), "a code that nobody has been given is that of the present step")

    # CODE and RESPOND of OCRA, and of what is not.
    agent.add("", "ocra", KEY, kind="ocra", suite="OCRA-1:HOTP-SHA1-6:QN08")
    agent.add("", "session", KEY, kind="ocra", suite="OCRA-1:HOTP-SHA1-6:QN08-S064")
    refused(int(said("0x10 CODE", r"An OCRA account is asked with RESPOND and answers ERROR (\d+) here")),
            lambda: agent.code("ocra"), "CODE of an OCRA account")
    # RFC 6287, appendix C.1.
    respond("ocra", "00000000")
    respond("session", "00000000", session=b"1")
    code = int(said("0x11 RESPOND", r"ERROR (\d+) when the question or the session information does not fit the suite"))
    for name, question, session in [("ocra", "00000000", b"1"), ("ocra", "x", b""), ("session", "00000000", b""),
                                    ("session", "00000000", bytes(65)), ("second", "00000000", b"")]:
        refused(code, lambda: respond(name, question, session=session), f"RESPOND of {name} with {question} and {session}")

    # APPROVE: while the vault is locked, of what waits for that alone.
    said("0x42 APPROVE", r"(and no other is answered while it is locked)")
    agent.ask(0x05).end()
    refused(2, lambda: agent.ask(0x42, bytes(16) + octets(b"") + u32(0)), "APPROVE while the vault is locked")
print("the page and the agent agree")
