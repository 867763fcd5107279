// Help, in iproute2's notation, for what is there: the programs' own here; an object's stands with its grammar, as HELP.
import { CommandError, USAGE } from './errors.ts'
import { BRIDGE_OBJECTS, IP_OBJECTS, type Objects, OWN_OBJECTS, TC_OBJECTS } from './objects.ts'
import type { Words } from './words.ts'

const WIDTH = 100

/** Words with `between` in lines as wide as the help, those behind the first indented. */
function lines(words: readonly string[], between: string, indent: number): string {
  const all = ['']
  for (const word of words) {
    const line = all.at(-1)!
    if (line !== '' && indent + line.length + between.length + word.length > WIDTH) all.push(word)
    else all[all.length - 1] = line === '' ? word : line + between + word
  }
  return all.join(`${between.trimEnd()}\n${' '.repeat(indent)}`)
}
const listed = (objects: Objects): string => lines(Object.keys(objects), ' | ', 13)
/** Behind `       netloom bridge         `. */
const folded = (text: string): string => lines(text.split(' '), ' ', 30)

/** `%` stands for the program's name. */
const PROGRAMS: Readonly<Record<string, () => string>> = {
  ip: () => `Usage: % [ OPTIONS ] OBJECT { COMMAND | help }
       % [ -force ] -batch { FILE | - }
OBJECT  := { ${listed(IP_OBJECTS)} }   (l, a, addr, … will do)
OPTIONS := { -j[son] | -p[retty] | -d[etails] | -s[tatistics] | -br[ief] | -o[neline] |
             -4 | -6 | -0 | -M | -B | -f[amily] { inet | inet6 | mpls | bridge | link } |
             -n[etns] NAME | -a[ll] | -h[uman-readable] | -iec | -N[umeric] | -r[esolve] |
             -t[imestamp] | -ts[hort] | -echo | -l[oops] COUNT | -rc[vbuf] BYTES |
             -c[olor][={ always | auto | never }] | -V[ersion] | --help }
`,
  bridge: () => `Usage: % [ OPTIONS ] OBJECT { COMMAND | help }
       % [ -force ] -batch { FILE | - }
OBJECT  := { ${listed(BRIDGE_OBJECTS)} }
OPTIONS := { -j[son] | -p[retty] | -d[etails] | -s[tatistics] | -o[neline] | -n[etns] NAME |
             -4 | -6 | -f[amily] { inet | inet6 } | -t[imestamp] | -ts[hort] |
             -c[olor][={ always | auto | never }] | -com[pressvlans] | -V[ersion] }
`,
  tc: () => `Usage: % [ OPTIONS ] OBJECT { COMMAND | help }
       % [ -force ] -batch { FILE | - }
OBJECT  := { ${listed(TC_OBJECTS)} }
OPTIONS := { -j[son] | -p[retty] | -d[etails] | -s[tatistics] | -r[aw] | -g[raph] | -o[neline] |
             -br[ief] | -n[etns] NAME | -N[umeric] | -iec | -t[imestamp] | -ts[hort] |
             -nm | -na[mes] | { -cf | -conf } FILE |
             -col[or][={ always | auto | never }] | -V[ersion] }
`,
}

const own = (): string => `
Beyond ip's:
${Object.entries(OWN_OBJECTS)
  .map(([name, { about }]) => `       % ${name.padEnd(14)} ${folded(about)}\n`)
  .join('')}       % --rootless …   the command in namespaces made for it alone, as an ordinary user too
                        (needs util-linux's unshare, and a kernel that permits user namespaces)
Called through a link named ip, bridge, tc or brctl, it behaves as that command.

Examples:
       % netns add ns1
       % link add veth1 type veth peer name veth2 netns ns1
       % link add br0 type bridge
       % link set veth1 master br0 up
       % -n ns1 addr add 192.0.2.11/24 dev veth2
       % -j -p addr show
       % netns exec ns1 ping 192.0.2.10
       % brctl show
`

/** The help of a program: `netloom` and `ip` have the same objects, and netloom a few of its own. */
export function programHelp(program: string): string {
  const text = (PROGRAMS[program] ?? PROGRAMS['ip']!)()
  return (program === 'netloom' ? text + own() : text).replaceAll('%', program)
}

/**
 * Thrown for `help` of an object, whose HELP is `text`: iproute2 prints it on stderr and exits with 255. `program`: the one
 * whose object it is, where netloom has it inside: `netloom bridge fdb`.
 */
export function usage(words: Words, text: string, program?: string, status = USAGE): CommandError {
  const called = words.all[0] ?? 'netloom'
  const name = program === undefined || called === program ? called : `${called} ${program}`
  return new CommandError(status, text.replaceAll('%', name).trimEnd())
}
