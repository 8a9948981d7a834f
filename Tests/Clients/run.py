"""The clients of training loops against `cupel serve`: run.py CUPEL FOLDER

FOLDER keeps an environment and the packages, so that a second run installs nothing. Not part of `make test`, which sends the bytes of the same requests
(capture.py): it needs a package index.
"""
import asyncio
import contextlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import types

HERE = pathlib.Path(__file__).parent
CONFIGURATION = """\
judges:
  default: {{plugin: openai, options: {{url: "{model}", model: m, retries: 0}}}}
serve:
  routes:
    /get_reward: {{dialect: openrlhf, rubric: helpfulness, on_failure: http_error}}
    /neutral: {{dialect: openrlhf, rubric: helpfulness, on_failure: {{neutral: 5.5}}}}
    /mean: {{dialect: openrlhf, rubric: helpfulness, on_failure: group_mean}}
    /slime: {{dialect: slime, rubric: helpfulness, on_failure: http_error}}
    /slime/object: {{dialect: slime, rubric: helpfulness, on_failure: {{neutral: 5.5}}, options: {{key: score}}}}
"""
KEY = "6c2f5a0be1c94d7f8a30ee5d41b7c2a9"
CHAT = "<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n"


class Checks:
    def __init__(self):
        self.failures, self.count = [], 0

    def equal(self, what, found, expected):
        self.count += 1
        print(f"{'ok    ' if found == expected else 'FAILED'}  {what}", flush=True)
        if found != expected:
            print(f"        found {found!r}, expected {expected!r}")
            self.failures.append(what)


def fraction(score):
    return (score - 1) / 9


def logs(score, verdicts=1.0, unscored=0.0):
    return {"cupel_unscored": [unscored], "cupel_score": [score], "cupel_verdicts": [verdicts]}


def rewards(output):
    return output["reward"], output["scores"], output["extra_logs"]


async def check_current(checks, version, module, waits, url, model):
    """One rollout at a time, from the prompt to what the trainer has of it."""
    name = f"openrlhf {version}"

    async def ask(path, prompt, response, **more):
        waits.clear()
        return await openrlhf.rollout(module, f"{url}{path}", prompt, response, **more)

    scored = ([7.0], [fraction(7)], logs(7.0))
    for kind, prompt in [("a chat", CHAT.format(f"{name} 2+2?")), ("plain text", f"{name} 2+2? "), ("Chinese", f"{name} 二加二? 🤔 ")]:
        output = await ask("/get_reward", prompt, "It is worth=7.", label="4")
        checks.equal(f"{name}: {kind} is scored", rewards(output), scored)
    prompt = f"{name} " + "word " * 50
    output = await ask("/get_reward", prompt, "worth=7", room=200)
    checks.equal(f"{name}: a prompt cut at its beginning is told from its response", rewards(output), scored)

    output = await ask("/get_reward", f"{name} broken? ", "worth=7")
    checks.equal(f"{name}: a failure is no reward", rewards(output), (None, None, {}))
    checks.equal(f"{name}: after five tries, a second apart", waits, [1] * 5)
    checks.equal(f"{name}: each asks the judge again", model.times(f"{name} broken?"), 5)
    output = await ask("/get_reward", f"{name} shaky=2? ", "worth=7")
    checks.equal(f"{name}: a failure that passes costs two tries", (rewards(output), waits), (scored, [1] * 2))

    output = await ask("/neutral", f"{name} broken, neutral? ", "worth=7")
    neutral = ([5.5], [0.5], logs(5.5, 0.0, 1.0))
    checks.equal(f"{name}: a neutral number is marked, and asked for once", (rewards(output), waits), (neutral, []))
    group = [await ask("/mean", f"{name} group? ", response) for response in ["worth=4", "worth=10", "broken"]]
    checks.equal(
        f"{name}: the mean of a group stands for a failure", [rewards(output) for output in group],
        [([4.0], [fraction(4)], logs(4.0)), ([10.0], [1.0], logs(10.0)), ([7.0], [fraction(7)], logs(7.0, 0.0, 1.0))])

    outputs = await asyncio.gather(*[
        openrlhf.rollout(module, f"{url}/get_reward", f"{name} many {n}? ", f"worth={n % 10 + 1}") for n in range(64)])
    checks.equal(f"{name}: 64 at once, each its own", [output["reward"] for output in outputs], [[n % 10 + 1.0] for n in range(64)])
    urls = [f"{url}/get_reward", f"{url}/neutral", f"{url}/mean"]
    output = await openrlhf.rollout(module, urls, f"{name} several? ", "worth=7")
    checks.equal(f"{name}: several addresses", rewards(output), scored)


