#!/usr/bin/env python3
"""Serves a GGUF model on 127.0.0.1 with llama.cpp's own OpenAI-compatible server (PyPI xllamacpp).

Run by Scripts/local-model. Nothing is downloaded here, and nothing is sent anywhere. Prints one line
`READY http://127.0.0.1:PORT/v1` when requests are answered; SIGTERM ends it.
"""

import argparse
import os
import signal
import socket

# Threads that wait must sleep: with the default, which spins, a busy machine falls to a tenth of the speed.
# The library reads this when it is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", required=True, help="the .gguf file")
    parser.add_argument("--name", required=True, help="the name that /v1/models shows")
    parser.add_argument("--template", required=True, help="a Jinja chat template")
    parser.add_argument("--stop", action="append", default=[], help="a text that ends the answer")
    parser.add_argument("--port", type=int, default=8099, help="wanted port; another one when it is taken")
    parser.add_argument("--context", type=int, default=4096, help="tokens of context for one request")
    parser.add_argument("--slots", type=int, default=2, help="requests answered at the same time")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def usable_port(wanted):
    """The wanted port when nothing listens there, else any free one."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return probe.getsockname()[1]
    raise SystemExit("no free port on 127.0.0.1")


def parameters(options, library):
    with open(options.template, encoding="utf-8") as file:
        template = file.read()
    settings = library.CommonParams()
    settings.model.path = options.model
    settings.model_alias = {options.name}
    settings.chat_template = template
    settings.use_jinja = True
    settings.antiprompt = [text.encode().decode("unicode_escape") for text in options.stop]
    settings.hostnames = ["127.0.0.1"]
    settings.port = usable_port(options.port)
    settings.n_parallel = options.slots
    settings.n_ctx = options.context * options.slots
    settings.cpuparams.n_threads = options.threads
    settings.cpuparams_batch.n_threads = options.threads
    settings.cache_ram_mib = 64
    settings.offline = True
    settings.ui = False
    return settings


def main():
    options = arguments()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)

    import xllamacpp

    server = xllamacpp.Server(parameters(options, xllamacpp))
    print(f"READY {server.listening_address}/v1", flush=True)
    signal.pause()


if __name__ == "__main__":
    main()
