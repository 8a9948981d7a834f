"""Model servers by others, installed into environments of their own and run on loopback."""
import json
import os
import pathlib
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).parent
START_SECONDS = 120


def environment(folder, name):
    """The Python of a virtual environment with what requirements-NAME.txt says; made when it is not there."""
    place = folder / name
    python = place / "bin" / "python"
    wanted = HERE / f"requirements-{name}.txt"
    done = place / "installed"
    if not done.exists() or done.read_text() != wanted.read_text():
        print(f"installing {', '.join(wanted.read_text().split())} (some are built, which takes minutes)", flush=True)
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", wanted], check=True)
        done.write_text(wanted.read_text())
    return python


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A process that serves, until the block ends."""

    def __init__(self, name, command, folder, port, ready, variables={}):
        self.url = f"http://127.0.0.1:{port}/v1"
        self.log = folder / f"{name}.log"
        self.name, self.command, self.folder, self.ready = name, command, folder, f"http://127.0.0.1:{port}{ready}"
        self.variables = {**os.environ, **variables}

    def __enter__(self):
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                self.command, cwd=self.folder, stdout=log, stderr=log, env=self.variables, start_new_session=True)
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                sys.exit(f"{self.name} does not start; its last words:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.2)
        return self

    def answers(self):
        try:
            urllib.request.urlopen(self.ready, timeout=5).close()
            return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def llama(python, folder):
    """llama.cpp behind llama-cpp-python's server, with two models that are known to the last probability."""
    for name, reply in [
        ("point", "<think> Right. </think> <answer> 3|4*2|5 </answer>"),
        ("pair", "<think> Second. </think> <answer> 2 </answer><answer> 4 </answer>"),
        ("see", "<think> Seen. </think> <answer> 3|4*2|5 </answer>"),
    ]:
        subprocess.run([python, HERE / "tiny_model.py", folder / f"{name}.gguf", reply], check=True)
    subprocess.run([python, HERE / "tiny_vision.py", folder / "see.gguf", folder / "eyes.gguf"], check=True)
    port = free_port()
    models = [
        {"model": str(folder / f"{name}.gguf"), "model_alias": name, "n_ctx": 2048, "logits_all": True, "verbose": False}
        for name in ["point", "pair", "see"]
    ]
    models[2].update(clip_model_path=str(folder / "eyes.gguf"), chat_format="llava-1-5")
    (folder / "llama.json").write_text(json.dumps({"host": "127.0.0.1", "port": port, "models": models}))
    return Server(
        "llama", [python, "-m", "llama_cpp.server", "--config_file", "llama.json"], folder, port, "/v1/models")


def litellm(python, folder, upstream):
    """LiteLLM's proxy: one model that it answers for itself, and the one of `upstream`."""
    port = free_port()
    (folder / "litellm.yaml").write_text(f"""
model_list:
  - model_name: mock
    litellm_params: {{model: openai/mock, api_key: none, mock_response: "<think>So.</think><answer>4</answer>"}}
  - model_name: point
    litellm_params: {{model: openai/point, api_key: none, api_base: "{upstream}"}}
general_settings: {{master_key: sk-peer}}
litellm_settings: {{telemetry: false, num_retries: 0}}
""")
    command = [python.parent / "litellm", "--config", "litellm.yaml", "--host", "127.0.0.1", "--port", str(port)]
    return Server(
        "litellm", command, folder, port, "/health/liveliness", {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "NO_DOCS": "True"})


def infinity(python, folder, pairs):
    """infinity with two reward models whose numbers are known; they are in folder/rewards/expected.json."""
    (folder / "rewards").mkdir()
    (folder / "rewards" / "pairs.json").write_text(json.dumps(pairs))
    subprocess.run([python, HERE / "tiny_reward.py", folder / "rewards", folder / "rewards" / "pairs.json"], check=True)
    port = free_port()
    models = [word for name in ["relevance", "quality"]
              for word in ["--model-id", str(folder / "rewards" / name), "--served-model-name", name]]
    command = [
        python.parent / "infinity_emb", "v2", *models, "--engine", "torch", "--device", "cpu", "--dtype", "float32",
        "--no-bettertransformer", "--no-compile", "--no-model-warmup", "--host", "127.0.0.1", "--port", str(port)]
    return Server(
        "infinity", command, folder, port, "/models",
        {"HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1", "INFINITY_ANONYMOUS_USAGE_STATS": "0"})
