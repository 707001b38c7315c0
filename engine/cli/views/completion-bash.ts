import type { CompletedCommand } from './completion.ts';
import { commandPattern, type Dialect, flagCase, flagPattern, valueCase, wordCase } from './completion-posix.ts';

const dialect: Dialect = {
  file: '_m3forge_paths -f',
  directory: '_m3forge_paths -d',
  target: '_m3forge_targets',
  words: (list) => `_m3forge_words ${list.join(' ')}`,
};

/** A script that bash sources. */
export const bashCompletion = (commands: readonly CompletedCommand[]): string => `# Completion of m3forge for bash:
#     source <(m3forge completion bash)
_m3forge_words() {
  local word
  for word in "$@"; do
    [[ $word == "$current"* ]] && COMPREPLY+=("$word")
  done
}
_m3forge_paths() {
  local path
  compopt -o filenames 2>/dev/null
  while IFS= read -r path; do
    COMPREPLY+=("$path")
  done < <(compgen "$1" -- "$current")
}
_m3forge_targets() {
  local name
  while IFS= read -r name; do
    [[ $name == "$current"* ]] && COMPREPLY+=("$name")
  done < <(m3forge completion --targets "\${context[@]}" 2>/dev/null)
}
_m3forge() {
  COMPREPLY=()
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} command='' word at
  local -a context=()
  # "--flag=value" comes in three words.
  if [[ $current == '=' ]]; then current=''; elif [[ $previous == '=' ]]; then previous=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    case "$word" in
      --chdir|--config)
        [[ \${COMP_WORDS[at + 1]} == '=' ]] && ((at++))
        ((at + 1 < COMP_CWORD)) && context+=("$word" "\${COMP_WORDS[at + 1]}")
        ((at++)) ;;
      ${flagPattern(commands)})
        [[ \${COMP_WORDS[at + 1]} == '=' ]] && ((at++))
        ((at++)) ;;
      -*|=) ;;
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
complete -F _m3forge m3forge`;