def check_batched(checks, version, module, waits, url):
    """Batches that are shared out over addresses, and put together by the keys of the first."""
    name = f"openrlhf {version}"
    queries = [f"{name} {n}? worth={n + 1}" for n in range(6)]
    prompts = [f"{name} {n}? " for n in range(6)]

    def ask(paths, queries, prompts):
        waits.clear()
        reward_model = module.RemoteRewardModel(types.SimpleNamespace(micro_rollout_batch_size=2), [url + path for path in paths])
        answers = reward_model.get_rewards(queries, prompts, [None] * len(queries))
        columns = {key: sum((answer[key] for answer in answers), []) for key in ["rewards", "scores"]}
        for key in answers[0]["extra_logs"]:
            columns[key] = sum((answer["extra_logs"][key] for answer in answers), [])
        return columns

    def columns(scores, verdicts, unscored):
        return {"rewards": scores, "scores": [fraction(score) for score in scores], "cupel_unscored": unscored, "cupel_score": scores,
                "cupel_verdicts": verdicts}

    scores = [n + 1.0 for n in range(6)]
    whole = columns(scores, [1.0] * 6, [0.0] * 6)
    checks.equal(f"{name}: a batch", ask(["/get_reward"], queries, prompts), whole)
    checks.equal(f"{name}: over three addresses", ask(["/get_reward"] * 3, queries, prompts), whole)
    checks.equal(f"{name}: fewer rollouts than addresses", ask(["/get_reward"] * 8, queries[:2], prompts[:2]), columns(scores[:2], [1.0] * 2, [0.0] * 2))
    failing = [f"{name} group? worth=4", f"{name} group? worth=10", f"{name} group? broken"]
    checks.equal(f"{name}: the mean of a batch's group", ask(["/mean"], failing, [f"{name} group? "] * 3),
                 columns([4.0, 10.0, 7.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]))
    try:
        found = ask(["/get_reward"], failing, [f"{name} group? "] * 3)
    except Exception as error:
        found = str(error)
    checks.equal(f"{name}: a failure ends the job, as it is told to", (found, waits),
                 ("Request error for 5 times, returning None. Please check the API server.", [1] * 5))


def check_early(checks, version, module, url):
    name = f"openrlhf {version}"
    queries = [CHAT.format(f"{name} {n}?") + f"worth={n + 1}<|im_end|>" for n in range(3)]
    prompts = [[CHAT.format(f"{name} {n}?") for n in range(3)]] if version != "0.5.0" else []
    checks.equal(f"{name}: queries", module.remote_rm_fn(f"{url}/get_reward", queries, *prompts), [1.0, 2.0, 3.0])


async def check_slime(checks, url, model):
    async def ask(path, *rollout):
        waits = []
        try:
            return await slime.slime(f"{url}{path}", slime.sample(*rollout), waits), len(waits)
        except Exception as error:
            return getattr(error, "status", error), len(waits)

    chat = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "slime 二加二?"}]
    checks.equal("slime: text", await ask("/slime", "slime 2+2?", "worth=7", "4"), (7.0, 0))
    checks.equal("slime: a chat", await ask("/slime", chat, "worth=3<|im_end|>"), (3.0, 0))
    checks.equal("slime: a key", await ask("/slime/object", "slime 2+2?", "worth=7", {"answer": "4"}),
                 ({"score": 7.0, "fraction": fraction(7), "verdicts": 1.0, "unscored": 0.0}, 0))
    checks.equal("slime: a failure is raised after ten tries", await ask("/slime", "slime broken?", "worth=7"), (502, 9))
    checks.equal("slime: each asks the judge again", model.times("slime broken?"), 10)
    checks.equal("slime: a failure that passes", await ask("/slime", "slime shaky=3?", "worth=7"), (7.0, 3))
    checks.equal("slime: a neutral number is marked", await ask("/slime/object", "slime broken, object?", "worth=7"),
                 ({"score": 5.5, "fraction": 0.5, "verdicts": 0.0, "unscored": 1.0}, 0))
    many = await asyncio.gather(*[ask("/slime", f"slime many {n}?", f"worth={n % 10 + 1}") for n in range(300)])
    checks.equal("slime: 300 over 64 connections, each its own", many, [(n % 10 + 1.0, 0) for n in range(300)])
    checks.equal("miles: a number", await slime.miles(f"{url}/slime", slime.sample("miles 2+2?", "worth=7")), 7.0)
    try:
        found = await slime.miles(f"{url}/slime", slime.sample("miles broken?", "worth=7"))
    except Exception as error:
        found = error.status
    checks.equal("miles: a failure is raised at once", (found, model.times("miles broken?")), (502, 1))
    await slime.close()


