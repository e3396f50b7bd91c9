"""Telephones of our own, and the trunk in front of them: SIP (RFC 3261) by UDP, TCP or TLS, and RTP. It shares no code with radmfad.
What becomes of a call stands in a scene for the number that is called; a number without one is not found. Everything that is seen is
printed, a line of JSON each.

    python3 phone.py SCENES udp|tcp|tls ADDRESS PORT [CERTIFICATE KEY]

    +15551230001  180 wait:0.2 200 heard:20 press:1234#

The words of a scene are done one after the other; after the last one the phone waits. A word is NAME[:VALUE][/OPTION...][@LEG]; legs
are the forks of a call, "a" where none is named.

    180, 200, 486, ...  answers; 183 and 200 describe a session: /pcma, /events=96, /g729 (which nobody wants), /nosdp
    302:NUMBER          sends on to another one of ours
    401:PASSWORD, 407:  asks who calls, again and again until "mfa" proves to be it
    wait:SECONDS        heard:PACKETS, of sound, from now on        quiet:SECONDS, until none has come for so long
    press:KEYS          "?" is the digit that was heard last, sound of 0x10 to 0x19 alone
                        /doubled, /lossy, /endless: see keys.py     stranger:KEYS, from another port than the phone's
    info:KEYS           by SIP INFO; /dtmf: application/dtmf        both:KEYS, by RTP and INFO
    hold, resume        another session in the same call
    talk                what the phone says is, from now on, the tones of "#", which are a voice to radmfad
    bye                 hangs up
    cancelled           waits for a CANCEL, which gets no 487: the next word is an answer in spite of it
    silent              nothing is answered, not even that there is a call

A call is recorded: NUMBER.LEG.rtp, in the folder where the phone runs, has a line of JSON for each packet that came.
"""
import asyncio
import collections
import hashlib
import itertools
import json
import math
import os
import re
import socket
import ssl
import struct
import sys
import time
from functools import partial

from keys import EVENT, SAMPLES, Packets, press
from sound import mu_law

REASONS = {100: "Trying", 180: "Ringing", 183: "Session Progress", 200: "OK", 302: "Moved Temporarily", 401: "Unauthorized"}
RESEND_S = 0.5  # T1, RFC 3261 17.1.1.1
SO_TIMESTAMPNS = 35  # socket(7): when the kernel got it, however late we are
PCMU, PCMA = 0, 8
REALM = "phones.example"
ABILITIES = "v=0\r\no=phone 1 1 IN IP4 0.0.0.0\r\ns=-\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\nm=audio 0 RTP/AVP 0 8 101\r\n"


def tell(saw, **more):
    print(json.dumps({"at": time.time(), "saw": saw, **more}), flush=True)


def random_word():
    return os.urandom(6).hex()


# ---- SIP messages ----


