"""The load of bench/pending. Latencies are taken at the client: a system call before, one after."""
import os
import platform
import select
import socket
import sys
import time

from radius import ACCESS_ACCEPT, ACCESS_REJECT, SERVER, Nas, Request, resident_kib

LOGINS, PENDING_S = int(os.environ["LOGINS"]), int(os.environ["SECONDS_PENDING"])
PER_SOCKET = 250  # identifiers in use on one source port
INSTANT_MS, REJECT_DELAY_MS = 5, 1000


def send_all():
    """One socket for each 250 logins, their requests by (socket, identifier)."""
    sockets, waiting = [], {}
    for i in range(LOGINS):
        if i % PER_SOCKET == 0:
            sockets.append(Nas())
            sockets[-1].socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        request = Request(f"u{i}", "p", id=i % PER_SOCKET)
        waiting[sockets[-1].socket, request.id] = request
        sockets[-1].send(request)
    return sockets, waiting


def timed(user, password, want):
    start = time.monotonic()
    code, _ = Nas().ask(Request(user, password), 5)
    if code != want:
        sys.exit(f"{user} got {code}, not {want}")
    return 1000 * (time.monotonic() - start)


def receive_all(sockets, waiting, end):
    while waiting and time.monotonic() < end:
        for ready in select.select([nas.socket for nas in sockets], [], [], 1)[0]:
            reply = ready.recv(4096)
            request = waiting.pop((ready, reply[1]), None)
            if request is None:
                sys.exit("a reply that nobody waits for")
            if request.check(reply) != ACCESS_ACCEPT:
                sys.exit("a login was not accepted")


def quantile(values, q):
    return sorted(values)[min(len(values) - 1, int(q * len(values)))]


before, start = resident_kib(), time.monotonic()
sockets, waiting = send_all()
sent_s = time.monotonic() - start
instant = [timed("quick", "p", ACCESS_ACCEPT) for _ in range(500)]
wrong = [timed("u1", "wrong", ACCESS_REJECT) - REJECT_DELAY_MS for _ in range(7)]
held = (resident_kib() - before) * 1024 // LOGINS
if time.monotonic() > start + PENDING_S:
    sys.exit("the machine was too slow: the first logins ended while latencies were taken")
receive_all(sockets, waiting, start + PENDING_S + sent_s + 10)
print(f"{platform.machine()}, {os.cpu_count()} cores, Linux {platform.release()}, {time.strftime('%Y-%m-%d')}")
print(f"{LOGINS} logins pending {PENDING_S} s on one loop: {LOGINS - len(waiting)} accepted, {held} octets each")
print(f"instant login among them: p50 {quantile(instant, .5):.2f} ms, p99 {quantile(instant, .99):.2f} ms (bound at p50: {INSTANT_MS} ms)")
print(f"wrong password: reject_delay + {quantile(wrong, .5):.2f} ms at p50, + {max(wrong):.2f} ms at most (bound: {INSTANT_MS} ms)")
sys.exit(bool(waiting) or quantile(instant, 0.5) > INSTANT_MS or quantile(wrong, 0.5) > INSTANT_MS)
