"""control.py: a client of a control socket, for stories: one JSON object a line, both ways."""
import json
import socket


class Refused(Exception):
    def __init__(self, word, text):
        super().__init__(f"{word}: {text}")
        self.word, self.text = word, text


class Control:
    def __init__(self, path, patience=20):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(patience)
        self.socket.connect(path)
        self.lines = self.socket.makefile("rb")
        self.last_id = 0

    def close(self):
        self.lines.close()
        self.socket.close()

    def send(self, verb, **arguments):
        self.last_id += 1
        request = {"do": verb, "id": self.last_id, **arguments}
        self.socket.sendall(json.dumps(request).encode() + b"\n")
        return self.last_id

    def read(self):
        """None: it was closed, perhaps before it was all read."""
        try:
            line = self.lines.readline()
        except ConnectionResetError:
            return None
        return json.loads(line) if line else None

    def ask(self, verb, **arguments):
        """The answer of a verb without events."""
        wanted = self.send(verb, **arguments)
        answer = self.read()
        assert answer and answer["id"] == wanted, answer
        if "error" in answer:
            raise Refused(answer["error"], answer["text"])
        return answer["ok"]

    def refuses(self, word, verb, **arguments):
        try:
            answer = self.ask(verb, **arguments)
        except Refused as refused:
            assert refused.word == word, f"{verb} {arguments}: {refused}, not {word}"
            return refused.text
        raise AssertionError(f"{verb} {arguments} is no {word}: {answer}")
