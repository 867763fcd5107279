// A message's first line: number, direction, what it is, what an ack says; then either all that nlmsghdr has (`headLine`,
// above a tree or bytes) or what the message is about (`shortLine`, which stands alone).
import picocolors from 'picocolors'
import type { Colors } from 'picocolors/types.js'
import { type ByteText, SPACE } from '../netlink/byte-text.ts'
import { NLM_F_REQUEST, NLMSG_DONE, NLMSG_ERROR } from '../netlink/message.ts'
import { utf8Bytes } from '../netlink/text.ts'
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
  const { color, arrow } = directionText(isSent(message, origin), c)
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

/** `#3 → RTM_NEWLINK create|excl veth1 kind=veth`, `#4 ← ok  of #3, 0.12 ms`. The summary's words have a space before each. */
export function shortLine(message: Headed, summary: string, number: number, origin: LineOrigin, c: Colors): string {
  const head = shortHead(message, isSent(message, origin), netnsText(origin, c), c)
  const malformed = message.malformed ? `  ${c.red(`✗ ${message.malformed}`)}` : ''
  return composedLine(number, head, summary, relationOf(message, origin, c), c) + malformed
}

/** Where a line's message is from, as far as it says so. */
export type LineOrigin = Pick<Origin, 'direction' | 'nsid' | 'netns' | 'relation'>

/** `← RTM_NEWLINK create|excl`: the same for all messages of a type that have the same flags. */
export function shortHead(message: Headed, sent: boolean, netns: string, c: Colors): string {
  const { color, arrow } = directionText(sent, c)
  const name = message.verdict ? verdictText(message, message.verdict, c) : c.bold(color(nameText(message)))
  const flags = message.flagWords.filter(flag => !USUAL_FLAGS.has(flag))
  return `${arrow} ${netns}${name}${flags.length > 0 ? ` ${c.dim(flags.map(flagText).join('|'))}` : ''}`
}

/** A line of its parts. */
export const composedLine = (number: number, head: string, summary: string, relation: string, c: Colors): string =>
  `${c.dim(`#${number}`)} ${head}${summary}${relation}`

/** `[ns1] `, of a notification of another namespace. */
const netnsText = ({ nsid, netns }: LineOrigin, c: Colors): string =>
  nsid === undefined ? '' : `${c.dim(`[${netns ?? `nsid ${nsid}`}]`)} `

/** Flags that say nothing that the rest of a short line does not. */
const USUAL_FLAGS: ReadonlySet<string | number> = new Set(['request', 'ack', 'multi', 'capped', 'ack-tlvs'])

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

const directionText = (sent: boolean, c: Colors): { color: Colors['cyan']; arrow: string } =>
  sent ? { color: c.cyan, arrow: c.cyan('→') } : { color: c.green, arrow: c.green('←') }

/** Whether it went to the kernel. */
export const isSent = (message: Pick<Headed, 'flags'>, { direction }: LineOrigin): boolean =>
  (direction ?? guessDirection(message)) === 'sent'

/** Most captures do not tell the direction: only requests carry NLM_F_REQUEST. */
const guessDirection = (message: Pick<Headed, 'flags'>): 'sent' | 'received' =>
  message.flags & NLM_F_REQUEST ? 'sent' : 'received'

function verdictText(message: Headed, verdict: Verdict, c: Colors): string {
  const said = verdict.said === undefined ? '' : ` ${quoted(verdict.said)}`
  if (verdict.errno === 0) return message.type === NLMSG_ERROR || said ? c.green(`ok${said}`) : c.dim('done')
  const at = verdict.attribute ? ` at ${verdict.attribute.join(' › ')}` : ''
  const missing = verdict.missing ? `, ${verdict.missing} is missing` : ''
  return c.red(`${verdict.code}: ${verdict.text}${said}${at}${missing}`)
}

/** The same behind what stands before; '' where it follows from nothing. */
export const relationOf = (message: Pick<Headed, 'type'>, { relation }: LineOrigin, c: Colors): string =>
  relation === undefined ? '' : `  ${relationText(message, relation, c)}`

/** `2 of #9`, `of #3, 0.12 ms`, `4 messages in 2 parts, of #9, 0.31 ms` */
function relationText({ type }: Pick<Headed, 'type'>, { request, answer, elapsed }: Relation, c: Colors): string {
  const of = requestOf(request.number, elapsed).text
  if (type === NLMSG_DONE)
    return c.dim(`${count(request.answers, 'message')} in ${count(request.parts, 'part')}, ${of}`)
  return c.dim(answer === 0 ? of : `${answer} ${of}`)
}

const NO_COLORS = picocolors.createColors(false)

/** The same as bytes, without colours: of one answer of many by hand. */
export function writeRelation(message: Pick<Headed, 'type'>, { relation }: LineOrigin, to: ByteText): void {
  if (relation === undefined) return
  to.byte(SPACE)
  to.byte(SPACE)
  if (message.type === NLMSG_DONE) {
    to.text(relationText(message, relation, NO_COLORS))
    return
  }
  if (relation.answer !== 0) {
    to.decimal(relation.answer)
    to.byte(SPACE)
  }
  to.add(requestOf(relation.request.number, relation.elapsed).bytes)
}

/** The messages of one datagram came at one time, and mostly for one request: the last text is kept. */
let last: RequestText | undefined

interface RequestText {
  readonly number: number
  readonly elapsed: bigint | undefined
  readonly text: string
  readonly bytes: Uint8Array
}

function requestOf(number: number, elapsed: bigint | undefined): RequestText {
  if (last?.number === number && last.elapsed === elapsed) return last
  // Clocks of seconds cannot tell.
  const after = elapsed === undefined || elapsed === 0n ? '' : `, ${durationText(elapsed)}`
  const text = `of #${number}${after}`
  last = { number, elapsed, text, bytes: utf8Bytes(text) }
  return last
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`

/** Nanoseconds as milliseconds, three digits that count. */
const durationText = (elapsed: bigint): string => `${Number((Number(elapsed) / 1e6).toPrecision(3))} ms`
