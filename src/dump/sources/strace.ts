// The text of strace -e read=all -e write=all: every call on a netlink socket, with its bytes from the hexadecimal
// lines behind it. Understood: -f with process ids, unfinished and resumed calls, times of every kind, -y and -yy, -x,
// -X, -i, -n, -T, raw arguments. The words in which strace explains a call are not looked at, only what tells sockets.
import { type Datagram, SourceError } from './datagram.ts'
import { LONGEST } from './input.ts'
import { type LineKind, type LineReader, NONE } from './line-kind.ts'
import { StraceClock } from './strace-clock.ts'
import { Descriptors, type Socket } from './strace-descriptors.ts'

export const straceLines: LineKind = {
  name: 'strace text',
  knows: line =>
    /^strace: Process \d+ attached/.test(line) ||
    (PREFIX.exec(line) !== null &&
      /^(?:\w+\(.*(?:\)\s+= |<(?:unfinished|detached) \.\.\.>$))|^<\.\.\. \w+ resumed/.test(bodyOf(line))),
  reader: () => new StraceReader(),
}

/** How a trace must be made that has every byte. */
const ADVICE = 'strace -f -ttt -yy -e trace=network,read,write -e read=all -e write=all -o FILE COMMAND'

/** Process, time, difference (-r beside -t), number of the call (-n), instruction pointer (-i). */
const PREFIX =
  /^(?:\[pid +(\d+)\] +|(\d{1,7}) +)?(?: *((?:\d\d:\d\d:\d\d|\d+(?=\.)|\d{9,})(?:\.\d+)?) +)?(?:\(\+ +[\d.]+\) )?(?:\[[ \da-fx?]+\] )*/
const bodyOf = (line: string): string => line.slice(PREFIX.exec(line)![0].length)

/** ` | 00000  20 00 00 00 10 00 05 00  00 00 00 00 00 00 00 00   ............... |` */
const BYTES = /^ \| ([0-9a-f]+) {2}(.{49})/
const DIGITS = /^[0-9a-f]{2}(?: {1,2}[0-9a-f]{2})* *$/
const VECTOR = /^ = \d+ buffers in vector \d+$/
const BUFFER = /^ \* \d+ bytes in buffer \d+$/

const DIRECTION: Readonly<Record<string, 'sent' | 'received'>> = {
  ...Object.fromEntries(['send', 'sendto', 'sendmsg', 'sendmmsg', 'write', 'writev'].map(name => [name, 'sent'])),
  ...Object.fromEntries(['recv', 'recvfrom', 'recvmsg', 'recvmmsg', 'read', 'readv'].map(name => [name, 'received'])),
  recvmmsg_time64: 'received',
}
const MSG_PEEK = 2
const UNFINISHED = '<unfinished ...>'

/** A finished call whose bytes follow. */
interface Call {
  readonly place: string
  readonly name: string
  readonly socket: Socket | undefined
  readonly process: number | undefined
  readonly time: bigint | undefined
  readonly files: ReadonlyMap<number, string> | undefined
  /** What it returned: bytes, or messages (sendmmsg, recvmmsg). */
  readonly result: number
  /** Of which socket or with what flags is of no interest. */
  readonly isSkipped: boolean
  readonly parts: Uint8Array[]
  length: number
  /** Of the buffer that is being read. */
  offset: number
  broken: string | undefined
  isGiven: boolean
}

const isMany = ({ name }: Call): boolean => /mmsg/.test(name)

class StraceReader implements LineReader {
  readonly #clock = new StraceClock()
  readonly #descriptors = new Descriptors()
  /** The beginnings of calls that other processes interrupted, by process. */
  readonly #unfinished = new Map<number, string>()
  #call: Call | undefined
  /** Calls without their bytes. */
  #bare = 0
  #firstBare = ''

  line(text: string, number: number): readonly Datagram[] {
    if (text.startsWith(' | ') && this.#call) return this.#bytes(this.#call, text, number)
    if (this.#call && BUFFER.test(text)) {
      this.#call.offset = 0
      return NONE
    }
    if (this.#call && VECTOR.test(text)) return this.#nextVector(this.#call, number)
    const before = this.#finish()
    this.#other(text, number)
    return before
  }

  end(): Iterable<Datagram> {
    const last = this.#finish()
    if (this.#bare === 0) return last
    const calls = this.#bare === 1 ? 'a call on a netlink socket has' : `${this.#bare} calls on netlink sockets have`
    return failing(last, new SourceError(`${this.#firstBare}: ${calls} no bytes in the trace; make it with: ${ADVICE}`))
  }

  #bytes(call: Call, text: string, number: number): readonly Datagram[] {
    if (call.isSkipped || call.isGiven) return NONE
    const found = BYTES.exec(text)
    const digits = found?.[2]
    if (!found || !DIGITS.test(digits!)) call.broken ??= `line ${number}: no line of bytes as strace writes them`
    else if (Number.parseInt(found[1]!, 16) !== call.offset)
      call.broken ??= `line ${number}: offset 0x${found[1]} follows 0x${call.offset.toString(16)}`
    if (call.broken || !digits) return NONE
    const bytes = Buffer.from(digits.replaceAll(' ', ''), 'hex')
    call.parts.push(bytes)
    call.length += bytes.length
    call.offset += bytes.length
    if (call.length > LONGEST) throw new SourceError(`line ${number}: more bytes than any message has`)
    // Who looks on should not have to wait for the next call.
    return !isMany(call) && call.length === call.result ? this.#give(call) : NONE
  }

  #nextVector(call: Call, number: number): readonly Datagram[] {
    const before = call.length > 0 ? this.#give(call) : NONE
    this.#call = {
      ...call,
      place: `line ${number}`,
      parts: [],
      length: 0,
      offset: 0,
      broken: undefined,
      isGiven: false,
    }
    return before
  }

