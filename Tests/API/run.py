"""The server against its own OpenAPI document, as others read it: run.py CUPEL FOLDER [SECONDS]

The document is held against the OpenAPI 3.1 specification, and requests made of it (schemathesis: valid ones, broken ones, the limits of every
schema) are sent to a live server: no 5xx, no answer that the document does not allow. FOLDER keeps the environment, so that a second run
installs nothing. Not part of `make test`: it needs a package index.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.request
import venv

HERE = pathlib.Path(__file__).parent
# The rubrics that ask a judge find one, whose replies are for nothing of what is asked: every item is unscored.
CONFIGURATION = """\
judges:
  default: {plugin: replay, options: {file: replies.jsonl}}
serve:
  limits: {max_items: 50, max_responses: 16}
"""


def environment(folder):
    """The Python of an environment that has the requirements."""
    python = folder / "bin" / "python"
    stamp = folder / "requirements.txt"
    wanted = (HERE / "requirements.txt").read_text()
    if not stamp.exists() or stamp.read_text() != wanted:
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", HERE / "requirements.txt"], check=True)
        stamp.write_text(wanted)
    return python


def serve(cupel, folder):
    """A server on a free port, and its address."""
    (folder / "cupel.yaml").write_text(CONFIGURATION)
    (folder / "replies.jsonl").write_text('{"key": {"item": "none", "order": [0]}, "text": "<answer>5</answer>"}\n')
    server = subprocess.Popen(
        [cupel, "serve", "--listen", "127.0.0.1:0"], cwd=folder, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)
    line = server.stdout.readline()
    address = re.search(r"http://[0-9.]+:[0-9]+", line) or re.search(r"127\.0\.0\.1:[0-9]+", line)
    if not address:
        server.kill()
        sys.exit(f"the server did not start: {line}{server.stdout.read()}")
    text = address.group()
    return server, text if text.startswith("http") else f"http://{text}"


def main():
    cupel, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    seconds = sys.argv[3] if len(sys.argv) > 3 else "60"
    python = environment(folder)
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        server, address = serve(cupel, scratch)
        try:
            with urllib.request.urlopen(f"{address}/openapi.json") as answer:
                document = json.load(answer)
            (scratch / "openapi.json").write_text(json.dumps(document))
            subprocess.run([python, "-m", "openapi_spec_validator", scratch / "openapi.json"], check=True)
            finished = subprocess.run(
                [python.parent / "schemathesis", "--config-file", HERE / "schemathesis.toml", "run", f"{address}/openapi.json",
                 "--max-time", seconds, "--no-color"], cwd=scratch)
            alive = server.poll() is None
            print("the server is alive" if alive else "FAILED  the server has ended")
            sys.exit(0 if finished.returncode == 0 and alive else 1)
        finally:
            server.terminate()
            server.wait(timeout=30)


main()