class Message:
    def __init__(self, head, body):
        self.start, *lines = re.sub("\r\n[ \t]+", " ", head).split("\r\n")
        self.headers = [(name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
        self.body = body

    @property
    def method(self):
        return self.start.split()[0]

    def all(self, name):
        return [value for found, value in self.headers if found == name]

    def get(self, name):
        return (self.all(name) or [""])[0]

    def number(self):
        return re.match(r"\w+ sips?:([^@;>]*)", self.start)[1]

    def branch(self):
        return re.search(r"branch=([^;,\s]+)", self.get("via"))[1]

    def tag(self):
        """Who is called."""
        found = re.search(r";tag=([^;\s]+)", self.get("to"))
        return found and found[1]


def parse(data):
    head, _, body = data.partition(b"\r\n\r\n")
    return Message(head.decode(), body.decode())


def compose(start, headers, body=""):
    lines = [start, *(f"{name}: {value}" for name, value in headers), f"Content-Length: {len(body)}", "", body]
    return "\r\n".join(lines).encode()


# ---- where they come from ----


class Wire:
    """The way to whoever sent something."""

    def __init__(self, transport, local, send):
        self.transport, self.local, self.send = transport, local, send
        self.is_lossy = transport == "udp"
        self.uri = f"sip:phone@{local};transport={transport}"


class Datagrams(asyncio.DatagramProtocol):
    def __init__(self, phones, local):
        self.phones, self.local = phones, local

    def connection_made(self, transport):
        self.socket = transport

    def datagram_received(self, data, peer):
        if data.strip():
            self.phones.take(parse(data), Wire("udp", self.local, lambda reply: self.socket.sendto(reply, peer)))


async def take_stream(phones, kind, local, reader, writer):
    tell("connection", transport=kind)
    wire = Wire(kind, local, writer.write)
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lstrip(b"\r\n")
            if head:
                length = int(parse(head).get("content-length") or 0)
                phones.take(parse(head + await reader.readexactly(length)), wire)
    except (asyncio.IncompleteReadError, OSError):
        writer.close()


# ---- sound ----


def tones(frequencies):
    """An endless PCMU of these, in pieces of 20 ms."""

    def sample(at):
        return int(sum(8000 * math.sin(2 * math.pi * f * at / 8000) for f in frequencies))

    for first in itertools.count(0, SAMPLES):
        yield bytes(mu_law(sample(at)) for at in range(first, first + SAMPLES))


class Stream:
    """RTP of one leg: sound every 20 ms from when the leg is described, keys in between."""

    def __init__(self, name, address, offer):
        self.target = re.search(r"^c=IN IP4 (\S+)", offer, re.M)[1], int(re.search(r"^m=audio (\d+)", offer, re.M)[1])
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.socket.bind((address, 0))
        self.socket.setblocking(False)
        self.port = self.socket.getsockname()[1]
        self.record = open(f"{name}.rtp", "w", buffering=1)
        self.packets = Packets(*struct.unpack("!IHI", os.urandom(10)))
        self.pressed = collections.deque()
        self.sounds = itertools.repeat(b"\xff" * SAMPLES)
        self.codec, self.events, self.heard, self.heard_at, self.digit = PCMU, EVENT, 0, 0.0, None
        self.task = None
        asyncio.get_running_loop().add_reader(self.socket, self.hear)

    def start(self):
        self.task = self.task or asyncio.create_task(self.speak())

    def hear(self):
        data, ancillary, _, _ = self.socket.recvmsg(2048, 64)
        seconds, rest = struct.unpack("qq", ancillary[0][2])
        _, kind, sequence, timestamp, source = struct.unpack("!BBHII", data[:12])
        packet = {"at": seconds + rest / 1e9, "type": kind & 0x7F, "sequence": sequence, "timestamp": timestamp}
        print(json.dumps({**packet, "source": source, "payload": data[12:].hex()}), file=self.record)
        self.heard += 1
        self.heard_at = asyncio.get_running_loop().time()
        if len(set(data[12:])) == 1 and 0x10 <= data[12] <= 0x19:
            self.digit = str(data[12] - 0x10)

    async def speak(self):
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            is_first, payload, copies = self.pressed.popleft() if self.pressed else (False, None, 1)
            packet = self.packets.next(is_first, payload, next(self.sounds), self.codec, self.events)
            for _ in range(copies):
                self.socket.sendto(packet, self.target)
            due += 0.02
            await asyncio.sleep(due - loop.time())

    async def with_digit(self, keys):
        while "?" in keys and self.digit is None:
            await asyncio.sleep(0.02)
        return keys.replace("?", self.digit or "")

    async def press(self, keys, how=None):
        keys = await self.with_digit(keys)
        self.pressed.extend(press(keys, how))
        while self.pressed:
            await asyncio.sleep(0.02)

    async def press_elsewhere(self, keys):
        """What a stranger sends who knows everything but cannot be at our port."""
        other = Packets(self.packets.source, self.packets.sequence, self.packets.timestamp)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind((self.socket.getsockname()[0], 0))
            for is_first, payload, _ in press(keys):
                stranger.sendto(other.next(is_first, payload, event_type=self.events), self.target)
                await asyncio.sleep(0.02)

    def close(self):
        if self.task:
            self.task.cancel()
        asyncio.get_running_loop().remove_reader(self.socket)
        self.socket.close()
        self.record.close()


# ---- calls ----


def proves(message, answered_by, nonce, password):
    """Whether a request has the right answer to our question (RFC 2617 3.2.2, MD5)."""
    found = dict(re.findall(r'(\w+)="?([^",]*)"?', message.get(answered_by).partition(" ")[2]))

    def md5(*parts):
        return hashlib.md5(":".join(parts).encode()).hexdigest()

    if found.get("username") != "mfa" or found.get("nonce") != nonce:
        return False
    who, what = md5("mfa", REALM, password), md5(message.method, found["uri"])
    middle = [found["nc"], found["cnonce"], found["qop"]] if "qop" in found else []
    return found["response"] == md5(who, nonce, *middle, what)


class Leg:
    """One dialog of a call."""

    def __init__(self, name):
        self.name, self.tag = name, random_word()
        self.acknowledged, self.stream, self.version, self.requests, self.is_over = asyncio.Event(), None, 0, 0, False


class Call:
    def __init__(self, phones, invite, wire):
        self.phones, self.invite, self.wire = phones, invite, wire
        self.id, self.number = invite.get("call-id"), invite.number()
        self.words = phones.scenes.get(self.number.lstrip("+"), "404").split()
        self.legs, self.invites, self.cancelled = {}, asyncio.Queue(), asyncio.Event()
        self.is_answered = False
        self.task = asyncio.create_task(self.play())
        self.task.add_done_callback(lambda task: task.cancelled() or task.result())  # what went wrong is printed

    def tell(self, saw, **more):
        tell(saw, number=self.number, call=self.id, **more)

    def leg(self, name):
        return self.legs.setdefault(name, Leg(name))

    async def play(self):
        for word in self.words:
            name, value, options, leg = re.fullmatch(r"(\w+)(?::([^/@]*))?((?:/[^/@]+)*)(?:@(\w+))?", word).groups()
            options = dict(option.partition("=")[::2] for option in options.split("/")[1:])
            do = partial(self.answer, status=int(name)) if name.isdigit() else getattr(self, "do_" + name)
            await do(self.leg(leg or "a"), value, **options)

    # What it answers.

    def describe(self, leg, direction="sendrecv", nosdp=None, g729=None):
        """Our side of the session (RFC 4566), such as an answer to what was offered has it."""
        if nosdp is not None:
            return ""
        if g729 is not None:
            kinds = [(18, "G729/8000")]
        else:
            kinds = [(leg.stream.codec, "PCMA/8000" if leg.stream.codec else "PCMU/8000"), (leg.stream.events, "telephone-event/8000")]
        address = self.wire.local.partition(":")[0]
        leg.version += 1
        lines = ["v=0", f"o=phone 1 {leg.version} IN IP4 {address}", "s=-", f"c=IN IP4 {address}", "t=0 0"]
        lines += [f"m=audio {leg.stream.port} RTP/AVP " + " ".join(str(kind) for kind, _ in kinds)]
        lines += [f"a=rtpmap:{kind} {name}" for kind, name in kinds] + ["a=ptime:20", "a=" + direction]
        return "\r\n".join(lines) + "\r\n"

    def open_stream(self, leg, pcma=None, events=EVENT, **_):
        leg.stream = leg.stream or Stream(f"{self.number}.{leg.name}", self.wire.local.partition(":")[0], self.invite.body)
        leg.stream.events = int(events)
        if pcma is not None:
            leg.stream.codec, leg.stream.sounds = PCMA, itertools.repeat(b"\xd5" * SAMPLES)

    async def answer(self, leg, value, status, **options):
        if status in (401, 407):
            return await self.challenge(status, value)
        headers, body = [], ""
        if status == 302:
            headers = [("Contact", f"<sip:{value}@{self.wire.local}>")]
        if status in (183, 200):
            self.open_stream(leg, **options)
            body = self.describe(leg, **{name: options[name] for name in ("nosdp", "g729") if name in options})
            leg.stream.start()
        self.is_answered = self.is_answered or status >= 200
        reply = self.phones.reply(self.invite, self.wire, status, leg.tag, headers, body)
        if status >= 200:
            await self.until_acknowledged(leg, reply)

    async def until_acknowledged(self, leg, reply):
        """A final answer is sent until it is acknowledged (RFC 3261 13.3.1.4, 17.2.1)."""
        while not leg.acknowledged.is_set():
            try:
                await asyncio.wait_for(leg.acknowledged.wait(), RESEND_S)
            except asyncio.TimeoutError:
                if self.wire.is_lossy:
                    self.wire.send(reply)

    async def challenge(self, status, password):
        asked, answered_by = {401: ("WWW-Authenticate", "authorization"), 407: ("Proxy-Authenticate", "proxy-authorization")}[status]
        while True:
            nonce, leg = random_word(), self.leg(random_word())  # each answer has its own tag
            question = f'Digest realm="{REALM}", nonce="{nonce}", qop="auth", algorithm=MD5'
            reply = self.phones.reply(self.invite, self.wire, status, leg.tag, [(asked, question)])
            await self.until_acknowledged(leg, reply)
            self.invite = await self.invites.get()
            is_right = proves(self.invite, answered_by, nonce, password)
            self.tell("proof", right=is_right)
            if is_right:
                return

    # What it does.

    async def do_wait(self, leg, seconds):
        await asyncio.sleep(float(seconds))

    async def do_heard(self, leg, packets):
        enough = leg.stream.heard + int(packets)
        while leg.stream.heard < enough:
            await asyncio.sleep(0.02)

    async def do_quiet(self, leg, seconds):
        loop = asyncio.get_running_loop()
        began = loop.time()
        while loop.time() - max(began, leg.stream.heard_at) < float(seconds):
            await asyncio.sleep(0.02)

    async def do_press(self, leg, keys, **how):
        await leg.stream.press(keys, *how)

    async def do_stranger(self, leg, keys):
        await leg.stream.press_elsewhere(keys)

    async def do_info(self, leg, keys, dtmf=None):
        for key in await leg.stream.with_digit(keys):
            kind, body = ("dtmf-relay", f"Signal={key}\r\nDuration=160\r\n") if dtmf is None else ("dtmf", key)
            await self.ask(leg, "INFO", [("Content-Type", "application/" + kind)], body)

    async def do_both(self, leg, keys):
        for key in keys:
            await asyncio.gather(self.do_press(leg, key), self.do_info(leg, key))

    async def do_talk(self, leg, _):
        leg.stream.sounds = tones((941, 1477))

    async def do_hold(self, leg, _):
        await self.ask(leg, "INVITE", [("Content-Type", "application/sdp")], self.describe(leg, "sendonly"))

    async def do_resume(self, leg, _):
        await self.ask(leg, "INVITE", [("Content-Type", "application/sdp")], self.describe(leg))

    async def do_bye(self, leg, _):
        self.end(leg)
        await self.ask(leg, "BYE", [])

    async def do_cancelled(self, leg, _):
        await self.cancelled.wait()

    async def do_silent(self, leg, _):
        await asyncio.Event().wait()

    # A request of ours, in a dialog.

    def request(self, leg, method, number, more=(), body=""):
        uri = re.search(r"<([^>]*)>|(\S+)", self.invite.get("contact"))
        via = f"SIP/2.0/{self.wire.transport.upper()} {self.wire.local};branch=z9hG4bK{random_word()};rport"
        ours, theirs = f"{self.invite.get('to')};tag={leg.tag}", self.invite.get("from")
        headers = [("Via", via), ("Max-Forwards", 70), ("From", ours), ("To", theirs), ("Call-ID", self.id)]
        headers += [("CSeq", f"{number} {method}"), ("Contact", f"<{self.wire.uri}>"), *more]
        return compose(f"{method} {uri[1] or uri[2]} SIP/2.0", headers, body)

    async def ask(self, leg, method, more, body=""):
        """Its final answer is waited for, and acknowledged where it must be."""
        leg.requests += 1
        number, request = leg.requests, self.request(leg, method, leg.requests, more, body)
        reply = self.phones.expect(parse(request).branch())
        while not reply.done():
            self.wire.send(request)
            await asyncio.wait([reply], timeout=RESEND_S if self.wire.is_lossy else None)
        status = int(reply.result().start.split()[1])
        if method == "INVITE":
            self.wire.send(self.request(leg, "ACK", number))
        self.tell(str(status), of=method, leg=leg.name, body=reply.result().body)

    # What it is asked.

    def take(self, message, wire):
        if message.method == "ACK":
            for leg in self.legs.values():
                if leg.tag == message.tag() and not leg.acknowledged.is_set():
                    leg.acknowledged.set()
                    self.tell("ACK", leg=leg.name)
        elif message.method == "INVITE":
            self.tell("INVITE", again=True, to=message.number(), body=message.body)
            self.invites.put_nowait(message)
        elif message.method == "CANCEL":
            self.take_cancel(message, wire)
        else:
            self.take_in_dialog(message, wire)

    def take_cancel(self, message, wire):
        self.tell("CANCEL")
        self.phones.reply(message, wire, 200, self.leg("a").tag)
        self.cancelled.set()
        if not self.is_answered and "cancelled" not in self.words:
            self.task.cancel()
            self.task = asyncio.create_task(self.answer(self.leg("a"), None, 487))

    def take_in_dialog(self, message, wire):
        found = [leg for leg in self.legs.values() if leg.tag == message.tag() and not leg.is_over]
        self.phones.reply(message, wire, 200 if found else 481)
        self.tell(message.method, leg=found[0].name if found else None)
        if found and message.method == "BYE":
            self.end(found[0])

    def end(self, leg):
        leg.is_over = True
        if leg.stream:
            leg.stream.close()
            self.tell("sound", leg=leg.name, packets=leg.stream.heard)
        if all(other.is_over for other in self.legs.values() if other.stream) and asyncio.current_task() is not self.task:
            self.task.cancel()


class Phones:
    def __init__(self, scenes):
        self.scenes = dict(line.lstrip("+").split(None, 1) for line in scenes if line.strip() and not line.startswith("#"))
        self.calls, self.replies, self.expected = {}, {}, {}

    def expect(self, branch):
        return self.expected.setdefault(branch, asyncio.get_running_loop().create_future())

    def reply(self, request, wire, status, tag=None, more=(), body=""):
        """Sends an answer, keeps it for retransmissions of the request, and returns it."""
        headers = [("Via", via) for via in request.all("via")]
        to = request.get("to") + (f";tag={tag}" if tag and status > 100 and not request.tag() else "")
        headers += [("From", request.get("from")), ("To", to), ("Call-ID", request.get("call-id")), ("CSeq", request.get("cseq"))]
        headers += [("Contact", f"<{wire.uri}>")] * (status < 300) + list(more) + [("Content-Type", "application/sdp")] * bool(body)
        reply = compose(f"SIP/2.0 {status} {REASONS.get(status, 'No')}", headers, body)
        self.replies[request.method, request.branch()] = reply
        wire.send(reply)
        return reply

    def take(self, message, wire):
        if message.start.startswith("SIP/2.0 "):
            reply = self.expected.get(message.branch())
            if reply and not reply.done() and message.start[8] != "1":
                reply.set_result(message)
            return
        call, seen = self.calls.get(message.get("call-id")), (message.method, message.branch())
        if message.method != "ACK" and seen in self.replies:
            if self.replies[seen]:
                wire.send(self.replies[seen])
            return
        if message.method != "ACK":
            self.replies[seen] = None
        if call:
            call.take(message, wire)
        else:
            self.take_first(message, wire)

    def take_first(self, message, wire):
        if message.method == "ACK":
            return
        tell(message.method, number=message.number(), call=message.get("call-id"), transport=wire.transport, body=message.body)
        if message.method == "INVITE":
            self.calls[message.get("call-id")] = Call(self, message, wire)
        elif message.method == "REGISTER":
            self.reply(message, wire, 200, random_word(), [("Contact", message.get("contact")), ("Expires", 60)])
        elif message.method == "OPTIONS":
            self.reply(message, wire, 200, random_word(), body=ABILITIES)
        else:
            self.reply(message, wire, 481, random_word())


async def main():
    scenes, kind, address, port, *identity = sys.argv[1:]
    with open(scenes) as file:
        phones, local = Phones(file), f"{address}:{port}"
    if kind == "udp":
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: Datagrams(phones, local), (address, int(port)))
    else:
        tls = None
        if kind == "tls":
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(*identity)
        await asyncio.start_server(lambda reader, writer: take_stream(phones, kind, local, reader, writer), address, int(port), ssl=tls)
    tell("listening")
    await asyncio.Event().wait()


asyncio.run(main())
