# The front door. Every target does its own set-up; run `make help` for the list.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Debian packages that are built against, the compiler for the plugin tests, and for those of HTTP a server that speaks
# HTTP/2 (nghttpx) and certificates (openssl).
PACKAGES := libjansson-dev libpng-dev libdeflate-dev libpcre2-dev libyaml-dev libcurl4-openssl-dev libmicrohttpd-dev zlib1g-dev libavformat-dev libavcodec-dev libswscale-dev libswresample-dev libavutil-dev libseccomp-dev nghttp2-proxy curl openssl pkg-config gcc g++ python3 python3-venv
PREFIX ?= /usr/local
SWIFT_BUILD := swift build
INSTALL_BUILD := CUPEL_RELOCATABLE=1 $(SWIFT_BUILD) -c release --scratch-path .build/install -Xswiftc -no-toolchain-stdlib-rpath

# llama.cpp's library, for the plugin `llama`. Named to the build, so that SwiftPM reads Package.swift again once it is there.
LLAMA := $(CURDIR)/.venv/llama
LLAMA_PACKAGE := llama-cpp-python==0.3.36
export CUPEL_LLAMA_PREFIX ?= $(shell [ -e "$(LLAMA)/prefix/lib/libllama.so" ] && echo "$(LLAMA)/prefix")

.PHONY: help demo test check bench fuzz install check-install check-peers check-api check-clients check-threads fmt setup toolchain packages llama

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: setup ## grade the shipped examples, show the results, ask the server
	@$(SWIFT_BUILD) --quiet
	@Examples/demo.sh "$$($(SWIFT_BUILD) --show-bin-path)/cupel"

test: setup llama ## build and run every test
	@$(SWIFT_BUILD) --build-tests
	@# Those that run the built program wait on the threads that the others are answered on: by themselves.
	@Tests/run --skip '^EndToEndTests\.'
	@Tests/run --filter '^EndToEndTests\.'

check: setup ## format lint, warnings as errors, layout rules
	@swift format lint --recursive --strict Package.swift Sources Plugins Tests
	@Tests/Layout/check.sh
	@$(SWIFT_BUILD) --build-tests --quiet

bench: setup ## every benchmark, as ratios against a named peer
	@$(SWIFT_BUILD) -c release --quiet
	@for run in Benchmarks/*/run; do "$$run"; done

FUZZ_SECONDS ?= 60
fuzz: setup ## broken files through each decoder, a minute unless FUZZ_SECONDS says otherwise
	@for decoder in png ffmpeg; do Tests/Fuzz/run "$$decoder" "$(FUZZ_SECONDS)"; done

check-threads: setup ## the tests of what threads share, under the thread sanitizer; builds into .build/threads
	@Tests/Threads/run

fmt: toolchain ## lay out all Swift files
	@swift format --in-place --recursive Package.swift Sources Plugins Tests

install: setup ## a relocatable tree: make install PREFIX=/opt/cupel
	@$(INSTALL_BUILD) --quiet
	@Tests/Layout/install.sh "$$($(INSTALL_BUILD) --show-bin-path)" "$(DESTDIR)$(PREFIX)"

check-install: setup ## installs into a temporary folder, moves it and grades from there
	@Tests/Layout/check-install.sh

check-peers: setup ## against model servers that others wrote; installs them into .build/peers
	@$(SWIFT_BUILD) --quiet
	@python3 Tests/Peers/run.py "$$($(SWIFT_BUILD) --show-bin-path)/cupel" .build/peers

check-api: setup ## the server against its OpenAPI document (schemathesis); installs it into .build/api
	@$(SWIFT_BUILD) --quiet
	@python3 Tests/API/run.py "$$($(SWIFT_BUILD) --show-bin-path)/cupel" .build/api

check-clients: setup ## training loops' own clients against the server; installs them into .build/clients
	@$(SWIFT_BUILD) --quiet
	@python3 Tests/Clients/run.py "$$($(SWIFT_BUILD) --show-bin-path)/cupel" .build/clients

setup: toolchain packages

toolchain:
	@command -v swift >/dev/null || { echo "make: no Swift toolchain found. Install Swift 6.2 or later from swift.org/install and put its usr/bin on PATH." >&2; exit 1; }
	@version=$$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+)\.([0-9]+).*/\1 \2/p' | head -n 1); \
	read -r major minor <<<"$$version"; \
	(( major > 6 || (major == 6 && minor >= 2) )) || { echo "make: Swift $$major.$$minor is too old; Cupel needs 6.2 or later (swift.org/install)." >&2; exit 1; }

# dpkg -s answers in milliseconds when all is there, so a second run installs nothing.
packages:
	@if ! dpkg -s $(PACKAGES) >/dev/null 2>&1; then \
	  echo "Installing $(PACKAGES)"; \
	  sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq $(PACKAGES) >/dev/null; \
	fi

# Without the library everything else is built and tested; the tests of its plugin are left out, and it is said.
llama: toolchain packages ## llama.cpp's library, for the plugin llama: about 5 minutes, once
	@[ -n "$(CUPEL_LLAMA_PREFIX)" ] || { \
	  echo "Building llama.cpp's library in .venv/llama"; \
	  python3 -m venv "$(LLAMA)" && "$(LLAMA)/bin/pip" install --quiet "$(LLAMA_PACKAGE)" && \
	  ln -sfn "$$("$(LLAMA)/bin/python" -c 'import sysconfig; print(sysconfig.get_path("platlib"))')" "$(LLAMA)/prefix"; \
	} || echo "make: llama.cpp's library could not be had: the plugin llama is not built, and LlamaTests are skipped" >&2
