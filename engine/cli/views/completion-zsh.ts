import type { CompletedCommand } from './completion.ts';
import { commandPattern, type Dialect, flagCase, flagPattern, valueCase, wordCase } from './completion-posix.ts';

const dialect: Dialect = {
  file: '_files',
  directory: '_files -/',
  target: '_m3forge_targets',
  words: (list) => `compadd -- ${list.join(' ')}`,
};

/** A script for zsh: sourced, or put into a file \`_m3forge\` of the function path. */
export const zshCompletion = (commands: readonly CompletedCommand[]): string => `#compdef m3forge
# Completion of m3forge for zsh:
#     source <(m3forge completion zsh)
_m3forge_targets() {
  local -a names
  names=("\${(@f)$(m3forge completion --targets "\${context[@]}" 2>/dev/null)}")
  compadd -a names
}
_m3forge() {
  local current=\${words[CURRENT]} previous=\${words[CURRENT - 1]} command='' word at
  local -a context
  if [[ $current == --*=* ]]; then
    previous=\${current%%=*}
    compset -P '*='
  fi
  for ((at = 2; at < CURRENT; at++)); do
    word=\${words[at]}
    case "$word" in
      --chdir|--config)
        ((at + 1 < CURRENT)) && context+=("$word" "\${words[at + 1]}")
        ((at++)) ;;
      ${flagPattern(commands)}) ((at++)) ;;
      --chdir=*|--config=*) context+=("$word") ;;
      -*) ;;
      *) if [[ -z $command ]]; then
          command=$word
        else
          case "$command $word" in
            ${commandPattern(commands)}) command="$command $word" ;;
          esac
        fi ;;
    esac
  done
${valueCase(commands, dialect)}
  if [[ $current == -* ]]; then
${flagCase(commands, dialect)}
    return
  fi
${wordCase(commands, dialect)}
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _m3forge "$@"; else compdef _m3forge m3forge; fi`;
