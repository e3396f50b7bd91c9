#!/usr/bin/env bash
# Neither a core image nor the memory that one leaves out has a password in clear, while the phone rings and after;
# not of hashed users, not of those whose password stands in the users file, not a wrong one.
. "$(dirname "$0")/lib.bash"
need gcore

HASHED='hush-Argon2id!quiet-ringing-bell%last-of-it' CLEAR='bare-Yaml-pass?open-window-frame&final-bit' WRONG='oops-Wrong-one+typed-by-mistake=ends-here'
write_users <<YAML
- {name: hashed, password_hash: "$("$RADMFACTL" hash <<<"$HASHED")"}
- {name: clear, password: "$CLEAR"}
YAML
after=4s
if is_sanitized; then after=15s; fi # its memory takes longer to search
policy_more=', reject_delay: 0'
export IS_SANITIZED='' GIGANTIC=$((1 << 40))
if is_sanitized; then IS_SANITIZED=yes GIGANTIC=$((1 << 30)); fi
start
export HASHED CLEAR WRONG # only now: radmfad has a copy of the environment
story <<'PYTHON'
import re, subprocess
from radius import *

def pieces(password):
    """The whole, and its blocks of 16 octets: that is how it is decoded."""
    octets = password.encode()
    return [octets] + [octets[at : at + 16] for at in range(0, len(octets) - 8, 16)]

WANTED = [piece for name in ("HASHED", "CLEAR", "WRONG") for piece in pieces(os.environ[name])]

def search(octets, where):
    for piece in WANTED:
        at = octets.find(piece)
        expect(at < 0, f"{piece} is in {where} near {octets[max(at - 48, 0) : at + 80]}")

def search_core(when):
    path = os.environ["WORK"] + "/core"
    done = subprocess.run(["gcore", "-o", path, str(PID)], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
    with open(f"{path}.{PID}", "rb") as file:
        image = file.read()
    expect(len(image) > 100000, f"no core image: {done.stderr}")
    expect(b"radmfad" in image, "the image has nothing in it")
    search(image, f"the core image {when}")
    os.unlink(f"{path}.{PID}")

def search_memory(when):
    """Whatever can be written, MADV_DONTDUMP or not. A sanitizer's shadow is too large, and holds no data."""
    searched = 0
    with open(f"/proc/{PID}/maps") as maps, open(f"/proc/{PID}/mem", "rb", 0) as memory:
        for line in maps:
            start, end = (int(x, 16) for x in line.split()[0].split("-"))
            if line.split()[1][:2] != "rw" or end - start > int(os.environ["GIGANTIC"]):
                continue
            last = b""
            for at in range(start, end, 16 << 20):
                memory.seek(at)
                octets = memory.read(min(16 << 20, end - at))
                search(last + octets, f"{line.strip()} {when}")
                last = octets[-64:]
                searched += len(octets)
    expect(searched > 1 << 20, "next to nothing was searched")
    return searched

def search_all(when):
    if not os.environ["IS_SANITIZED"]:  # gcore takes minutes over a sanitizer's shadow
        search_core(when)
    search_memory(when)

search_all("before any login")
waiting = [(Nas(), Request(name.lower(), os.environ[name])) for name in ("HASHED", "CLEAR")]
for nas, request in waiting:
    nas.send(request)
expect(login("clear", os.environ["WRONG"]) == ACCESS_REJECT, "a wrong password is not rejected")
expect(login("hashed", os.environ["WRONG"]) == ACCESS_REJECT, "a wrong password is not rejected")
until_lines("factor_start", 2)
search_all("while the phone rings")
expect(len(events("login")) == 2, "the phone no longer rang when the memory had been searched")
for nas, request in waiting:
    reply, _ = nas.receive(30)
    expect(reply and request.check(reply) == ACCESS_ACCEPT, "a right password is not accepted")
search_all("after the logins")
PYTHON
finish
