// `nl-dump replay FILE --netns NS`: sends the requests of a capture again in a namespace, and tells whether they are
// answered as they were.
import { setTimeout as sleep } from 'node:timers/promises'
import picocolors from 'picocolors'
import { type Meanings, type Planned, planOf, type Words } from '../replay/plan.ts'
import { isGood, isRefusal, type Outcome, Play } from '../replay/play.ts'
import { Recording } from '../replay/recording.ts'
import { jsonReport, type Report, textReport } from '../replay/report.ts'
import { Stage } from '../replay/stage.ts'
import type { Command } from './command.ts'
import { eachDatagram, fileInput } from './input.ts'
import { type Io, UsageError } from './io.ts'
import { CHOOSING, colorsOf, filterOf, type Given, type Options, protocolOf, READING, SHOWING } from './options.ts'

/** What numbers of the recorded machine are called here. */
const MEANING = {
  fd: {
    value: 'N=NETNS',
    isMany: true,
    help: 'file descriptor N of the recorded program is this namespace, by name or path',
  },
  pid: { value: 'N=NETNS', isMany: true, help: 'process N of the recorded machine: this namespace is its' },
  nsid: { value: 'N=NETNS', isMany: true, help: 'namespace id N of the recorded namespace is this one' },
  link: { value: 'N=NAME', isMany: true, help: 'index N of the recorded namespace is the link of this name' },
  family: {
    value: 'N=NAME',
    isMany: true,
    help: 'generic netlink family N of the recorded machine is the one of this name',
  },
} satisfies Options & Record<keyof Meanings, unknown>

export const command: Command = {
  options: {
    netns: { value: 'NETNS', help: 'where the requests are sent: the name of a namespace, or its path' },
    'dry-run': { help: 'shows what would be sent, and what is renewed in it; needs no kernel and no privilege' },
    pace: { help: 'waits between requests as long as the recorded program did: what comes of itself, comes in time' },
    in: { value: 'THERE=HERE', isMany: true, help: 'what was said inside namespace THERE is said inside HERE' },
    ...MEANING,
    verbose: { short: 'v', help: 'every difference, a line each' },
    json: { help: 'one JSON object a request, a line each' },
    color: SHOWING.color,
    ...CHOOSING,
    ...READING,
  },
  async run(given, io) {
    const [file, ...more] = given.operands
    if (file === undefined || more.length > 0) throw new UsageError("replay takes one file ('-' is standard input)")
    const isDry = given.values['dry-run'] === true
    const netns = netnsOf(given, isDry)
    const report = reportOf(given, io)
    const words = wordsOf(given)
    const { planned, isBroken } = await read(file, given, words, io)
    if (planned.length === 0) {
      if (!isBroken) io.err(`nl-dump: ${file}: there is no request in it\n`)
      return 1
    }
    const isRefused = planned.some(({ refusals }) => refusals.length > 0)
    if (isDry) for (const request of planned) await io.out(report.request(request))
    else if (isRefused) refuse(planned, io)
    else if (!(await play(planned, { netns, report, isPaced: given.values['pace'] === true }, io))) return 1
    return isRefused || isBroken ? 1 : 0
  },
}

/** Nobody replays onto the machine's own network by accident. */
function netnsOf({ values }: Given, isDry: boolean): string {
  const netns = values['netns']
  if (typeof netns === 'string' && netns !== '') return netns
  if (isDry) return ''
  throw new UsageError(
    '--netns NETNS is missing: the namespace, by name or path, in which the requests are to be sent. It must be said, so ' +
      "that nothing is changed on this machine by accident; 'ip netns add again' makes one, and --dry-run sends nothing",
  )
}

function reportOf({ values }: Given, io: Io): Report {
  const colors = picocolors.createColors(colorsOf(values['color'], io))
  if (!values['json']) return textReport(colors, values['verbose'] === true)
  if (values['verbose']) throw new UsageError('--json and --verbose exclude each other')
  return jsonReport
}

