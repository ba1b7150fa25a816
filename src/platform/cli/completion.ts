/** A command with its options and subcommands, for completion. */
export interface CommandTree {
  name: string;
  description: string;
  options: readonly { flag: string; description: string; values: readonly string[] }[];
  commands: readonly CommandTree[];
  /** What its arguments may be, where that is a list. */
  values: readonly string[];
}

export const SHELLS = ['bash', 'zsh'] as const;
export type Shell = (typeof SHELLS)[number];

/** Returns a completion script for `tree`. */
export function completionScript(shell: Shell, tree: CommandTree): string {
  return shell === 'bash' ? bashScript(tree) : zshScript(tree);
}

/** A command path as typed after the program name; empty for the program itself. */
interface Place {
  path: string;
  command: CommandTree;
}

function placesOf(command: CommandTree, path = ''): Place[] {
  const under = command.commands.flatMap((each) => placesOf(each, path === '' ? each.name : `${path} ${each.name}`));
  return [{ path, command }, ...under];
}

const wordsOf = ({ options, commands, values }: CommandTree): string[] => [
  ...commands.map(({ name }) => name),
  ...values,
  ...options.map(({ flag }) => flag),
];

/**
 * Generates code that finds the current command: it follows the words that are commands and skips options and their
 * values.
 */
function walk(places: readonly Place[], words: string): string {
  const paths = places.slice(1).map(({ path }) => `'${path}'`);
  return `  local place= word
  for word in ${words}; do
    case "\${place:+$place }$word" in
      ${paths.join('|')}) place="\${place:+$place }$word" ;;
    esac
  done`;
}

/** Returns the `case` branches for options with a fixed set of values. */
function valueCases(places: readonly Place[], act: (values: readonly string[]) => string): string {
  const lines = places.flatMap(({ path, command }) =>
    command.options
      .filter(({ values }) => values.length > 0)
      .map(({ flag, values }) => `    '${path} ${flag}') ${act(values)} ;;`),
  );
  return lines.join('\n');
}

function bashScript(tree: CommandTree): string {
  const places = placesOf(tree);
  const words = places.map(({ path, command }) => `    '${path}') words='${wordsOf(command).join(' ')}' ;;`);
  return `# Completion of ${tree.name} for bash: source <(./${tree.name} completion bash)
_${tree.name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} words=
${walk(places, '"${COMP_WORDS[@]:1:COMP_CWORD-1}"')}
  case "$place" in
${words.join('\n')}
  esac
  case "$place $before" in
${valueCases(places, (values) => `words='${values.join(' ')}'`)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _${tree.name} ${tree.name} ./${tree.name}
`;
}

function zshScript(tree: CommandTree): string {
  const places = placesOf(tree);
  const words = places.map(({ path, command }) => {
    const described = [
      ...command.commands.map(({ name, description }) => entry(name, description)),
      ...command.values.map((value) => entry(value, '')),
      ...command.options.map(({ flag, description }) => entry(flag, description)),
    ];
    return `    '${path}') entries=(${described.join(' ')}) ;;`;
  });
  return `#compdef ${tree.name}
# Completion of ${tree.name} for zsh: source <(./${tree.name} completion zsh)
_${tree.name}() {
  local -a entries
  local before=\${words[CURRENT-1]}
${walk(places, '"${(@)words[2,CURRENT-1]}"')}
  case "$place" in
${words.join('\n')}
  esac
  case "$place $before" in
${valueCases(places, (values) => `entries=(${values.map((value) => entry(value, '')).join(' ')})`)}
  esac
  _describe '${tree.name}' entries || _files
}
compdef _${tree.name} ${tree.name} ./${tree.name}
`;
}

/** Formats a word and its description for _describe. */
function entry(word: string, description: string): string {
  const text = description === '' ? word : `${word.replaceAll(':', '\\:')}:${description}`;
  return `'${text.replaceAll("'", "'\\''")}'`;
}
