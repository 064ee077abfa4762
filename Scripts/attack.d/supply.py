"""S30: what the program is made of."""

import json
import re
import subprocess

from parley_server import ROOT
from rows import row

# Libraries of the system that the binary may need at run time; Swift's own are inside of it or beside it.
LIBRARIES = re.compile(
    r"^(?:lib(?:sqlite3|cmark-gfm|cmark-gfm-extensions|edit|zip|yaml|z|stdc\+\+|m|gcc_s|c|pthread|dl|rt|util|bsd|md)"
    r"|lib(?:tinfo|ncurses\w*|bz2|lzma|zstd|crypto|ssl|uuid|gnutls|nettle|hogweed|gmp|p11-kit|idn2|unistring|tasn1|ffi)"
    r"|lib(?:swift\w*|Foundation\w*|_Foundation\w*|dispatch|BlocksRuntime)|lib_\w+|ld-linux-\w+(?:-64)?|linux-vdso)"
    r"[\w.+-]*\.so"
)
SECRET = re.compile(
    rb"sk-[A-Za-z0-9]{32,}|prl_[0-9a-z]{10}_[0-9A-Za-z]{43}_[0-9a-f]{6}|ghp_[A-Za-z0-9]{36}|AKIA[0-9A-Z]{16}"
    rb"|-----BEGIN [A-Z ]*PRIVATE KEY"
)


@row(
    "S30",
    "dependencies are pinned by revision and unchanged, the binary needs known libraries only, nothing holds a key"
)
def supply(world, check):
    pins = json.loads((ROOT / "Package.resolved").read_text(encoding="utf-8"))["pins"]
    check(len(pins) > 5, f"{len(pins)} pins")
    for pin in pins:
        state = pin["state"]
        check(
            re.fullmatch("[0-9a-f]{40}", state.get("revision", "")) and "branch" not in state,
            f"{pin['identity']} is pinned to {state}"
        )
        check(pin["location"].startswith("https://"), f"{pin['identity']} comes from {pin['location']}")
        checkout = ROOT / ".build" / "checkouts" / pin["location"].rsplit("/", 1)[-1].removesuffix(".git")
        if checkout.is_dir():
            head = git(checkout, "rev-parse", "HEAD")
            check(head == state["revision"], f"{checkout.name} is built from {head}, not {state['revision']}")
            check(
                not git(checkout, "status", "--porcelain", "--untracked-files=no"), f"{checkout.name} has been changed"
            )
    exact(check, pins)
    libraries(world, check)
    kept_secrets(check)


def exact(check, pins):
    """What the package asks for by name, it asks for in one version, and gets that one."""
    manifest = (ROOT / "Package.swift").read_text(encoding="utf-8")
    asked = re.findall(r"\.package\(\s*url: \"([^\"]+)\"(.*)\)", manifest)
    check(
        len(asked) == manifest.count(".package(") and len(asked) > 5,
        f"{len(asked)} packages are asked for by their address"
    )
    versions = {pin["location"].removesuffix(".git"): pin["state"].get("version") for pin in pins}
    for address, how in asked:
        version = re.match(r', exact: "([^"]+)"', how)
        check(version, f"{address} is not asked for in one version: {how}")
        got = versions.get(address.removesuffix(".git"))
        check(version and got == version[1], f"{address}: {got} instead of {how}")


def git(folder, *words):
    done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else f"git {words[0]}: {done.stderr.strip()}"


def libraries(world, check):
    told = subprocess.run(["ldd", str(world.binary)], capture_output=True, text=True, check=True).stdout
    names = [line.split()[0].rsplit("/", 1)[-1] for line in told.splitlines() if line.strip()]
    check(len(names) > 3, f"ldd tells {names}")
    for name in names:
        check(LIBRARIES.match(name), f"the binary needs {name}")
    check("not found" not in told, told)


def kept_secrets(check):
    """Whatever is kept in the repository."""
    paths = [ROOT / name for name in git(ROOT, "ls-files").splitlines()]
    check(len(paths) > 200, f"{len(paths)} files")
    for path in paths:
        if path.is_file() and path.stat().st_size < 1 << 20:
            found = SECRET.search(path.read_bytes())
            known = path.parts[len(ROOT.parts)] in ("Tests", "Scripts")
            check(not found or known, f"{path.name} holds {found and found[0][:20]}")
