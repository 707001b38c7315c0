#!/usr/bin/env bash
# Plan in one job, apply in another. The plan that a person read is the plan that is applied: if anything that it rests
# on moves in between, apply refuses it with exit code 5.
#
#     release.sh plan  DIRECTORY    writes release.plan, plan.json and plan.md there, for people and for the next job
#     release.sh apply DIRECTORY    applies release.plan, if there is anything to apply
set -euo pipefail

job=${1:-}
directory=${2:-.}

case $job in
  plan)
    # With --detailed-exitcode, 0 means that there is nothing to do, 2 that there are changes, and all else is a problem.
    code=0
    m3forge plan --detailed-exitcode --out "$directory/release.plan" \
      --json-into "$directory/plan.json" --markdown-into "$directory/plan.md" || code=$?
    case $code in
      0) rm -f "$directory/release.plan" && echo "nothing to release" ;;
      2) echo "review $directory/plan.md" ;;
      *) exit "$code" ;;
    esac
    ;;
  apply)
    if [ ! -e "$directory/release.plan" ]; then
      echo "nothing to release"
      exit 0
    fi
    # A saved plan is applied without a question; what happens is told as one JSON object on each line.
    m3forge apply "$directory/release.plan" --json | tee "$directory/apply.ndjson"
    ;;
  *)
    echo "usage: release.sh plan|apply DIRECTORY" >&2
    exit 1
    ;;
esac