  /** The datagram of a call, once. */
  #give(call: Call): readonly Datagram[] {
    if (call.isGiven) return NONE
    call.isGiven = true
    const { place, socket, process, time, files, name, result, length } = call
    const short = !isMany(call) && length < result ? `${length} of its ${result} bytes are there` : undefined
    const broken = call.broken ?? short
    return [
      {
        bytes: Uint8Array.from(Buffer.concat(call.parts)),
        place,
        direction: DIRECTION[name]!,
        ...(socket?.protocol === undefined ? {} : { protocol: socket.protocol }),
        ...(socket ? { socket: socket.name } : {}),
        ...(socket?.netns === undefined ? {} : { netns: socket.netns }),
        ...(process === undefined ? {} : { process }),
        ...(time === undefined ? {} : { time }),
        ...(files ? { files } : {}),
        ...(broken ? { broken } : {}),
      },
    ]
  }

  #finish(): readonly Datagram[] {
    const call = this.#call
    this.#call = undefined
    if (!call || call.isSkipped || call.isGiven) return NONE
    if (call.length > 0 || call.broken) return this.#give(call)
    if (this.#bare++ === 0) this.#firstBare = call.place
    return NONE
  }

  #other(text: string, number: number): void {
    const prefix = PREFIX.exec(text)!
    const process = Number(prefix[1] ?? prefix[2] ?? 0)
    const time = prefix[3] === undefined ? undefined : this.#clock.read(prefix[3])
    const body = text.slice(prefix[0].length)
    if (body.startsWith('+++ ')) {
      this.#descriptors.forget(process)
      this.#unfinished.delete(process)
      return
    }
    const whole = this.#whole(body, process)
    const call = whole === undefined ? null : /^(\w+)\((.*)\)\s+= (0x[0-9a-f]+|-?\d+)/.exec(whole)
    if (!call) return
    const [, name, args, result] = call as unknown as [string, string, string, string]
    const direction = DIRECTION[name]
    if (!direction) this.#descriptors.call(process, name, args, Number(result))
    else if (Number(result) > 0) this.#begin(name, args, Number(result), process, time, number)
  }

  /** A call as one line; undefined where its end is still to come, or for what is no call. */
  #whole(body: string, process: number): string | undefined {
    if (body.endsWith(UNFINISHED)) {
      this.#unfinished.set(process, body.slice(0, -UNFINISHED.length).trimEnd())
      return undefined
    }
    const resumed = /^<\.\.\. (\w+) resumed>\s*(.*)$/.exec(body)
    if (!resumed) return body
    const start = this.#unfinished.get(process)
    this.#unfinished.delete(process)
    return start?.startsWith(`${resumed[1]}(`) ? start + resumed[2] : undefined
  }

  #begin(name: string, args: string, result: number, process: number, time: bigint | undefined, number: number): void {
    const socket = this.#descriptors.socket(process, args)
    this.#call = {
      place: `line ${number}`,
      name,
      socket,
      process: process === 0 ? undefined : process,
      time,
      files: DIRECTION[name] === 'sent' ? this.#descriptors.namespaces(process) : undefined,
      result,
      isSkipped: !socket || isPeek(name, args),
      parts: [],
      length: 0,
      offset: 0,
      broken: undefined,
      isGiven: false,
    }
  }
}

/** Gives what is left, and fails then. */
function* failing(last: readonly Datagram[], error: SourceError): Generator<Datagram> {
  yield* last
  throw error
}

/** Flags as a number (-X raw, -e raw): the last argument of recvmsg, the last but two of recvfrom. */
const NUMERIC_FLAGS: Readonly<Record<string, RegExp>> = {
  recvmsg: /, (0x[0-9a-f]+|\d+)$/,
  recvfrom: /, (0x[0-9a-f]+|\d+), (?:NULL|0|0x[0-9a-f]+|\{[^}]*\}), (?:NULL|0|0x[0-9a-f]+|\[[^\]]*\])$/,
}

/** A look that leaves the datagram in the socket: it will be read again. */
function isPeek(name: string, args: string): boolean {
  const end = args.slice(-500)
  if (/\bMSG_PEEK\b/.test(end)) return true
  return (Number(NUMERIC_FLAGS[name]?.exec(end)?.[1] ?? 0) & MSG_PEEK) !== 0
}
