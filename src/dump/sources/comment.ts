// `# protocol: generic  time: 2026-11-25T09:27:37.985609000Z  process: 12`: what hexadecimal text says in comments of
// the datagrams behind them. The protocol stays until another is said, the rest is of the next datagram.
import { protocolNumber } from '../protocols.ts'
import { quoted } from '../value.ts'
import { isCooked, packetDatagram } from './cooked.ts'
import { type Datagram, SourceError } from './datagram.ts'

const PROTOCOL = /^\s*#(?:.*\s)?protocol:\s*(\S+)/
const TIME = /^\s*#.*\stime:\s*(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z/
const PROCESS = /^\s*#.*\sprocess:\s*(\d{1,9})\b/

export class Comments {
  #protocol: number | undefined
  #next: Pick<Datagram, 'time' | 'process'> = {}

  /** Looks at a line; other lines than comments say nothing. */
  read(line: string, number: number): void {
    if (!line.includes('#')) return
    const protocol = PROTOCOL.exec(line)?.[1]
    if (protocol !== undefined) this.#protocol = protocolOf(protocol, number)
    const time = TIME.exec(line)
    const process = PROCESS.exec(line)
    if (time || process)
      this.#next = { ...(time ? { time: timeOf(time) } : {}), ...(process ? { process: Number(process[1]) } : {}) }
  }

  /** A datagram with what was said of it; without the header of a captured packet, where it has one. */
  datagram(found: Datagram): Datagram {
    const { direction, broken } = found
    const plain = isCooked(found.bytes)
      ? { ...packetDatagram(found.bytes, found.bytes.length, found.place), ...(direction ? { direction } : {}) }
      : { ...found, ...(this.#protocol === undefined ? {} : { protocol: this.#protocol }) }
    const said = this.#next
    this.#next = {}
    return { ...plain, ...said, ...(broken ? { broken } : {}) }
  }
}

function protocolOf(word: string, number: number): number {
  const protocol = protocolNumber(word)
  if (protocol === undefined) throw new SourceError(`line ${number}: ${quoted(word)} is no netlink protocol`)
  return protocol
}

function timeOf([, seconds, fraction = '']: RegExpExecArray): bigint {
  return BigInt(Date.parse(`${seconds}Z`) || 0) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))
}
