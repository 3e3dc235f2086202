"""
A server on loopback that holds whoever calls it to Twilio's published description of the Messages resource.

What may be sent stands in Twilio's own client, which is made from that description: no other field is taken.
"""

from __future__ import annotations

import base64
import inspect
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from twilio.rest.api.v2010.account.message import MessageList

ACCOUNT, TOKEN = "AC" + "0" * 32, "an auth token"
FIELDS = set(re.findall(r'^ {16}"(\w+)":', inspect.getsource(MessageList._create), re.MULTILINE))

Answer = tuple[int, dict[str, object]]


def error(status: int, code: int) -> Answer:
    """An error as the API tells it."""
    more = f"https://www.twilio.com/docs/errors/{code}"
    return status, {"code": code, "message": "as the API says it", "more_info": more, "status": status}


class TwilioApi:
    """What came, and what is answered: by the description, unless `answers` says otherwise."""

    def __init__(self) -> None:
        self.forms: list[dict[str, list[str]]] = []
        self.answer: Callable[[dict[str, list[str]]], Answer] = self.by_description
        self.url = ""

    def by_description(self, form: dict[str, list[str]]) -> Answer:
        """201 with the new resource, or the error that the description has for what is wrong."""
        if set(form) - FIELDS:
            raise AssertionError(f"not fields of the Messages resource: {sorted(set(form) - FIELDS)}")
        if any(len(values) > 1 for name, values in form.items() if name not in ("MediaUrl", "PersistentAction")):
            raise AssertionError("a field that may come once came twice")
        (to,) = form.get("To", [""])
        if not to:
            return error(400, 21604)
        if not re.fullmatch(r"\+[1-9]\d{1,14}", to):
            return error(400, 21211)
        if not ("From" in form or "MessagingServiceSid" in form):
            return error(400, 21603)
        if not ("Body" in form or "MediaUrl" in form or "ContentSid" in form):
            return error(400, 21602)
        if len(form.get("Body", [""])[0]) > 1600:
            return error(400, 21617)
        media = form.get("MediaUrl", [])
        if len(media) > 10:
            return error(400, 21623)
        if not all(urlsplit(one).scheme in ("http", "https") for one in media):
            return error(400, 21620)
        callback = urlsplit(form.get("StatusCallback", ["http://x.example"])[0])
        if callback.scheme not in ("http", "https") or not callback.hostname or "_" in callback.hostname:
            return error(400, 21609)
        sid = ("MM" if media else "SM") + f"{len(self.forms):032x}"
        return 201, {"sid": sid, "status": "queued", "to": to, "num_media": str(len(media)), "error_code": None}


@contextmanager
def twilio_api() -> Iterator[TwilioApi]:
    """The API at work on a free port of this machine."""
    api = TwilioApi()
    login = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            if self.headers.get("authorization") != login:
                self._say(error(401, 20003))
            elif self.path != f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
                self._say(error(404, 20404))
            elif self.headers.get_content_type() != "application/x-www-form-urlencoded":
                self._say(error(415, 20415))
            else:
                form = parse_qs(body, strict_parsing=True)
                api.forms.append(form)
                self._say(api.answer(form))

        def _say(self, answer: Answer) -> None:
            status, said = answer
            written = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

        def log_message(self, *_said: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()  # it sees soon that it is to stop
    api.url = f"http://127.0.0.1:{server.server_port}"
    yield api
    server.shutdown()
    server.server_close()
