// Twin namespaces: the same command by the real `ip`, `bridge`, `tc` or `brctl` in one and by ours in the other. What they
// print, their exit status and the first line of what they complain of must be the same, and so must be what the kernel
// has afterwards. A list of commands is text, a line each: they build on one another.
import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Host } from '../../../src/cli/host.ts'
import { machine } from '../../../src/cli/host.ts'
import { main } from '../../../src/cli/main.ts'
import { createNamed, deleteNamed } from '../../../src/netns/named.ts'

export interface Result {
  readonly out: string
  readonly err: string
  readonly status: number
}

/** Each twin has a namespace to work in, and another one to move things to: OTHER in a command. */
interface Side {
  readonly work: string
  readonly other: string
}
const THEIRS: Side = { work: 'theirs', other: 'theirs-other' }
export const OURS: Side = { work: 'ours', other: 'ours-other' }

/** What is compared: standard output, the first line of standard error, the exit status, and what the kernel has. */
const FACETS = ['out', 'complaint', 'status', 'state'] as const
type Facet = (typeof FACETS)[number]

export interface TwinOptions {
  /** Commands whose JSON tells what the kernel has, `ip -d -j addr` where it is left out. */
  readonly state?: readonly string[]
  /** Makes equal what differs by nature here, behind what is made equal in every list. */
  readonly plain?: (text: string) => string
}

const STATE = ['ip -d -j addr']

/**
 * Compares a list of commands. A line may end in ` ## FACET: REASON` where we differ on purpose: then that facet must
 * differ, and the others must not. docs/ has the table of them.
 */
export function twins(title: string, list: string, options: TwinOptions = {}): void {
  describe(title, () => {
    beforeAll(() => {
      for (const side of [THEIRS, OURS]) for (const name of [side.work, side.other]) createNamed(name)
    })
    afterAll(() => {
      for (const side of [THEIRS, OURS]) for (const name of [side.work, side.other]) deleteNamed(name)
    })
    it.each(list.trim().split('\n'))('%s', line => same(line, options))
  })
}

async function same(line: string, options: TwinOptions): Promise<void> {
  const [command = '', note = ''] = line.split(' ## ')
  const [differs] = note.split(':')
  if (note !== '' && !FACETS.includes(differs as Facet))
    throw new Error(`## ${note}: it names none of ${FACETS.join(', ')}`)
  const told = ({ out, err, status }: Result): Readonly<Record<string, unknown>> => ({
    out: plain(out, options),
    complaint: plain(err, options).split('\n')[0] ?? '',
    status,
  })
  const compare = async (): Promise<void> => {
    const [expected, found] = [told(theirs(command)), told(await ours(command))]
    for (const facet of Object.keys(expected)) {
      if (facet === differs) expect(found[facet], facet).not.toEqual(expected[facet])
      else expect(found[facet], facet).toEqual(expected[facet])
    }
  }
  // What is only looked at may be asked again: the kernel tells a change of carrier up to a second later.
  if (!CHANGES.test(command)) return settled(compare)
  await compare()
  if (differs !== 'state') await settled(() => expect(stateOf(OURS, options)).toEqual(stateOf(THEIRS, options)))
}

/** Commands behind which the kernel is compared too. */
const CHANGES =
  / (add|append|prepend|set|del|delete|change|replace|flush|attach|a a|(add|del)(br|if)|set\w+|stp|hairpin)( |$)/

const stateOf = (side: Side, options: TwinOptions): unknown =>
  (options.state ?? STATE).map(command => {
    const [program = '', ...args] = wordsOf(command, side)
    return JSON.parse(
      plain(spawn(program, ['-n', side.work, ...args]).out || '[]', options)
        .replace(/ T/g, '0')
        .replace(/:N/g, ':0'),
    )
  })

/** Until it holds, each twin in its own time. */
async function settled(compare: () => void | Promise<void>): Promise<void> {
  for (let tries = 6; tries > 1; tries--) {
    try {
      return await compare()
    } catch {
      await new Promise(resolve => setTimeout(resolve, 400))
    }
  }
  await compare()
}

const wordsOf = (command: string, side: Side): string[] =>
  (command.match(/'[^']*'|\S+/g) ?? []).map(word => word.replace(/^'|'$/g, '').replaceAll('OTHER', side.other))

export function spawn(program: string, args: readonly string[]): Result {
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: 'utf8' })
  return { out: stdout, err: stderr, status: status ?? 128 }
}

function theirs(command: string): Result {
  const [program = '', ...args] = wordsOf(command, THEIRS)
  return program === 'brctl'
    ? spawn('ip', ['netns', 'exec', THEIRS.work, 'brctl', ...args])
    : spawn(program, ['-n', THEIRS.work, ...args])
}

/** Runs a command of ours in the namespace of {@link OURS}. */
export async function ours(command: string): Promise<Result> {
  const [program = '', ...args] = wordsOf(command, OURS)
  let out = ''
  let err = ''
  const host: Host = {
    ...machine,
    open: netns => machine.open(netns ?? OURS.work),
    out: text => void (out += text),
    err: text => void (err += text),
  }
  const status = await main(program === 'brctl' ? args : ['-n', OURS.work, ...args], program, host)
  return { out, err, status }
}

/** What differs by nature: names of the twins, running timers, counters of what the kernel sends by itself. */
function plain(text: string, options: TwinOptions): string {
  const same = text
    .replaceAll(THEIRS.work, 'WORK')
    .replaceAll(OURS.work, 'WORK')
    .replace(/(_timer"?:?) *\d+\.\d\d/g, '$1 T')
    .replace(/(timer\t+) *\d+\.\d\d/g, '$1T')
    // `ip` leaves empty objects for what it filters out.
    .replace(/\{\},|,\{\}|\{\}(?=\])/g, '')
    // Addresses that the kernel chose.
    .replace(/\b(?!(?:02|00|ff|01|33):)[0-9a-f]{2}(:[0-9a-f]{2}){5}\b/g, 'MAC')
    .replace(/valid_lft \d+sec preferred_lft \d+sec/g, 'valid_lft N preferred_lft N')
    .replace(/("(valid|preferred)_life_time"):\d+/g, '$1:N')
  return options.plain ? options.plain(same) : same
}
