"""scripts/elasticsearch: what it demands, what it refuses, how it sets a server up."""

import os
import re
import sys
import zipfile
from pathlib import Path

import pytest

from scripts import elasticsearch_distribution as delivered
from scripts import elasticsearch_server as script
from scripts.elasticsearch_node import Server, process, settings


def program(path: Path, lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{lines}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def java(home: Path, version: str) -> Path:
    program(home / "bin" / "java", f"echo 'openjdk version \"{version}\" 2026-04-21' >&2")
    return home


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with no Java, no Maven and no server; what is put into `bin` is on its path."""
    for name in ("ES_JAVA_HOME", "JAVA_HOME", "ELASTIC_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "bin").mkdir()
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(delivered, "SYSTEM_FOLDERS", (f"{tmp_path}/jvm/*",))
    for module in (delivered, script):
        monkeypatch.setattr(module, "home", lambda: tmp_path / "home")
    return tmp_path


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["scripts/elasticsearch", *arguments])
    return script.main()


class TestJava:
    def test_without_any_it_says_what_is_missing(self, bare: Path) -> None:
        with pytest.raises(delivered.Missing, match="needs Java 21 or later; found here: none"):
            delivered.find_java()

    def test_one_that_is_too_old_is_named(self, bare: Path) -> None:
        java(bare / "jvm" / "old", "17.0.15")
        java(bare / "jvm" / "older", "1.8.0_392")
        with pytest.raises(delivered.Missing, match=r"17 in \S+/old") as missing:
            delivered.find_java()
        assert re.search(r"\b8 in \S+/older", str(missing.value))

    def test_the_newest_below_the_system_folder_is_taken(self, bare: Path) -> None:
        java(bare / "jvm" / "b", "21.0.1")
        newest = java(bare / "jvm" / "a", "25.0.3")
        assert delivered.find_java() == newest

    def test_es_java_home_comes_before_java_home_and_both_before_newer_ones(
        self, bare: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        java(bare / "jvm" / "a", "26")
        second = java(bare / "second", "21")
        first = java(bare / "first", "22")
        monkeypatch.setenv("JAVA_HOME", str(second))
        assert delivered.find_java() == second
        monkeypatch.setenv("ES_JAVA_HOME", str(first))
        assert delivered.find_java() == first

    def test_a_java_home_that_is_too_old_is_passed_over(
        self, bare: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("JAVA_HOME", str(java(bare / "old", "17")))
        new = java(bare / "jvm" / "a", "25")
        assert delivered.find_java() == new


class TestFetching:
    def test_without_maven_it_says_so(self, bare: Path) -> None:
        with pytest.raises(delivered.Missing, match="no `mvn`"):
            delivered.distribution(bare)

    def test_another_file_than_expected_is_not_unpacked(self, bare: Path) -> None:
        archive = bare / "other.zip"
        with zipfile.ZipFile(archive, "w") as opened:
            opened.writestr(f"elasticsearch-{delivered.VERSION}/bin/elasticsearch", "something else")
        brings = f'for each in "$@"; do case $each in -Dfolder=*) /bin/cp {archive} '
        brings += f'"${{each#-Dfolder=}}/elasticsearch-{delivered.VERSION}.zip";; esac; done'
        program(bare / "bin" / "mvn", brings)
        with pytest.raises(delivered.Missing, match="another file than expected"):
            delivered.distribution(bare)
        assert list((bare / "home").iterdir()) == []

    def test_what_maven_said_is_told_when_it_fails(self, bare: Path) -> None:
        program(bare / "bin" / "mvn", "echo no such artifact; exit 1")
        with pytest.raises(delivered.Missing, match="no such artifact"):
            delivered.distribution(bare)

    def test_the_pom_asks_for_that_release_and_names_no_address(self) -> None:
        pom = delivered.POM.read_text(encoding="utf-8")
        assert f"<version>{delivered.VERSION}</version>" in pom
        assert "integ-test-zip" in pom
        assert "://" not in pom
        assert "repositor" not in pom


class TestServer:
    def test_every_node_listens_on_loopback_alone_and_makes_no_index_by_itself(self, tmp_path: Path) -> None:
        server = Server(place=tmp_path, nodes=3, port=9231, password="")
        nodes = [settings(server, node) for node in (1, 2, 3)]
        assert (
            {node["http.host"] for node in nodes}
            == {node["transport.host"] for node in nodes}
            == {"127.0.0.1"}
        )
        assert {node["action.auto_create_index"] for node in nodes} == {False}
        assert len({node[f"{kind}.port"] for node in nodes for kind in ("http", "transport")}) == 6

    def test_security_is_on_where_there_is_a_password(self, tmp_path: Path) -> None:
        server = Server(place=tmp_path, nodes=1, port=9231, password="secret")
        assert settings(server, 1)["xpack.security.enabled"] is True
        assert server.url == "http://elastic:secret@127.0.0.1:9231"

    def test_a_process_id_that_went_to_another_process_is_not_the_node(self, tmp_path: Path) -> None:
        if not Path("/proc/self/cmdline").exists():
            pytest.skip("there is no /proc here")
        server = Server(place=tmp_path, nodes=1, port=9231, password="")
        logs = server.folder(1) / "logs"
        logs.mkdir(parents=True)
        (logs / "pid").write_text(str(os.getpid()), encoding="ascii")
        assert process(server, 1) is None

    def test_status_and_url_before_the_first_start(
        self, bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert call(monkeypatch, "status") == 3
        assert call(monkeypatch, "url") == 1
        assert "was never started" in capsys.readouterr().err

    def test_stop_where_nothing_runs_is_well(self, bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        assert call(monkeypatch, "stop") == 0

    def test_start_without_java_fails_in_plain_words(
        self, bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert call(monkeypatch, "start") == 1
        assert "Elasticsearch needs Java 21" in capsys.readouterr().err

    def test_the_running_one_answers(self, elasticsearch_url: str) -> None:
        server = Server(place=Path(), nodes=1, port=int(elasticsearch_url.rpartition(":")[2]), password="")
        if "@" in elasticsearch_url:
            pytest.skip("this one asks for a password")
        health = script.ask(server, "/_cluster/health")
        assert health
        assert health["status"] in {"yellow", "green"}
