"""Directories that misbehave, for ldap_gap.sh, and a name server that is silent. Each does as it should until it is asked about a
password: TLS, and an answer to what shows that it works. Ports are port, port + 1, ... in the order of KINDS.

    python3 bad_directory.py ADDRESS PORT CERTIFICATE KEY
"""
import asyncio
import itertools
import socket
import ssl
import sys

SEARCH_REQUEST, BIND_REQUEST = 0x63, 0x60  # RFC 4511 4.5.1, 4.2
SEARCH_DONE, BIND_RESPONSE = 0x65, 0x61
BROKEN = itertools.cycle(
    [
        b"\x30\x80\x02\x01\x02\x61\x00\x00\x00",  # a length that is not definite (RFC 4511 5.1)
        b"\x30\x84\xff\xff\xff\xff\x02\x01\x02",  # 4 GiB to come
        b"\x30\x89\x01\x02\x03\x04\x05\x06\x07\x08\x09",  # a length of nine octets
        b"\x30\x05\x02\x01\x02\x61\x7f",  # more within than there is without
        b"\x30\x00",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        bytes(64),
    ]
)


async def take(reader):
    """Tag and content of one element."""
    tag, length = await reader.readexactly(2)
    if length & 0x80:
        length = int.from_bytes(await reader.readexactly(length & 0x7F), "big")
    return tag, await reader.readexactly(length)


def answer(message_id, tag, result=0):
    result = bytes([0x0A, 1, result, 4, 0, 4, 0])
    message = message_id + bytes([tag, len(result)]) + result
    return bytes([0x30, len(message)]) + message


async def asked_for_password(reader, writer):
    """Answers searches until a bind comes, and returns its right answer."""
    while True:
        _, content = await take(reader)
        message_id, tag = content[: 2 + content[1]], content[2 + content[1]]
        if tag == BIND_REQUEST:
            print("asked", flush=True)
            return answer(message_id, BIND_RESPONSE)
        if tag == SEARCH_REQUEST:
            writer.write(answer(message_id, SEARCH_DONE))


async def silent(reader, writer):
    """TLS never begins: this one listens without."""
    await asyncio.Event().wait()


async def mute(reader, writer):
    await asked_for_password(reader, writer)
    await asyncio.Event().wait()


async def slow(reader, writer):
    for octet in await asked_for_password(reader, writer):
        writer.write(bytes([octet]))
        await asyncio.sleep(1)


async def broken(reader, writer):
    await asked_for_password(reader, writer)
    writer.write(next(BROKEN))
    await reader.read()


KINDS = [silent, mute, slow, broken]


def until_it_ends(serve):
    async def connected(reader, writer):
        try:
            await serve(reader, writer)
        except (asyncio.IncompleteReadError, OSError):
            pass
        writer.close()

    return connected


async def main():
    address, port, certificate, key = sys.argv[1:]
    names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    names.bind((address, 53))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    for number, kind in enumerate(KINDS):
        await asyncio.start_server(until_it_ends(kind), address, int(port) + number, ssl=None if kind is silent else tls)
    print("listening", flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
