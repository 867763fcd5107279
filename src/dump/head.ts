// A message's first line: number, direction, what it is, flags, sequence, port, length, and what an ack says.
import type { Colors } from 'picocolors/types.js'
import { NLM_F_REQUEST, NLMSG_ERROR } from '../netlink/message.ts'
import type { DissectedMessage, Verdict } from './dissected.ts'
import type { Origin } from './json.ts'
import { quoted } from './value.ts'

/** `#3 → RTM_NEWLINK  request|ack|create|excl  seq 1795488502  port 0  92 bytes` */
export function headLine(message: DissectedMessage, number: number, origin: Origin, c: Colors): string {
  const sent = (origin.direction ?? guessDirection(message)) === 'sent'
  const color = sent ? c.cyan : c.green
  const parts = [
    `${c.dim(`#${number}`)} ${color(sent ? '→' : '←')} ${c.bold(color(nameText(message)))}`,
    ...(message.verdict ? [verdictText(message, message.verdict, c)] : []),
    ...measures(message),
    ...(origin.place ? [c.dim(`(${origin.place})`)] : []),
    ...(message.malformed ? [c.red(`✗ ${message.malformed}`)] : []),
  ]
  return parts.join('  ')
}

/** The same of a request that an error gives back. */
export function echoLine(echo: DissectedMessage, c: Colors): string {
  const parts = [
    `${c.dim('the request:')} ${c.cyan(nameText(echo))}`,
    ...measures(echo),
    ...(echo.capped ? [c.dim('(only its header)')] : []),
    ...(echo.malformed ? [c.red(`✗ ${echo.malformed}`)] : []),
  ]
  return parts.join('  ')
}

const nameText = (message: DissectedMessage): string =>
  message.family === undefined ? message.typeName : `${message.family} ${message.typeName}`

function measures(message: DissectedMessage): string[] {
  const flags = message.flagWords.map(flag => (typeof flag === 'number' ? `0x${flag.toString(16)}` : flag)).join('|')
  const length = message.capped ? message.header[0]?.value : message.length
  return [
    ...(flags === '' ? [] : [flags]),
    `seq ${message.sequence}`,
    `port ${message.portId}`,
    `${length} ${length === 1 ? 'byte' : 'bytes'}`,
  ]
}

/** Most captures do not tell the direction: only requests carry NLM_F_REQUEST. */
const guessDirection = (message: DissectedMessage): 'sent' | 'received' =>
  message.flags & NLM_F_REQUEST ? 'sent' : 'received'

function verdictText(message: DissectedMessage, verdict: Verdict, c: Colors): string {
  const said = verdict.said === undefined ? '' : ` ${quoted(verdict.said)}`
  if (verdict.errno === 0) return message.type === NLMSG_ERROR || said ? c.green(`ok${said}`) : c.dim('ok')
  const at = verdict.attribute ? ` at ${verdict.attribute.join(' › ')}` : ''
  const missing = verdict.missing ? `, ${verdict.missing} is missing` : ''
  return c.red(`${verdict.code}: ${verdict.text}${said}${at}${missing}`)
}
