"""Nobody waits for what another does: wrong passphrases, derivations, saves on a slow disk.

Times are only compared with each other, never with a clock of what is fast. What others on the machine may spoil is
tried again: an agent that makes people wait does so each time.
"""

import select
import threading

from protocol_client import *
from scratch import *

KEY = os.urandom(20)


def codes_while(home, action, what):
    """Asks for codes, one after the other, while `action` runs in a thread; their latencies and the action's time."""
    return takes(10, lambda: codes_during(home, action, what), what)


def codes_during(home, action, what):
    """The same once, None when the codes were slow."""
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
    if len(latencies) <= 20 or slow >= taken / 4:
        return None
    return f"{what}: {len(latencies)} codes in {taken:.2f} s, 99 of 100 within {slow * 1000:.1f} ms"


def first_reply(home, request, what):
    """Sends the slow request that `request` makes, then CODE on another connection: that must be answered first."""
    takes(10, lambda: is_first(home, request(), what), f"{what} is answered behind a code that was asked for later")


def is_first(home, request, what):
    with home.connect() as one, home.connect() as other:
        id = one.send(*request)
        code = other.code("Waiting/a")
        is_answered = select.select([one.socket], [], [], 0)[0]
        check(one.wait(id)[0] != ERROR, what)
        equal(code["code"], totp(KEY, code["valid_from"]), "a code")
        return None if is_answered else True


def wrong_guesses(home):
    """Their lines of the audit log."""
    with open(os.path.join(home.path, "audit.log")) as log:
        return [line for line in log if " vault.unlock - refused " in line]


unlock = (UNLOCK, u8(1) + octets(PASSPHRASE))
lines = []
with Home(cheap=False) as home:
    agent = home.connect()
    agent.initialize(PASSPHRASE)
    agent.add("Waiting", "a", KEY)

    # A derivation takes half a second.
    change = (0x06, octets(PASSPHRASE) + octets(PASSPHRASE))
    first_reply(home, lambda: unlock, "UNLOCK")
    first_reply(home, lambda: change, "PASSPHRASE")

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
        before = len(wrong_guesses(home))
        child = apart(guess_without_end)
        until(lambda: len(wrong_guesses(home)) > before, "a guess is refused")
        begun, busy = time.monotonic(), 0
        while True:
            try:
                agent.unlock(PASSPHRASE)
                break
            except Refused as error:
                equal(error.code, 75, "the refusal while somebody guesses")
                busy += 1
                check(time.monotonic() < begun + PATIENCE, f"no chance to unlock while somebody guesses ({state})")
                time.sleep(0.1)
        lines.append(f"while somebody guesses, {state}: {time.monotonic() - begun:.2f} s, {busy} refusals")
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    check(all(f"pid={home.pid} " not in line for line in wrong_guesses(home)), "a guesser who goes is not hidden")

# Wrong passphrases.
with Home() as home:
    agent = home.connect()
    agent.initialize(PASSPHRASE)
    agent.add("Waiting", "a", KEY)

    # More derivations than may wait are refused at once, and still nobody else waits.
    with home.connect() as other:
        # In one write, so that none is done before the last is there.
        ids = range(other.last_id + 1, other.last_id + 41)
        other.socket.sendall(b"".join(frame(*unlock, id) for id in ids))
        other.last_id += 40
        agent.code("Waiting/a")
        answers = []
        for id in ids:
            type, body = other.wait(id)
            answers.append(refusal(body).code if type == ERROR else 0)
        check(set(answers) == {0, 75}, f"forty UNLOCKs in one write: {answers}")
        queued = answers.count(0)
    lines.append(f"{queued} of 40 UNLOCKs at once")

    results, done = os.pipe()
    locked, go = os.pipe()

    def guess():
        # A session of its own, as another terminal has.
        os.setsid()
        with home.connect() as other, home.connect() as own:
            delays = []
            for _ in range(3):
                begun = time.monotonic()
                refused(77, lambda: other.unlock(b"wrong"), "a wrong passphrase")
                delays.append(f"{time.monotonic() - begun:.2f}")
            os.write(done, " ".join(delays).encode())
            os.read(locked, 1)
            # This one is held back for four seconds, from the moment at which it stands in the log.
            id = other.send(UNLOCK, u8(1) + octets(b"wrong"))
            until(lambda: len(wrong_guesses(home)) == 4, "the fourth guess is checked")
            refused(75, lambda: own.unlock(PASSPHRASE), "a passphrase of a caller whose last one was wrong")
            os.write(done, b"guessed")
            equal(refusal(other.wait(id)[1]).code, 77, "a wrong passphrase")
            os.write(done, b"refused")

    def have_come():
        return select.select([results], [], [], 0)[0]

    child = apart(guess)
    # Without its end a guesser that fails would be waited for without end.
    os.close(done)
    rights, codes = [], []
    while not have_come():
        for list, action in ((codes, lambda: agent.code("Waiting/a")), (rights, lambda: agent.unlock(PASSPHRASE))):
            asked = time.monotonic()
            action()
            list.append(time.monotonic() - asked)
        time.sleep(0.02)
    delays = [float(word) for word in os.read(results, 100).split()]
    check(len(delays) == 3 and delays[0] >= 0.5 and delays[1] >= 1 and delays[2] >= 2,
          f"wrong passphrases are held back: {delays}")
    # Whoever waited would get one answer, or two, for each guess.
    check(len(codes) > 12 and sorted(rights)[len(rights) // 2] < 0.5 and sorted(codes)[len(codes) // 2] < 0.5,
          f"others wait for a wrong passphrase: {rights} s, {codes} s")
    lines.append(f"wrong passphrases held back for {delays} s; meanwhile {len(rights)} right ones within "
                 f"{max(rights):.2f} s and {len(codes)} codes within {max(codes):.3f} s")

    # The same while locked, in another session; in the guesser's own, no further guess is taken meanwhile, right or not.
    agent.lock()
    os.write(go, b"x")
    equal(os.read(results, 7), b"guessed", "the guess")
    agent.unlock(PASSPHRASE)
    agent.code("Waiting/a")
    check(not have_come(), "a wrong passphrase was answered before the right one that came later")
    joined(child, "the guesses")

# A disk that takes its time for every fsync.
if shutil.which("strace"):
    slow = ["strace", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e",
            "inject=fsync,fdatasync:delay_enter=200000"]
    with Home(prefix=slow) as home:
        agent = home.connect()
        agent.initialize(PASSPHRASE)
        agent.add("Waiting", "a", KEY)
        body = string("Other") + string("x") + u8(1) + u8(1) + u8(6) + u32(30) + u64(0) + u64(0) + string("") + u16(0) \
            + u8(0) + u32(0) + NOTHING_MORE
        first_reply(home, lambda: (ADD, body + octets(os.urandom(20)) + u16(0)), "ADD on a slow disk")

        def save():
            with home.connect() as other:
                other.add("Slow", "disk", os.urandom(20))

        lines.append(codes_while(home, save, "during a save on a slow disk"))

        # An unlock just after a lock that could not save in time waits for that.
        for _ in range(3):
            for arguments in (["lock"], ["unlock", "--passphrase-fd", "0"]):
                done = subprocess.run([os.path.join(BIN, "fob"), *arguments], input=PASSPHRASE + b"\n", env=home.environment,
                                      capture_output=True, timeout=PATIENCE)
                equal(done.returncode, 0, f"fob {arguments[0]} on a slow disk ({done.stderr!r})")
else:
    lines.append("no strace: no slow disk")
print("; ".join(lines))
