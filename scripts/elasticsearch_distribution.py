"""What a server needs before it can start: an account, a folder, Java, and the distribution.

The distribution is the one that Elasticsearch publishes for integration tests: the server with its
HTTP transport and security, without Painless, the analysis modules, reindex and the like. What runs
on it runs on any Elasticsearch 9.
"""

import hashlib
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path
from typing import Any

VERSION = "9.5.3"
SHA512 = (
    "ae57654932de854d755af63f2a63667621967870b79ec449407618075c13dc12"
    "012317388e0a232071e4f2a65c9d973bb681d978fac56445a0790443df0823d1"
)
OLDEST_JAVA = 21
POM = Path(__file__).resolve().parent / "elasticsearch.pom.xml"
SYSTEM_FOLDERS = ("/usr/lib/jvm/*", "/Library/Java/JavaVirtualMachines/*/Contents/Home")


class Missing(Exception):
    """The machine lacks something, in words for the person in front of it."""


def owner() -> str | None:
    """The account the server runs under: an unprivileged one for root, or None for oneself."""
    return "nobody" if os.geteuid() == 0 else None


def account() -> dict[str, Any]:
    """For subprocess: root becomes the server's account without root's groups; others stay themselves."""
    if not (name := owner()):
        return {}
    return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}


def give_to_owner(path: Path) -> None:
    """Hands a folder of root's, with what is in it, to the account of the server."""
    if not (name := owner()):
        return
    entry = pwd.getpwnam(name)
    for each in (path, *path.rglob("*")) if path.stat().st_uid != entry.pw_uid else ():
        os.chown(each, entry.pw_uid, entry.pw_gid, follow_symlinks=False)


def home() -> Path:
    """The folder outside the tree that holds the distribution and the servers' data.

    Root's own home cannot be entered by the account of the server, so root has a place in /var/cache.
    """
    if owner():
        return Path("/var/cache/palmar-elasticsearch")
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache, "palmar", "elasticsearch")


def find_java() -> Path:
    """The home of a Java that can run the server. Raises Missing with what was found instead."""
    named = list(filter(None, [os.environ.get("ES_JAVA_HOME"), os.environ.get("JAVA_HOME")]))
    installed = [str(path) for pattern in SYSTEM_FOLDERS for path in Path("/").glob(pattern[1:])]
    on_path = shutil.which("java")
    if on_path:
        installed.append(str(Path(on_path).resolve().parent.parent))
    versions = {home: java_version(Path(home)) for home in [*named, *installed]}
    for candidate in [*named, *sorted(installed, key=versions.__getitem__, reverse=True)]:
        if versions[candidate] >= OLDEST_JAVA:
            return Path(candidate)
    found = ", ".join(f"{version} in {home}" for home, version in versions.items() if version)
    raise Missing(
        f"Elasticsearch needs Java {OLDEST_JAVA} or later; found here: {found or 'none'}.\n"
        "Install one (Debian 13: apt-get install openjdk-21-jre-headless; elsewhere Temurin 25),\n"
        "or name the folder of one: ES_JAVA_HOME=/path/to/jdk"
    )


def java_version(home: Path) -> int:
    """The major version of the Java in a folder, 0 where there is none that runs."""
    try:
        said = subprocess.run(
            [home / "bin" / "java", "-version"], capture_output=True, text=True, timeout=60, check=True
        ).stderr
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(found.group(1)) if found else 0


def distribution(java: Path) -> Path:
    """The folder of the unpacked server, fetched on first use. Raises Missing.

    Checked against SHA512 before anything of it is unpacked, whoever delivered it.
    """
    place = home() / f"elasticsearch-{VERSION}"
    if place.is_dir():
        return place
    if not shutil.which("mvn"):
        raise Missing(
            "Maven, which fetches Elasticsearch, is not installed: there is no `mvn`.\n"
            "On Debian and Ubuntu, run as root: apt-get install maven"
        )
    print(f"Fetching Elasticsearch {VERSION} with Maven (132 MB, kept in {home()})", flush=True)
    with tempfile.TemporaryDirectory(dir=home(), prefix="fetch-") as folder:
        archive = fetch(Path(folder), java=java)
        unpacked = unpack(archive, Path(folder))
        unpacked.rename(place)
    return place


def fetch(folder: Path, *, java: Path) -> Path:
    """The archive, brought by Maven and checked. Raises Missing."""
    environment = os.environ | {"JAVA_HOME": str(java)}
    command = ["mvn", "--batch-mode", "--quiet", "--file", str(POM), f"-Dfolder={folder}", "package"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    archive = folder / f"elasticsearch-{VERSION}.zip"
    if done.returncode or not archive.exists():
        raise Missing(f"Maven could not fetch Elasticsearch:\n{done.stdout}{done.stderr}")
    with archive.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha512").hexdigest()
    if found != SHA512:
        raise Missing(
            f"Maven brought another file than expected for Elasticsearch {VERSION}: its SHA-512 is\n{found}\n"
            "Nothing was unpacked. Remove it from Maven's local repository (~/.m2/repository) and try again."
        )
    return archive


def unpack(archive: Path, folder: Path) -> Path:
    """The server's folder, readable by every account; its programs can be run again (zip loses that)."""
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    server = folder / f"elasticsearch-{VERSION}"
    for path in server.rglob("*"):
        program = path.is_dir() or path.parent.name == "bin"
        path.chmod(0o755 if program else 0o644)
    server.chmod(0o755)
    return server
