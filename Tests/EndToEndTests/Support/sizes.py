"""What accounts take of locked memory: 1,000 less than 1 MiB, 10,000 less than the usual limit of 8 MiB in all."""

from faults import *

figures = {}


def fill(home, agent, first, count):
    """Adds accounts in one transaction, many requests at a time."""
    agent.ask(0x25).end()
    waiting = []
    for number in range(first, first + count):
        name = f"person{number}@example.org"
        waiting.append(agent.send(protocol_client.ADD, new_account(f"Service {number % 300}", name, key_of(name))))
        while len(waiting) > 50:
            equal(agent.wait(waiting.pop(0))[0], protocol_client.ADDED, "a reply to ADD")
    for id in waiting:
        equal(agent.wait(id)[0], protocol_client.ADDED, "a reply to ADD")
    agent.commit()


def new_account(issuer, name, key):
    return (protocol_client.string(issuer) + protocol_client.string(name) + b"\1\1\6" + protocol_client.u32(30)
            + bytes(16) + protocol_client.string("") + protocol_client.u16(0) + b"\0" + protocol_client.u32(0)
            + protocol_client.NOTHING_MORE + protocol_client.octets(key) + protocol_client.octets(b""))


with Home() as home:
    with home.connect(timeout=60) as agent:
        agent.initialize(PASSPHRASE)
        empty = status(agent)["used"]
        for first, count in [(0, 1000), (1000, 9000)]:
            fill(home, agent, first, count)
            agent.lock()
            # Buffers of connections stay small.
            agent.unlock(PASSPHRASE)
            found = status(agent)
            equal(found["accounts"], first + count, "accounts")
            figures[f"{first + count} accounts, KiB used"] = (found["used"] - empty) >> 10
            figures[f"{first + count} accounts, KiB reserved"] = found["reserved"] >> 10
            figures[f"{first + count} accounts, KiB resident"] = resident(home.pid)
            check(found["used"] - empty < (1 << 20 if first == 0 else 8 << 20), f"{first + count} accounts: {found}")
            check(found["reserved"] <= 8 << 20, f"{first + count} accounts reserve {found['reserved']}")
        name = "person9999@example.org"
        code = agent.code(name)
        equal(code["code"], totp(key_of(name), code["valid_from"]), "the last account's code")
        agent.lock()
        figures["KiB used when locked"] = status(agent)["used"] >> 10
        check(status(agent)["used"] <= empty, f"{status(agent)['used']} used when locked, {empty} in the beginning")
    equal(home.stop(), 0, "the agent's end")
print(", ".join(f"{name} {value}" for name, value in figures.items()))
