"""Nobody waits for what another does: wrong passphrases, derivations, saves on a slow disk.

Times are only compared with each other, never with a clock of what is fast.
"""

import sys
import threading

from protocol_client import *
from scratch import *

KEY = os.urandom(20)


def codes_while(home, action, what):
    """Asks for codes, one after the other, while `action` runs in a thread; their latencies and the action's time."""
    with home.connect() as agent:
        latencies, begun = [], time.monotonic()
        thread = threading.Thread(target=action)
        thread.start()
        while thread.is_alive():
            asked = time.monotonic()
            code = agent.code("Waiting/a")
            latencies.append(time.monotonic() - asked)
            equal(code["code"], totp(KEY, code["valid_from"]), what)
        thread.join()
        taken = time.monotonic() - begun
    latencies.sort()
    slow = latencies[len(latencies) * 99 // 100]
    check(len(latencies) > 20 and slow < taken / 4,
          f"{what}: {len(latencies)} codes in {taken:.2f} s, 99 of 100 within {slow:.3f} s")
    return f"{what}: {len(latencies)} codes in {taken:.2f} s, 99 of 100 within {slow * 1000:.1f} ms"


def first_reply(home, slow, what):
    """Sends `slow` (a list of type and body), then CODE on another connection: that must be answered first."""
    with home.connect() as one, home.connect() as other:
        ids = [one.send(type, body) for type, body in slow]
        code = other.code("Waiting/a")
        one.socket.settimeout(0)
        try:
            one.receive()
            raise AssertionError(f"{what} was answered before a code that was asked for later")
        except BlockingIOError:
            pass
        one.socket.settimeout(30)
        for id in ids:
            check(one.wait(id)[0] != ERROR, what)
        equal(code["code"], totp(KEY, code["valid_from"]), "a code")


unlock = (UNLOCK, u8(1) + octets(PASSPHRASE))
lines = []
with Home(cheap=False) as home:
    agent = home.connect()
    agent.initialize(PASSPHRASE)
    agent.add("Waiting", "a", KEY)

    # A derivation takes half a second.
    change = (0x06, octets(PASSPHRASE) + octets(PASSPHRASE))
    first_reply(home, [unlock], "UNLOCK")
    first_reply(home, [change], "PASSPHRASE")

    def unlock_three_times():
        with home.connect() as other:
            for _ in range(3):
                other.unlock(PASSPHRASE)

    lines.append(codes_while(home, unlock_three_times, "during three unlocks"))

    # Somebody who guesses, in twenties, and does not wait for the answers: whoever knows the passphrase does not wait
    # for more than the one guess that is being checked.
    def guess_without_end():
        os.setsid()
        while True:
            with home.connect() as other:
                for _ in range(20):
                    other.send(UNLOCK, u8(1) + octets(b"wrong"))
                time.sleep(0.05)

    for state in ("open", "locked"):
        if state == "locked":
            agent.lock()
        child = apart(guess_without_end)
        time.sleep(1.2)
        begun, busy = time.monotonic(), 0
        while True:
            try:
                agent.unlock(PASSPHRASE)
                break
            except Refused as error:
                equal(error.code, 75, "the refusal while somebody guesses")
                busy += 1
                check(busy < 15, f"no chance to unlock while somebody guesses ({state})")
                time.sleep(0.1)
        lines.append(f"while somebody guesses, {state}: {time.monotonic() - begun:.2f} s, {busy} refusals")
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    with open(os.path.join(home.path, "audit.log")) as log:
        failed = [line for line in log if " vault.unlock - refused " in line]
    check(failed and all(f"pid={home.pid} " not in line for line in failed), "a guesser who goes is not hidden")

# Wrong passphrases.
with Home() as home:
    agent = home.connect()
    agent.initialize(PASSPHRASE)
    agent.add("Waiting", "a", KEY)

    # More derivations than may wait are refused at once, and still nobody else waits.
    with home.connect() as other:
        ids = [other.send(*unlock) for _ in range(40)]
        code = agent.code("Waiting/a")
        answers = []
        for id in ids:
            type, body = other.wait(id)
            answers.append(refusal(body).code if type == ERROR else 0)
        check(set(answers) == {0, 75}, f"forty UNLOCKs in one write: {answers}")
        queued = answers.count(0)
    lines.append(f"{queued} of 40 UNLOCKs at once")

    results, done = os.pipe()

    def guess():
        # A session of its own, as another terminal has.
        os.setsid()
        with home.connect() as other:
            for _ in range(3):
                begun = time.monotonic()
                refused(77, lambda: other.unlock(b"wrong"), "a wrong passphrase")
                os.write(done, f"{time.monotonic() - begun:.2f} ".encode())

    child = apart(guess)
    begun, rights, codes = time.monotonic(), [], []
    while os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        for list, action in ((codes, lambda: agent.code("Waiting/a")), (rights, lambda: agent.unlock(PASSPHRASE))):
            asked = time.monotonic()
            action()
            list.append(time.monotonic() - asked)
        time.sleep(0.02)
    joined(child, "the guesses")
    delays = [float(word) for word in os.read(results, 100).split()]
    check(delays[0] >= 0.5 and delays[1] >= 1 and delays[2] >= 2, f"wrong passphrases are held back: {delays}")
    check(max(rights) < delays[0] and max(codes) < delays[0],
          f"others wait for a wrong passphrase: {max(rights):.2f} s, {max(codes):.2f} s")
    lines.append(f"wrong passphrases held back for {delays} s; meanwhile {len(rights)} right ones within "
                 f"{max(rights):.2f} s and {len(codes)} codes within {max(codes):.3f} s")

    # The same while locked, in another session; in the guesser's own, no further guess is taken meanwhile, right or not.
    agent.lock()
    results, done = os.pipe()

    def guess_once():
        os.setsid()
        with home.connect() as other, home.connect() as own:
            id = other.send(UNLOCK, u8(1) + octets(b"wrong"))
            time.sleep(0.2)
            refused(75, lambda: own.unlock(PASSPHRASE), "a passphrase of a caller whose last one was wrong")
            os.write(done, b"guessed")
            equal(refusal(other.wait(id)[1]).code, 77, "a wrong passphrase")
            os.write(done, b"refused")

    child = apart(guess_once)
    equal(os.read(results, 7), b"guessed", "the guess")
    agent.unlock(PASSPHRASE)
    agent.code("Waiting/a")
    os.set_blocking(results, False)
    try:
        os.read(results, 7)
        raise AssertionError("a wrong passphrase was answered before the right one that came later")
    except BlockingIOError:
        pass
    joined(child, "the guess")

# A disk that takes its time for every fsync.
if shutil.which("strace"):
    slow = ["strace", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e",
            "inject=fsync,fdatasync:delay_enter=200000"]
    with Home(prefix=slow) as home:
        agent = home.connect()
        agent.initialize(PASSPHRASE)
        agent.add("Waiting", "a", KEY)
        body = string("Other") + string("x") + u8(1) + u8(1) + u8(6) + u32(30) + u64(0) + u64(0) + string("") + u16(0) \
            + u8(0) + u32(0) + NOTHING_MORE + octets(os.urandom(20)) + u16(0)
        first_reply(home, [(ADD, body)], "ADD on a slow disk")

        def save():
            with home.connect() as other:
                other.add("Slow", "disk", os.urandom(20))

        lines.append(codes_while(home, save, "during a save on a slow disk"))
else:
    lines.append("no strace: no slow disk")
print("; ".join(lines))
