// `nl-dump replay FILE --netns NS`: sends the requests of a capture again in a namespace, and tells whether they are
// answered as they were.
import picocolors from 'picocolors'
import { type Planned, planOf, type Words } from '../replay/plan.ts'
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
} satisfies Options & Record<keyof Words, unknown>

export const command: Command = {
  options: {
    netns: { value: 'NETNS', help: 'where the requests are sent: the name of a namespace, or its path' },
    'dry-run': { help: 'shows what would be sent, and what is renewed in it; needs no kernel and no privilege' },
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
    if (planned.length === 0 && !isBroken) io.err(`nl-dump: ${file}: there is no request in it\n`)
    const isRefused = planned.some(({ refusals }) => refusals.length > 0)
    if (isDry) for (const request of planned) await io.out(report.request(request))
    else if (isRefused) refuse(planned, io)
    else if (!(await play(planned, netns, report, io))) return 1
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
  const kinds = Object.keys(MEANING) as (keyof Words)[]
  return Object.fromEntries(kinds.map(kind => [kind, meaningsOf(kind, values[kind])])) as unknown as Words
}

function meaningsOf(kind: string, texts: Given['values'][string]): ReadonlyMap<number, string> {
  const list = Array.isArray(texts) ? (texts as readonly string[]) : []
  return new Map(
    list.map(text => {
      const found = /^(\d{1,10})=(.+)$/.exec(text)
      if (!found) throw new UsageError(`--${kind} ${text}: a number, '=' and a name are wanted, as --${kind} 9=name`)
      return [Number(found[1]), found[2]!]
    }),
  )
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

/** Answers whether all was answered as it was. */
async function play(planned: readonly Planned[], netns: string, report: Report, io: Io): Promise<boolean> {
  const stage = opened(netns, io)
  if (!stage) return false
  try {
    if (!isPrepared(planned, stage, io)) return false
    const player = new Play(stage)
    const outcomes: Outcome[] = []
    for (const request of planned) {
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
  for (const { number, message, renewals } of planned)
    for (const { kind, name } of renewals) {
      try {
        stage.prepare(kind, name)
      } catch (error) {
        if (!isRefusal(error)) throw error
        isGood = false
        io.err(`nl-dump: #${number} ${message.typeName}: ${error.message}\n`)
      }
    }
  if (!isGood) io.err('nl-dump: nothing was sent\n')
  return isGood
}
