// A message's first line: number, direction, what it is, what an ack says; then either all that nlmsghdr has (`headLine`,
// above a tree or bytes) or what the message is about (`shortLine`, which stands alone).
import type { Colors } from 'picocolors/types.js'
import { NLM_F_REQUEST, NLMSG_DONE, NLMSG_ERROR } from '../netlink/message.ts'
import type { Relation } from './conversation.ts'
import type { DissectedMessage, Verdict } from './dissected.ts'
import type { Origin } from './json.ts'
import { quoted } from './value.ts'

/** What a short line looks at; DissectedMessage has it all. */
export interface Headed extends Pick<DissectedMessage, 'type' | 'typeName' | 'flags' | 'flagWords'> {
  readonly family?: string | undefined
  readonly verdict?: Verdict | undefined
  readonly malformed?: string | undefined
}

/** `#3 → RTM_NEWLINK  request|ack|create|excl  seq 1795488502  port 0  92 bytes` */
export function headLine(message: DissectedMessage, number: number, origin: Origin, c: Colors): string {
  const { color, arrow } = directionOf(message, origin, c)
  const parts = [
    `${c.dim(`#${number}`)} ${arrow} ${netnsText(origin, c)}${c.bold(color(nameText(message)))}`,
    ...(message.verdict ? [verdictText(message, message.verdict, c)] : []),
    ...measures(message),
    ...(origin.relation ? [relationText(message, origin.relation, c)] : []),
    ...(origin.place ? [c.dim(`(${origin.place})`)] : []),
    ...(message.malformed ? [c.red(`✗ ${message.malformed}`)] : []),
  ]
  return parts.join('  ')
}

/** `#3 → RTM_NEWLINK create|excl veth1 kind=veth`, `#4 ← ok  of #3, 0.12 ms` */
export function shortLine(message: Headed, summary: string, number: number, origin: Origin, c: Colors): string {
  const { color, arrow } = directionOf(message, origin, c)
  const name = message.verdict ? verdictText(message, message.verdict, c) : c.bold(color(nameText(message)))
  let text = `${c.dim(`#${number}`)} ${arrow} ${netnsText(origin, c)}${name}`
  const flags = unusualFlags(message.flagWords)
  if (flags !== '') text += ` ${c.dim(flags)}`
  if (summary !== '') text += ` ${summary}`
  if (origin.relation) text += `  ${relationText(message, origin.relation, c)}`
  if (message.malformed) text += `  ${c.red(`✗ ${message.malformed}`)}`
  return text
}

/** `[ns1] `, of a notification of another namespace. */
const netnsText = ({ nsid, netns }: Origin, c: Colors): string =>
  nsid === undefined ? '' : `${c.dim(`[${netns ?? `nsid ${nsid}`}]`)} `

/** Flags that say nothing that the rest of a short line does not. */
const USUAL_FLAGS: ReadonlySet<string | number> = new Set(['request', 'ack', 'multi', 'capped', 'ack-tlvs'])

/** Flags come in lists that are kept (`messageFlags`), and so are the texts of those. */
const flagTexts = new WeakMap<readonly (string | number)[], string>()

function unusualFlags(words: readonly (string | number)[]): string {
  if (words.length === 0) return ''
  const known = flagTexts.get(words)
  if (known !== undefined) return known
  const text = words
    .filter(flag => !USUAL_FLAGS.has(flag))
    .map(flagText)
    .join('|')
  flagTexts.set(words, text)
  return text
}

/** The head of a request that an error gives back. */
export function echoLine(echo: DissectedMessage, c: Colors): string {
  const parts = [
    `${c.dim('the request:')} ${c.cyan(nameText(echo))}`,
    ...measures(echo),
    ...(echo.capped ? [c.dim('(only its header)')] : []),
    ...(echo.malformed ? [c.red(`✗ ${echo.malformed}`)] : []),
  ]
  return parts.join('  ')
}

const nameText = (message: Pick<Headed, 'typeName' | 'family'>): string =>
  message.family === undefined ? message.typeName : `${message.family} ${message.typeName}`

const flagText = (flag: string | number): string => (typeof flag === 'number' ? `0x${flag.toString(16)}` : flag)

function measures(message: DissectedMessage): string[] {
  const flags = message.flagWords.map(flagText).join('|')
  const length = message.capped ? message.header[0]?.value : message.length
  return [
    ...(flags === '' ? [] : [flags]),
    `seq ${message.sequence}`,
    `port ${message.portId}`,
    `${length} ${length === 1 ? 'byte' : 'bytes'}`,
  ]
}

function directionOf(message: Headed, origin: Origin, c: Colors): { color: Colors['cyan']; arrow: string } {
  const sent = (origin.direction ?? guessDirection(message)) === 'sent'
  return sent ? { color: c.cyan, arrow: c.cyan('→') } : { color: c.green, arrow: c.green('←') }
}

/** Most captures do not tell the direction: only requests carry NLM_F_REQUEST. */
const guessDirection = (message: Headed): 'sent' | 'received' => (message.flags & NLM_F_REQUEST ? 'sent' : 'received')

function verdictText(message: Headed, verdict: Verdict, c: Colors): string {
  const said = verdict.said === undefined ? '' : ` ${quoted(verdict.said)}`
  if (verdict.errno === 0) return message.type === NLMSG_ERROR || said ? c.green(`ok${said}`) : c.dim('done')
  const at = verdict.attribute ? ` at ${verdict.attribute.join(' › ')}` : ''
  const missing = verdict.missing ? `, ${verdict.missing} is missing` : ''
  return c.red(`${verdict.code}: ${verdict.text}${said}${at}${missing}`)
}

/** `2 of #9`, `of #3, 0.12 ms`, `4 messages in 2 parts, of #9, 0.31 ms` */
function relationText(message: Headed, { request, answer, elapsed }: Relation, c: Colors): string {
  const of =
    message.type === NLMSG_DONE
      ? `${count(request.answers, 'message')} in ${count(request.parts, 'part')}, of #${request.number}`
      : answer === 0
        ? `of #${request.number}`
        : `${answer} of #${request.number}`
  // Clocks of seconds cannot tell.
  return c.dim(elapsed === undefined || elapsed === 0n ? of : `${of}, ${durationText(elapsed)}`)
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`

/** The messages of one datagram came at one time: the last text is kept. */
let lastElapsed = 0n
let lastDuration = '0 ms'

/** Nanoseconds as milliseconds, three digits that count. */
function durationText(elapsed: bigint): string {
  if (elapsed !== lastElapsed) {
    lastElapsed = elapsed
    lastDuration = `${Number((Number(elapsed) / 1e6).toPrecision(3))} ms`
  }
  return lastDuration
}
