"""One node of a local Elasticsearch: its settings, its launch, whether it runs."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.elasticsearch_distribution import Missing, account, give_to_owner

TRANSPORT_OFFSET = 200  # between the port of a node for clients and its port for other nodes
HEAP_MB = {1: 1024, 3: 512}


@dataclass(frozen=True)
class Server:
    """One cluster of this tree.

    `port` is the first node's; the others follow it. `password` is that of the user `elastic`,
    empty where anybody on this machine may do everything.
    """

    place: Path
    nodes: int
    port: int
    password: str

    @property
    def url(self) -> str:
        """Where a client finds the first node, with the password in it where there is one."""
        account = f"elastic:{self.password}@" if self.password else ""
        return f"http://{account}127.0.0.1:{self.port}"

    def folder(self, node: int) -> Path:
        """What belongs to one node, counted from 1; clusters of other sizes have folders of their own."""
        return self.place / f"{self.nodes}-nodes" / str(node)


def prepare(server: Server, node: int, *, program: Path, java: Path) -> None:
    """Write the settings of one node anew and leave its data as it is.

    The node's account owns what it must write and nothing above it, so it cannot lead root astray.
    """
    folder = server.folder(node)
    folder.mkdir(parents=True, exist_ok=True)
    config, delivered = folder / "config", program.parent.parent / "config"
    shutil.rmtree(config, ignore_errors=True)
    (config / "jvm.options.d").mkdir(parents=True)
    for name in ("roles.yml", "role_mapping.yml", "users", "users_roles"):
        shutil.copyfile(delivered / name, config / name)
    # Its garbage collector's log is of no use here.
    options = (delivered / "jvm.options").read_text(encoding="utf-8").splitlines()
    kept = [line for line in options if not line.startswith("-Xlog:gc")]
    (config / "jvm.options").write_text("\n".join(kept) + "\n", encoding="utf-8")
    heap = HEAP_MB[server.nodes]
    (config / "jvm.options.d" / "palmar.options").write_text(
        f"-Xms{heap}m\n-Xmx{heap}m\n-XX:-AlwaysPreTouch\n", encoding="utf-8"
    )
    (config / "log4j2.properties").write_text(LOGGING, encoding="utf-8")
    # JSON is YAML.
    (config / "elasticsearch.yml").write_text(json.dumps(settings(server, node), indent=1), encoding="utf-8")
    give_to_owner(config)
    for path in (folder / "data", folder / "logs", folder / "tmp", server.place / "snapshots"):
        path.mkdir(exist_ok=True, mode=0o700)
        give_to_owner(path)
    if server.password:
        keep_password(server, folder, program=program, java=java)


# One plain file of what happened since the start; no log of searches in any mode.
LOGGING = """\
status = error
appender.file.type = File
appender.file.name = file
appender.file.fileName = ${sys:es.logs.base_path}${sys:file.separator}server.log
appender.file.append = false
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] [%node_name]%marker %m%n
rootLogger.level = info
rootLogger.appenderRef.file.ref = file
"""


def settings(server: Server, node: int) -> dict[str, Any]:
    """The settings of one node."""
    folder = server.folder(node)
    found: dict[str, Any] = {
        "cluster.name": f"palmar-{server.place.name}",
        "node.name": f"node-{node}",
        "path.data": str(folder / "data"),
        "path.logs": str(folder / "logs"),
        "path.repo": [str(server.place / "snapshots")],
        "http.host": "127.0.0.1",
        "http.port": server.port + node - 1,
        "transport.host": "127.0.0.1",
        "transport.port": server.port + TRANSPORT_OFFSET + node - 1,
        "action.auto_create_index": False,
        "cluster.routing.allocation.disk.threshold_enabled": False,
        "xpack.security.enabled": bool(server.password),
    }
    if server.nodes == 1:
        return found | {"discovery.type": "single-node"}
    transports = [f"127.0.0.1:{server.port + TRANSPORT_OFFSET + n}" for n in range(server.nodes)]
    names = [f"node-{n}" for n in range(1, server.nodes + 1)]
    return found | {"discovery.seed_hosts": transports, "cluster.initial_master_nodes": names}


def keep_password(server: Server, folder: Path, *, program: Path, java: Path) -> None:
    """Put the password of `elastic` into the node's keystore, over a pipe: `ps` would show an argument."""
    keystore = program.with_name("elasticsearch-keystore")
    run_as_owner([str(keystore), "create"], folder, java=java, given="")
    add = [str(keystore), "add", "--stdin", "--force", "bootstrap.password"]
    run_as_owner(add, folder, java=java, given=server.password)


def run_as_owner(command: list[str], folder: Path, *, java: Path, given: str) -> None:
    """Run one of the server's tools to its end. Raises Missing with what it said."""
    done = subprocess.run(
        command, input=given, env=environment(folder, java), cwd=folder, **account(),
         capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Missing(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")


def launch(server: Server, node: int, *, program: Path, java: Path) -> subprocess.Popen[bytes]:
    """Begin to start one node: the process ends when the node listens, and leaves it behind."""
    folder = server.folder(node)
    pid = folder / "logs" / "pid"
    pid.unlink(missing_ok=True)
    with (folder / "launch.log").open("wb") as log:
        return subprocess.Popen(
            [program, "-d", "-p", pid], env=environment(folder, java), cwd=folder,
            start_new_session=True, **account(),
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip


def environment(folder: Path, java: Path) -> dict[str, str]:
    """What the server sees: nothing of ours."""
    return {
        "PATH": os.defpath,
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "ES_JAVA_HOME": str(java),
        "ES_PATH_CONF": str(folder / "config"),
        "ES_TMPDIR": str(folder / "tmp"),
    }


def process(server: Server, node: int) -> int | None:
    """The process id of a node that runs, or None. A number that went to another process is not it."""
    folder = server.folder(node)
    try:
        pid = int((folder / "logs" / "pid").read_text(encoding="ascii"))
        os.kill(pid, 0)
    except (OSError, ValueError):
        return None
    command = Path(f"/proc/{pid}/cmdline")
    if command.exists() and str(folder).encode() not in command.read_bytes():
        return None
    return pid
