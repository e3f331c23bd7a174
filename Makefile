# make help says what there is.

# Without it SwiftPM rebuilds Hummingbird at random: the order of trait flags follows the hash seed.
export SWIFT_DETERMINISTIC_HASHING := 1
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help build run test test-long fuzz bench-store bench-intake bench-judgement lint proto clean deps-build deps-run deps-test deps-bench

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 20

deps-build deps-run deps-test deps-bench: deps-%:
	@.ci/deps $*

build: deps-build ## the programs, optimized, in .build/release
	@for product in poolwatchd poolwatch poolsim; do swift build -c release --product $$product; done

run: deps-run build ## the whole way of a reading on this machine; DEMO_SECONDS=60 stops by itself
	@/usr/bin/python3 Simulators/demo.py

test: deps-test build ## the whole suite: unit, integration with real parts, fuzzing, crash trials
	swift build --build-tests
	swift test --skip-build --no-parallel
	.ci/systemd-verify
	.ci/sandbox
	.ci/fuzz
	swift build -c release --product crashtrials
	"$$(swift build -c release --show-bin-path)/crashtrials" ci
	@for product in storetrials storeworker diskfaults soak; do swift build -c release --product $$product; done
	"$$(swift build -c release --show-bin-path)/storetrials" ci
	"$$(swift build -c release --show-bin-path)/soak" ci
	"$$(swift build -c release --show-bin-path)/diskfaults" ci
	swift build -c release --sanitize=thread --scratch-path .build/tsan --product storerace
	.build/tsan/release/storerace

test-long: deps-test build ## the trials and the soak at full length
	swift build -c release --product crashtrials
	"$$(swift build -c release --show-bin-path)/crashtrials" long
	@for product in storetrials storeworker diskfaults soak; do swift build -c release --product $$product; done
	"$$(swift build -c release --show-bin-path)/storetrials" long
	"$$(swift build -c release --show-bin-path)/soak" long
	"$$(swift build -c release --show-bin-path)/diskfaults" long

fuzz: deps-test ## made-up payloads and topics against each decoder; SECONDS=60 for each
	@.ci/fuzz $(or $(SECONDS),60)

bench-store: deps-bench ## the store's speed and size beside its peers; JSON=FILE writes them
	@Benchmarks/bench-store $(if $(JSON),--json $(JSON))

bench-intake: deps-bench ## intake's speed beside plain C; JSON=FILE writes it, REFERENCE=DIR names more peers
	@Benchmarks/bench-intake $(if $(JSON),--json $(JSON)) $(if $(REFERENCE),--reference $(REFERENCE))

bench-judgement: deps-bench ## judgement's speed and memory; JSON=FILE writes them
	@Benchmarks/bench-judgement $(if $(JSON),--json $(JSON))

lint: ## format, imports, walls
	swift format lint --strict --recursive Sources Tests Simulators Benchmarks/Sources
	swift build --build-tests --explicit-target-dependency-import-check error
	.ci/walls

proto: ## the Swift of Sources/Decoding/Protocol, with protoc from Debian's protobuf-compiler
	swift package resolve
	swift build --package-path .build/checkouts/swift-protobuf --scratch-path .build/proto --product protoc-gen-swift
	protoc --plugin=.build/proto/debug/protoc-gen-swift --swift_opt=Visibility=Internal \
	  --swift_opt=UseAccessLevelOnImports=true --proto_path=Sources/Decoding/Protocol \
	  --swift_out=.build/proto sparkplug_payload.proto
	mv .build/proto/sparkplug_payload.pb.swift Sources/Decoding/SparkplugPayload.pb.swift

clean: ## removes everything that was built
	rm -rf .build
