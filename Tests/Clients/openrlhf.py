"""OpenRLHF's own code that asks for rewards, out of its published packages, without what they train with.

A module is taken from the package as it is; what it imports besides the clients themselves (ray, torch, the package's log) is replaced by what does the
same in one process. The waits between tries are counted and not waited for.
"""
import asyncio
import logging
import subprocess
import sys
import time
import types
import zipfile

# The first and the last of each way in which it has asked over HTTP.
EARLY = ["0.5.0", "0.5.9.post1"]
BATCHED = ["0.8.11", "0.9.0"]
CURRENT = ["0.9.10", "0.10.4", "0.11.2"]


def fetch(python, folder):
    """The packages, without what they depend on; each is fetched once."""
    folder.mkdir(parents=True, exist_ok=True)
    for version in EARLY + BATCHED + CURRENT:
        if not list(folder.glob(f"openrlhf-{version}-*.whl")):
            subprocess.run(
                [python, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--python-version", "3.11",
                 "--platform", "manylinux1_x86_64", "--dest", folder, f"openrlhf=={version}"], check=True)


def load(folder, version, file):
    """The module `openrlhf/utils/FILE` of a version, and the list of its waits in seconds."""
    package, = folder.glob(f"openrlhf-{version}-*.whl")
    with zipfile.ZipFile(package) as archive:
        name, = [name for name in archive.namelist() if name.endswith(f"/openrlhf/utils/{file}")]
        source = archive.read(name).decode()
    waits = []
    log = types.ModuleType("openrlhf.utils.logging_utils")
    log.init_logger = logging.getLogger
    stand_ins = {
        "openrlhf": types.ModuleType("openrlhf"), "openrlhf.utils": types.ModuleType("openrlhf.utils"),
        "openrlhf.utils.logging_utils": log, "ray": ray(), "torch": torch()}
    before = {name: sys.modules.get(name) for name in stand_ins}
    sys.modules.update(stand_ins)
    try:
        module = types.ModuleType(f"openrlhf_{version}")
        exec(compile(source, f"{package.name}/{file}", "exec"), module.__dict__)
    finally:
        for name, old in before.items():
            if old is None:
                del sys.modules[name]
            else:
                sys.modules[name] = old
    counted(module, waits)
    return module, waits


def counted(module, waits):
    """Puts a count in the place of the module's waits."""
    async def wait(seconds):
        waits.append(seconds)

    if hasattr(module, "asyncio"):
        module.asyncio = types.SimpleNamespace(**{**vars(asyncio), "sleep": wait})
    if hasattr(module, "time"):
        module.time = types.SimpleNamespace(**{**vars(time), "sleep": waits.append})


def ray():
    """Remote functions and actors are called at once, and what they give is there."""
    def remote(what):
        def call(*arguments, **named):
            return what(*arguments, **named)
        what.remote = call
        return what

    module = types.ModuleType("ray")
    module.remote, module.get = remote, lambda values: values
    return module


def torch():
    """A tensor is a list of numbers; nothing else can be made one."""
    def tensor(values):
        def check(value):
            if isinstance(value, list):
                for element in value:
                    check(element)
            elif isinstance(value, bool) or not isinstance(value, (int, float)):
                raise TypeError(f"{value!r} is no number")
        check(values)
        return values

    module = types.ModuleType("torch")
    module.tensor = module.as_tensor = tensor
    return module


class Tokenizer:
    """A token is a character."""

    class Row(list):
        def tolist(self):
            return list(self)

    def __call__(self, text, add_special_tokens, return_tensors):
        return {"input_ids": [self.Row(map(ord, text))]}

    def decode(self, tokens, skip_special_tokens):
        return "".join(map(chr, tokens))


class Engine:
    """Generates one text."""

    def __init__(self, text):
        self.text = text

    async def generate(self, tokens, parameters, multi_modal_data=None):
        output = types.SimpleNamespace(
            token_ids=list(map(ord, self.text)), text=self.text, finish_reason="stop", logprobs=None)
        return types.SimpleNamespace(outputs=[output])


async def rollout(module, urls, prompt, response, label=None, room=100_000):
    """What a current version makes of one rollout, from the prompt to its rewards; `room`: characters for prompt and response."""
    executor = module.SingleTurnAgentExecutor(urls)
    parameters = types.SimpleNamespace(max_tokens=len(response), logprobs=None)
    return await executor.execute(prompt, label, parameters, room, Tokenizer(), Engine(response))