async def check_keys(checks, url, packages):
    """None of these clients can be given a header, but all can be given an address with a key."""
    known, unknown = [url.replace("http://", f"http://trainer:{key}@") for key in [KEY, KEY[::-1]]]
    for address, expected in [(known, [7.0]), (unknown, None)]:
        for version in openrlhf.CURRENT:
            module, _ = openrlhf.load(packages, version, "agent.py")
            output = await openrlhf.rollout(module, f"{address}/get_reward", "2+2? ", "worth=7")
            checks.equal(f"openrlhf {version}: a key in the address gives {expected}", output["reward"], expected)
    for version in openrlhf.BATCHED:
        module, _ = openrlhf.load(packages, version, "remote_rm_utils.py")
        found, = module.RemoteRewardModel(None, f"{known}/get_reward").get_rewards(["2+2? worth=7"], ["2+2? "], [None])
        checks.equal(f"openrlhf {version}: a key in the address", found["rewards"], [7.0])
    checks.equal("slime: a key in the address", await slime.slime(f"{known}/slime", slime.sample("2+2?", "worth=7"), []), 7.0)
    checks.equal("miles: a key in the address", await slime.miles(f"{known}/slime", slime.sample("2+2?", "worth=7")), 7.0)
    await slime.close()


@contextlib.contextmanager
def serving(checks, cupel, model, *arguments):
    """A server, and its address."""
    with tempfile.TemporaryDirectory() as scratch:
        (pathlib.Path(scratch) / "cupel.yaml").write_text(CONFIGURATION.format(model=model.url))
        keys = pathlib.Path(scratch) / "keys"
        keys.write_text(f"trainer {KEY}\n")
        keys.chmod(0o600)
        server = subprocess.Popen(
            [cupel, "serve", "--listen", "127.0.0.1:0", *arguments], cwd=scratch, text=True, stdout=subprocess.PIPE)
        try:
            line = server.stdout.readline()
            found = re.search(r"http://\S+", line)
            if not found:
                sys.exit(f"the server did not start: {line}")
            yield found.group()
        finally:
            server.terminate()
            checks.equal("the server ends well", server.wait(timeout=60), 0)


def check(cupel, packages):
    checks = Checks()
    with Model() as model:
        with serving(checks, cupel, model) as url:
            for version in openrlhf.CURRENT:
                asyncio.run(check_current(checks, version, *openrlhf.load(packages, version, "agent.py"), url, model))
            for version in openrlhf.BATCHED:
                check_batched(checks, version, *openrlhf.load(packages, version, "remote_rm_utils.py"), url)
            for version in openrlhf.EARLY:
                check_early(checks, version, openrlhf.load(packages, version, "remote_rm_utils.py")[0], url)
            asyncio.run(check_slime(checks, url, model))
        with serving(checks, cupel, model, "--keys-file", "keys") as url:
            asyncio.run(check_keys(checks, url, packages))
    print(f"{checks.count - len(checks.failures)} of {checks.count} checks hold")
    return 1 if checks.failures else 0


def main(cupel, folder):
    python = folder / "environment" / "bin" / "python"
    stamp = folder / "installed"
    wanted = (HERE / "requirements.txt").read_text()
    if not stamp.exists() or stamp.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", folder / "environment"], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", HERE / "requirements.txt"], check=True)
        stamp.write_text(wanted)
    return subprocess.run([python, __file__, cupel, folder, "installed"]).returncode


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[2]).absolute()
    if len(sys.argv) == 3:
        sys.exit(main(os.path.abspath(sys.argv[1]), folder))
    import openrlhf
    import slime
    from model import Model
    openrlhf.fetch(sys.executable, folder / "openrlhf")
    sys.exit(check(sys.argv[1], folder / "openrlhf"))
