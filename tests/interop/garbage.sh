#!/usr/bin/env bash
# A million datagrams in a row that are truncated, oversized, forged, bit-flipped, of an unknown client or noise:
# each is counted, none is answered, no memory grows, and the daemon still works.
. "$(dirname "$0")/lib.bash"
: "${FLOOD:?set it to the program made of flood.c}"

write_users <<<'- {name: alice, password: right}'
start
export COUNT=1000000 GROWTH_KIB=1024
if is_sanitized; then COUNT=60000 GROWTH_KIB=100000; fi
story <<'PYTHON'
import random, subprocess
from radius import *

WORK = os.environ["WORK"]
random.seed(2865)

def good():
    return bytearray(Request("alice", "right", more=attribute(PROXY_STATE, os.urandom(9))).bytes)

def truncated():
    return good()[: random.randrange(0, 60)]

def oversized():
    packet = good() + attribute(CALLED_STATION_ID, bytes(250)) * random.randint(17, 25)
    packet[2:4] = struct.pack("!H", len(packet))
    return packet

def forged():
    return bytearray(Request("alice", "right", secret=b"somebody else's").bytes)

def unsigned():
    return bytearray(Request("alice", "right", signed=False).bytes)

def flipped():
    packet = good()
    packet[random.randrange(len(packet))] ^= 1 << random.randrange(8)
    return packet

def noise():
    return bytearray(os.urandom(random.randrange(0, 300)))

def lying():
    """The lengths of attributes do not fit: 0, 1, or beyond the end."""
    packet = good()
    packet[21 + random.choice([0, 18])] = random.choice([0, 1, 2, 3, 255])
    return packet

def other_code():
    packet = good()
    packet[0] = random.choice([2, 3, 4, 5, 11, 40, 43, 255])
    return packet

def write(path, datagrams):
    with open(path, "wb") as file:
        for datagram in datagrams:
            file.write(struct.pack("!H", len(datagram)) + datagram)

def flood(source, count, path):
    with open(WORK + "/status", "wb") as file:
        file.write(Request(code=STATUS_SERVER).bytes)
    done = subprocess.run([os.environ["FLOOD"], SERVER[0], str(SERVER[1]), source, str(count), WORK + "/status", path],
                          capture_output=True, text=True, timeout=100)
    expect(done.returncode == 0 and int(done.stdout) == count, f"the flood ended badly: {done.stderr}")

kinds = [truncated, forged, unsigned, flipped, noise, lying, other_code] * 3 + [oversized]
write(WORK + "/garbage", [kinds[i % len(kinds)]() for i in range(len(kinds) * 60)])
for kind in set(kinds):
    nas = Nas()
    for _ in range(20):
        nas.send(bytes(kind()))
    expect(nas.receive(0.05)[0] is None, f"{kind.__name__}: an answer")
warm_up, count = 20000, int(os.environ["COUNT"])
flood("127.0.0.1", warm_up // 2, WORK + "/garbage")
flood("127.0.0.77", warm_up // 2, WORK + "/garbage")
before, began = resident_kib(), time.monotonic()
flood("127.0.0.1", count // 2, WORK + "/garbage")
flood("127.0.0.77", count // 2, WORK + "/garbage")
took, growth = time.monotonic() - began, resident_kib() - before
expect(took < 30, f"{count} datagrams took {took:.1f} s")
expect(growth < int(os.environ["GROWTH_KIB"]), f"the memory grew by {growth} KiB")
expect(login("alice", "right") == ACCESS_ACCEPT, "afterwards nobody gets in")

sent = 20 * len(set(kinds)) + warm_up + count
until(5, lambda: sum(dropped().values()) >= sent, f"{sent} counted drops, not {dropped()}")
expect(sum(dropped().values()) == sent, f"{dropped()} are not {sent}")
expect(dropped()["unknown_client"] == warm_up // 2 + count // 2, f"unknown: {dropped()}")
for reason in ("malformed", "forged", "unexpected_code", "no_message_authenticator"):
    expect(dropped().get(reason, 0) > count // 50, f"few of {reason}: {dropped()}")
expect(len(events("drop")) < 10 * (took + 20), "too many drop lines")
expect(len(events("login")) == 1, "garbage made a login")
print(f"{count} datagrams in {took:.1f} s, memory + {growth} KiB, all {sent} counted: {dropped()}")
PYTHON
finish
