"""Postfix on loopback, each in a folder of its own: one that sends through the gate, and one that takes what comes out."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COMMON = """compatibility_level=3.6
queue_directory={home}/spool
data_directory={home}/data
maillog_file={home}/mail.log
maillog_file_prefixes={home}
inet_interfaces=127.0.0.1
inet_protocols=ipv4
mynetworks=127.0.0.0/8
mydestination=
myhostname={name}.example
smtp_dns_support_level=disabled
smtpd_peername_lookup=no
alias_maps=
alias_database=
local_recipient_maps=
smtpd_relay_restrictions=permit_mynetworks, reject
smtpd_recipient_restrictions=permit_mynetworks, reject
minimal_backoff_time=2s
maximal_backoff_time=3s
queue_run_delay=2s
bounce_queue_lifetime=1h
"""


@contextmanager
def postfix(home: Path, port: int, name: str, settings: str) -> Iterator[Path]:
    """A Postfix with these settings besides; its log."""
    for folder in ("etc", "spool", "data"):
        (home / folder).mkdir(parents=True)
    for above in (home, *home.parents):  # Postfix's own user has to reach its folders
        if above != Path("/") and not above.stat().st_mode & 0o001:
            above.chmod(above.stat().st_mode | 0o011)
    shutil.chown(home / "data", "postfix")
    master = Path("/usr/share/postfix/master.cf.dist").read_text()
    master = re.sub(r"^smtp\s+inet\s+n\s+-\s+y.*$", f"127.0.0.1:{port} inet n - n - - smtpd", master, flags=re.M)
    master = re.sub(r"^(\S+\s+(?:inet|unix|unix-dgram|pass)\s+\S+\s+\S+\s+)y(\s)", r"\1n\2", master, flags=re.M)
    if "postlogd" not in master:
        master += "\npostlog unix-dgram n - n - 1 postlogd\n"
    (home / "etc" / "master.cf").write_text(master)
    (home / "etc" / "main.cf").write_text(COMMON.format(home=home, name=name) + settings)
    command = ["postfix", "-c", str(home / "etc")]
    subprocess.run([*command, "start"], check=True, capture_output=True, timeout=60)
    try:
        _up(port)
        yield home / "mail.log"
    finally:
        subprocess.run([*command, "stop"], check=False, capture_output=True, timeout=60)


def _up(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("Postfix does not answer")


def sending_through(gate_port: int, user: str, password: str, authority: Path) -> str:
    """Settings of a Postfix that hands everything to the gate, logged in under TLS, as docs/how-to/gate.md has them."""
    passwords = authority.with_name("gate-password")
    passwords.write_text(f"[127.0.0.1]:{gate_port} {user}:{password}\n")
    passwords.chmod(0o600)
    return f"""relayhost=[127.0.0.1]:{gate_port}
smtp_tls_security_level=secure
smtp_tls_secure_cert_match=localhost
smtp_tls_CAfile={authority}
smtp_sasl_auth_enable=yes
smtp_sasl_security_options=noanonymous
smtp_sasl_password_maps=texthash:{passwords}
"""


def keeping(home: Path, domain: str, people: list[str]) -> str:
    """Settings of a Postfix that keeps the mail of these people, in a Maildir each."""
    boxes = home / "boxes"
    boxes.mkdir(parents=True, exist_ok=True)
    shutil.chown(boxes, "nobody")
    maps = " ".join(f"{{ {person}@{domain}={person}/ }}" for person in people)
    return f"""virtual_mailbox_domains={domain}
virtual_mailbox_base={boxes}
virtual_mailbox_maps=inline:{{ {maps} }}
virtual_uid_maps=static:65534
virtual_gid_maps=static:65534
smtpd_recipient_restrictions=reject_unlisted_recipient, permit_mynetworks, reject
"""


def waited(found: object, seconds: float = 30) -> object:
    """What `found` gives once it gives anything."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        result = found()  # type: ignore[operator]
        if result:
            return result
        time.sleep(0.2)
    return found()  # type: ignore[operator]
