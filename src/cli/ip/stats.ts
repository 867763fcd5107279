// `ip stats`: statistics by group, shown and switched, in iproute2's grammar.
import * as statsOps from '../../ops/stats.ts'
import type { Stats } from '../../route/stats.ts'
import { CommandError, USAGE, USER } from '../errors.ts'
import type { Session } from '../session.ts'
import { finish, type Show } from '../sheet.ts'
import { expected, garbage, type Words } from '../words.ts'
import { LEVELS, STATS_LEAVES, type StatsPath, statsSheet } from './print-stats.ts'

export const HELP = `Usage: % stats help
       % stats show [ dev DEV ] [ group GROUP [ subgroup SUBGROUP [ suite SUITE ] ... ] ... ] ...
       % stats set dev DEV l3_stats { on | off }
GROUP := { link | xstats | xstats_slave | offload | afstats }
xstats SUBGROUP := { bridge [ suite stp ] [ suite mcast ] | bond [ suite 802.3ad ] }
xstats_slave SUBGROUP := { bridge [ suite stp ] [ suite mcast ] | bond [ suite 802.3ad ] }
offload SUBGROUP := { cpu_hit | hw_stats_info | l3_stats }
afstats SUBGROUP := { mpls }
`

const COMMANDS = ['help', 'show', 'set']
/** What iproute2 answers for what it cannot make sense of: errno's EINVAL. */
const EINVAL = 22
const NAME_BYTES = 15

/** Runs `ip stats …`; answers the exit status. Its words are written in full. */
export function statsCommand(words: Words, session: Session): number {
  if (words.done) return show(words, session, session.show)
  const command = words.take('a command')
  if (command === 'help') throw help(words, 0)
  if (command === 'set') return set(words, session)
  if (command !== 'show')
    throw words.fail(
      `Command "${command}" is unknown, try "${words.all[0]} stats help".`,
      expected(command, COMMANDS),
      USER,
    )
  // As iproute2: to show them is a first -s, and details are another.
  const { statistics, details } = session.show
  return show(words, session, { ...session.show, statistics: statistics + 1 + Number(details) })
}

const help = (words: Words, status: number): CommandError =>
  new CommandError(status, HELP.replaceAll('%', words.all[0] ?? 'netloom').trimEnd())

function device(words: Words, before: string | undefined): string {
  const name = words.take('a device')
  if (before !== undefined) throw garbage(words, 'dev', ['dev'])
  if (Buffer.byteLength(name) > NAME_BYTES || /[/\s]/.test(name) || name === '')
    throw words.wrong('"dev" not a valid ifname', `a name has at most ${NAME_BYTES} bytes, no slash and no white space`)
  return name
}

const what = (words: Words, list: readonly string[]): CommandError =>
  words.fail(`What is "${words.last}"?`, expected(words.last, list), EINVAL)

// ── show ───────────────────────────────────────────────────────────────────

/** What stands below a path, by name. */
const below = (path: StatsPath): string[] => [
  ...new Set(
    STATS_LEAVES.filter(leaf => path.every((part, i) => leaf.path[i] === part) && leaf.path.length > path.length).map(
      leaf => leaf.path[path.length]!,
    ),
  ),
]

/** Refuses a path that leads nowhere, in iproute2's words. */
function check(path: StatsPath): void {
  for (const [i, part] of path.entries()) {
    const known = below(path.slice(0, i))
    const inside = i === 0 ? 'top-level' : path[i - 1]!
    if (known.length === 0)
      throw new CommandError(EINVAL, `Error: ${LEVELS[i]} ${part} requested inside leaf ${LEVELS[i - 1]} ${inside}`)
    if (!known.includes(part))
      throw new CommandError(
        EINVAL,
        `Error: no ${LEVELS[i]} named ${part} found inside ${inside}`,
        `netloom: ${expected(part, known)}`,
      )
  }
}

function show(words: Words, session: Session, view: Show): number {
  let dev: string | undefined
  const paths: StatsPath[] = []
  let path: string[] = []
  while (!words.done) {
    const word = words.take()
    const level = LEVELS.indexOf(word as (typeof LEVELS)[number])
    if (word === 'dev') dev = device(words, dev)
    else if (word === 'help') throw help(words, 0)
    else if (level < 0) throw what(words, ['dev', ...LEVELS])
    else {
      const name = words.take(`the name of a ${word}`)
      if (path.length < level)
        throw words.fail(
          `Error: ${word} ${name} requested without selecting a ${LEVELS[path.length]} first`,
          `${LEVELS[path.length]} is missing before it`,
          EINVAL,
        )
      if (path.length > level) {
        check(path)
        paths.push(path)
      }
      path = [...path.slice(0, level), name]
    }
  }
  check(path)
  paths.push(path)
  const leaves = STATS_LEAVES.filter(leaf => paths.some(wanted => wanted.every((part, i) => leaf.path[i] === part)))
  const asked = askFor(leaves.map(leaf => leaf.path))
  const of = (stats: Stats) => leaves.map(leaf => statsSheet(stats, leaf, view, session))
  if (dev !== undefined) {
    const { index } = session.device(dev)
    session.print(finish(of(session.run(statsOps.get({ dev: index, ...asked }))), view))
    return 0
  }
  const all = session.run(statsOps.list(asked)).map(of)
  // An empty line behind each link.
  for (const sheets of all) sheets.at(-1)?.say(view.oneline ? '\\' : '\n')
  session.print(finish(all.flat(), view))
  return 0
}

/** The request's groups, and the parts of `offload` where not all are wanted; the counters come with their info. */
function askFor(paths: readonly StatsPath[]): statsOps.StatsFilter {
  const groups = [...new Set(paths.map(([group]) => group as statsOps.StatsGroup))]
  const parts = paths.filter(([group]) => group === 'offload').map(([, part]) => part!)
  const offload = [...new Set(parts.flatMap(part => (part === 'l3_stats' ? [part, 'hw_stats_info'] : [part])))]
  return parts.length > 0 && offload.length < OFFLOAD_PARTS
    ? { groups, offload: offload as unknown as NonNullable<statsOps.StatsFilter['offload']> }
    : { groups }
}
const OFFLOAD_PARTS = below(['offload']).length

// ── set ────────────────────────────────────────────────────────────────────

function set(words: Words, session: Session): number {
  let dev: string | undefined
  let l3: boolean | undefined
  while (!words.done) {
    const word = words.take()
    if (word === 'dev') dev = device(words, dev)
    else if (word === 'help') throw help(words, 0)
    else if (word === 'l3_stats') {
      const given = words.take('on or off')
      if (l3 !== undefined) throw words.fail('A statistics suite to toggle was already given.', 'one is enough', EINVAL)
      if (given !== 'on' && given !== 'off')
        throw words.fail(
          `Error: argument of "l3_stats" must be one of "off", "on", not "${given}"`,
          'on or off',
          EINVAL,
        )
      l3 = given === 'on'
    } else throw what(words, ['dev', 'l3_stats'])
  }
  if (dev === undefined) throw new CommandError(USAGE, 'Not enough information: "dev" argument is required.')
  if (l3 === undefined) throw new CommandError(USAGE, 'Not enough information: stat type to toggle is required.')
  session.device(dev)
  session.apply(statsOps.set({ dev, l3 }))
  return 0
}