function wordsOf({ values }: Given): Words {
  const kinds = Object.keys(MEANING) as (keyof Meanings)[]
  const meanings = kinds.map(kind => {
    const pairs = pairsOf(kind, values[kind], /^\d{1,10}$/, `a number, '=' and a name are wanted, as --${kind} 9=name`)
    return [kind, new Map(pairs.map(([there, here]) => [Number(there), here]))] as const
  })
  const inside = pairsOf('in', values['in'], /./, 'two namespaces are wanted, there and here: --in ns1=again1')
  return { ...(Object.fromEntries(meanings) as unknown as Meanings), in: new Map(inside) }
}

/** `THERE=HERE`, each time that the option is given. */
function pairsOf(option: string, given: Given['values'][string], there: RegExp, wanted: string): [string, string][] {
  return (Array.isArray(given) ? (given as readonly string[]) : []).map(text => {
    const at = text.indexOf('=')
    const pair: [string, string] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)]
    if (at < 0 || !there.test(pair[0]) || pair[1] === '') throw new UsageError(`--${option} ${text}: ${wanted}`)
    return pair
  })
}

async function read(
  file: string,
  given: Given,
  words: Words,
  io: Io,
): Promise<{ readonly planned: readonly Planned[]; readonly isBroken: boolean }> {
  const filter = filterOf(given)
  const input = fileInput(file, io)
  const recording = new Recording()
  let isBroken = false
  const problem = (place: string, text: string): void => {
    isBroken = true
    io.err(`nl-dump: ${input.title}: ${place ? `${place}: ` : ''}${text}\n`)
  }
  await eachDatagram(input, protocolOf(given), recording.conversation, problem, (messages, datagram) => {
    for (const message of messages) {
      const isWanted = !filter || filter(message, { direction: datagram.direction })
      const wrong = recording.add(message, datagram, isWanted)
      if (wrong !== undefined) problem(datagram.place, `${wrong}: it is not sent`)
    }
  })
  return { planned: planOf(recording.finish(), words), isBroken }
}

function refuse(planned: readonly Planned[], io: Io): void {
  for (const { number, message, refusals } of planned)
    for (const text of refusals) io.err(`nl-dump: #${number} ${message.typeName}: ${text}\n`)
  io.err('nl-dump: nothing was sent\n')
}

interface How {
  readonly netns: string
  readonly report: Report
  readonly isPaced: boolean
}

/** Answers whether all was answered as it was. */
async function play(planned: readonly Planned[], { netns, report, isPaced }: How, io: Io): Promise<boolean> {
  const stage = opened(netns, io)
  if (!stage) return false
  try {
    if (!isPrepared(planned, stage, io)) return false
    const player = new Play(stage)
    const outcomes: Outcome[] = []
    const pace = new Pace()
    for (const request of planned) {
      if (isPaced) await pace.until(request.datagram.time)
      const outcome = player.send(request)
      outcomes.push(outcome)
      await io.out(report.request(request, outcome))
    }
    await io.out(report.total(outcomes))
    return outcomes.every(isGood)
  } finally {
    stage.close()
  }
}

/** The recorded times, from the first request on. */
class Pace {
  private first: { readonly recorded: bigint; readonly now: number } | undefined

  async until(time: bigint | undefined): Promise<void> {
    if (time === undefined) return
    this.first ??= { recorded: time, now: performance.now() }
    const milliseconds = Number(time - this.first.recorded) / 1e6 - (performance.now() - this.first.now)
    if (milliseconds > 0) await sleep(milliseconds)
  }
}

function opened(netns: string, io: Io): Stage | undefined {
  try {
    return new Stage(netns)
  } catch (error) {
    if (!isRefusal(error)) throw error
    io.err(`nl-dump: --netns ${netns}: ${error.message}\n`)
    return undefined
  }
}

/** Whether the namespaces and families that are told are there; looked at before anything is sent. */
function isPrepared(planned: readonly Planned[], stage: Stage, io: Io): boolean {
  let isGood = true
  for (const { number, message, renewals, inside } of planned)
    try {
      const place = stage.at(inside?.here)
      for (const { kind, name } of renewals) place.prepare(kind, name)
    } catch (error) {
      if (!isRefusal(error)) throw error
      isGood = false
      io.err(`nl-dump: #${number} ${message.typeName}: ${error.message}\n`)
    }
  if (!isGood) io.err('nl-dump: nothing was sent\n')
  return isGood
}
