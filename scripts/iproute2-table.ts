// Writes docs/iproute2.md: which commands are run beside the real tools, and what still differs, with the reason. It is
// made of the lists themselves (test/cli/differential), whose lines may end in ` ## FACET: REASON`.
//
//   npm run docs:iproute2
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { IP_ORDER } from '../src/cli/grammar.ts'
import { BRIDGE_OBJECTS, TC_OBJECTS } from '../src/cli/objects.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const LISTS = join(root, 'test/cli/differential')
export const DOCUMENT = join(root, 'docs/iproute2.md')

interface List {
  readonly file: string
  readonly title: string
  readonly commands: readonly Command[]
}
interface Command {
  readonly text: string
  readonly facet?: string
  readonly reason?: string
}

/** The lists of a file: what stands between backticks behind a title. */
function listsOf(file: string): List[] {
  const text = readFileSync(join(LISTS, file), 'utf8')
  const constants = new Map(
    [...text.matchAll(/^const (\w+) = '([^']*)'/gm)].map(([, name, value]) => [name!, value!] as const),
  )
  return [...text.matchAll(/\btwins\(\s*'([^']+)',\s*`([^`]*)`/g)].map(([, title, list]) => ({
    file,
    title: title!,
    commands: list!
      .replace(/\$\{(\w+)\}/g, (whole, name: string) => constants.get(name) ?? whole)
      .split('\n')
      // What makes ready is told in a constant of its own.
      .filter(line => line.trim() !== '' && !/^\$\{\w+\}$/.test(line))
      .map(commandOf),
  }))
}

function commandOf(line: string): Command {
  const [text = '', note] = line.split(' ## ')
  if (note === undefined) return { text }
  const [facet = '', ...reason] = note.split(': ')
  return { text, facet, reason: reason.join(': ') }
}

/** `ip link`, `tc qdisc`: the program and its object, without options. */
function objectOf({ text }: Command): string {
  const [program = '', ...words] = text.split(' ')
  if (program === 'brctl') return program
  const takesValue = /^-(n|netns|f|family|b|batch|l|loops|rc|rcvbuf|cf|conf)$/
  while (words[0]?.startsWith('-')) if (takesValue.test(words.shift()!)) words.shift()
  const [object] = words
  return object === undefined || !/^[a-z]/.test(object) ? program : `${program} ${full(program, object)}`
}

const OBJECTS: Readonly<Record<string, readonly string[]>> = {
  ip: IP_ORDER.map(name => (name === 'neighbor' ? 'neighbour' : name)),
  bridge: Object.keys(BRIDGE_OBJECTS),
  tc: Object.keys(TC_OBJECTS),
}
const full = (program: string, word: string): string =>
  OBJECTS[program]?.find(name => name.startsWith(word)) ?? '(none)'

const FACETS: Readonly<Record<string, string>> = {
  out: 'what is printed',
  complaint: 'the first line of the complaint',
  status: 'the exit status',
  state: 'what the kernel has then',
}

const cell = (text: string): string => text.replaceAll('|', '\\|')

function differences(commands: readonly Command[]): string {
  const rows = commands
    .filter(({ facet }) => facet !== undefined)
    .map(({ text, facet, reason }) => `| \`${cell(text)}\` | ${FACETS[facet!] ?? facet} | ${cell(reason!)} |`)
  if (rows.length === 0) return 'Nothing differs.\n'
  return `| command | what differs | why |\n|---|---|---|\n${rows.join('\n')}\n`
}

/** The document, made of the lists that there are. */
export function document(): string {
  const lists = readdirSync(LISTS)
    .filter(file => file.endsWith('.kernel.test.ts'))
    .sort()
    .flatMap(listsOf)
  const all = lists.flatMap(({ commands }) => commands)
  const differing = all.filter(({ facet }) => facet !== undefined).length
  const counts = new Map<string, number>()
  for (const command of all) counts.set(objectOf(command), (counts.get(objectOf(command)) ?? 0) + 1)
  const objects = [...counts].filter(([name]) => !name.endsWith('(none)')).sort(([a], [b]) => (a < b ? -1 : 1))
  return `${HEAD}
## How much

${all.length} commands in ${lists.length} lists are run through both; in ${differing} of them something differs, and
each says what and why below. Where nothing is said, all four are the same.

| object | commands |
|---|--:|
${objects.map(([name, count]) => `| \`${name}\` | ${count} |`).join('\n')}

## What differs
${lists
  .map(
    ({ title, file, commands }) =>
      `\n### ${title}\n\n${commands.length} commands, \`test/cli/differential/${file}\`.\n\n${differences(commands)}`,
  )
  .join('')}`
}

const HEAD = `# Beside iproute2

<!-- Made by \`npm run docs:iproute2\` of the lists in test/cli/differential: change those, not this. -->

\`netloom\` takes what \`ip\`, \`bridge\`, \`tc\` (iproute2 6.1) and \`brctl\` take. How near it is, is not a matter of opinion:
each command of the lists below is run by the real tool in one network namespace and by netloom in its twin, and
compared are

- what is printed: the text, and with \`-j\` the JSON, character for character,
- the first line of what is complained of (behind it netloom says more: the word that is wrong, what could stand there,
  which is near),
- the exit status,
- and what the kernel has afterwards.

What differs by nature is made equal first: running timers, addresses that the kernel chose, the names of the twins.

The requests themselves are held against the bytes that iproute2 sent (\`fixtures/\`, \`test/cli/requests.test.ts\`), and
what is shown against what it printed of the very same bytes (\`test/cli/show.test.ts\`): also for kinds of link that the
kernel at hand lacks.

## On purpose

- **An abbreviation that could mean several words is refused** where it has one or two letters, instead of taking the
  first; longer ones follow iproute2's order.
- **An unknown word is an error that points at it**, also where iproute2 prints its whole usage instead.
- **A batch goes on with \`-force\`** behind a line that cannot be read; iproute2 ends there. Its line number is always told.
- **A \`#\` in quotes is part of the word** in a batch; iproute2 cuts the line there and misses the quote's end.
- **BPF objects are loaded by netloom itself**, with their maps, global variables and functions; also those with
  iproute2's own \`struct bpf_elf_map\`, which iproute2 with libbpf 1 has lost, and a pinned map of devices, which it takes
  for another one the second time. What takes libbpf (CO-RE, externs, struct_ops, maps of maps, tail calls filled by the
  names of sections) is refused and says so. No BPF file system is mounted on the quiet: only maps that are pinned need
  one. \`export\` of maps over a socket is not there.
- **\`tc -br filter show\` lists in full** where the kernel breaks off what it cannot tell tersely (u32, basic); tc shows
  what came before, and an error.
- **The words of a monitor choose** also of a \`file\`; iproute2 shows all of it.
- A class of \`atm\` is an ATM socket, which is **not opened**, and targets of iptables (\`xt\`, \`ipt\`) are not loaded.
  \`rsvp\`'s \`u32\` without a mask compares four bytes (tc: two), and a number that does not fit its field is an error.
- \`ip address add … proto\`, \`encap-csum6\` and other words of newer versions, or of iproute2's own help, are taken too.
`

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(DOCUMENT, document())
