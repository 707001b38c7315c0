#!/usr/bin/env bash
# What action.yml runs. Everything that it is told comes in variables, so that no text of a pull request is ever a script:
#
#     NUMBER   of the pull request
#     POST     true, false or auto
#     IS_FORK  true where the head is in another repository, and where no event says where it is
#     COMMAND  how m3forge is called
set -euo pipefail

if ! [[ ${NUMBER:-} =~ ^[0-9]+$ ]]; then
  echo "There is no pull request: run this on the event pull_request, or name one by the input pull-request." >&2
  exit 1
fi

case ${POST:-auto} in
  true) post=--post ;;
  false) post= ;;
  auto) if [ "${IS_FORK:-true}" = true ]; then post=; else post=--post; fi ;;
  *)
    echo "The input post is true, false or auto, and not \"$POST\"." >&2
    exit 1
    ;;
esac

# The working tree is that of the base. The head is only read, and it may lie in a fork.
git fetch --quiet --no-tags origin "+refs/pull/$NUMBER/head:refs/remotes/origin/pull/$NUMBER"

read -ra command <<<"${COMMAND:-npx --no-install m3forge}"
run=${GITHUB_RUN_ID:+$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID}
"${command[@]}" preview --pr "$NUMBER" --detail ${run:+--plan-url "$run"} ${post:+"$post"}
