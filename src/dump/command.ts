// The command nl-dump: its arguments, its files, its exit status. Where the text goes is the caller's.
import { parseArgs } from 'node:util'
import { Check } from './check.ts'
import { Conversation } from './conversation.ts'
import { dissect, problems } from './dissect.ts'
import { type Format, print } from './print.ts'
import { NETLINK_ROUTE, protocolNumber } from './protocols.ts'
import { type Datagram, SourceError, sourceOf } from './sources/index.ts'

export const HELP = `nl-dump explains netlink messages: links, addresses, routes, and what the kernel answers.

usage: nl-dump [options] FILE…          show every message as a tree
       nl-dump check [options] FILE…    make every message again from what was read, and compare

FILE is hexadecimal text (a datagram a line, '>' sent, '<' received, '#' comments), or pcap or pcapng captured on an
nlmon device; '-' is standard input. A file named 'check' is './check'.

options:
  --hex                  every byte, with the name, type, length, padding and offset of its attribute
  --json                 one JSON object a message, a line each
  --protocol PROTOCOL    route (the default), generic, or a netlink protocol's number; wins over what the file says
  -h, --help             this text
  -V, --version          the version

exit status: 0 all was read (check: and is identical), 1 something is broken, missing or differs, 2 wrong usage

examples:
  nl-dump fixtures/link/add-veth.hex
  nl-dump --json capture.pcap | jq 'select(.type == "RTM_NEWLINK")'
  echo 2000000010000500000000000000000000000000000000000000000000000000 | nl-dump --hex -
`

/** Where the command reads and writes. */
export interface Io {
  readonly version: string
  /** Whether standard output is a terminal that shows colours. */
  readonly colors: boolean
  /** A file's bytes; `-` is standard input. Throws with the system's code. */
  read(path: string): Promise<Uint8Array>
  out(text: string): Promise<void>
  err(text: string): void
}

class UsageError extends Error {}

interface Options {
  readonly mode: 'dump' | 'check'
  readonly format: Format
  readonly protocol: number | undefined
  readonly files: readonly string[]
}

/** Runs the command; answers its exit status. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    const options = parse(argv)
    if (options === 'help') await io.out(HELP)
    else if (options === 'version') await io.out(`${io.version}\n`)
    else return options.mode === 'check' ? await check(options, io) : await dump(options, io)
    return 0
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    io.err(`nl-dump: ${error.message}\nTry 'nl-dump --help'.\n`)
    return 2
  }
}

function parse(argv: readonly string[]): Options | 'help' | 'version' {
  const { values, positionals } = parseOrRefuse(argv)
  if (values.help) return 'help'
  if (values.version) return 'version'
  const mode = positionals[0] === 'check' ? 'check' : 'dump'
  const files = mode === 'check' ? positionals.slice(1) : positionals
  if (values.json && values.hex) throw new UsageError('--json and --hex exclude each other')
  if (mode === 'check' && values.hex) throw new UsageError('check prints JSON: --hex has no meaning there')
  if (files.length === 0) throw new UsageError("no file is given ('-' is standard input)")
  const format = values.json ? 'json' : values.hex ? 'hex' : 'tree'
  return { mode, format, protocol: protocolOf(values.protocol), files }
}

function parseOrRefuse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        hex: { type: 'boolean' },
        protocol: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'V' },
      },
    })
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ')[0]!)
  }
}

function protocolOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const protocol = protocolNumber(text)
  if (protocol === undefined) throw new UsageError(`--protocol ${text}: it is route, generic, or a number below 256`)
  return protocol
}

// ── dump ───────────────────────────────────────────────────────────────────

async function dump(options: Options, io: Io): Promise<number> {
  let status = 0
  for (const file of options.files) {
    const title = options.files.length > 1 && options.format !== 'json' ? `${file}:\n` : ''
    if (title) await io.out(title)
    const failed = await dumpFile(file, options, io)
    if (failed) status = 1
  }
  return status
}

/** Shows one file; answers whether something in it is broken. */
async function dumpFile(file: string, options: Options, io: Io): Promise<boolean> {
  const conversation = new Conversation()
  let number = 0
  let broken = false
  const problem = (place: string, text: string): void => {
    broken = true
    io.err(`nl-dump: ${fileName(file)}: ${place ? `${place}: ` : ''}${text}\n`)
  }
  await eachDatagram(file, io, problem, async datagram => {
    const { bytes, place, direction, time } = datagram
    for (const message of dissect(bytes, { protocol: protocolFor(datagram, options), conversation })) {
      number++
      const origin = { file, place, ...(direction ? { direction } : {}), ...(time === undefined ? {} : { time }) }
      const shown = options.format === 'json' ? origin : { ...origin, place: `${place}${offsetText(message.offset)}` }
      await io.out(print({ message, datagram: bytes, number, origin: shown }, { ...options, colors: io.colors }))
      for (const { offset, text } of problems(message)) problem(place, `byte ${offset} of the datagram: ${text}`)
    }
  })
  if (number === 0 && !broken) io.err(`nl-dump: ${fileName(file)}: there is no message in it\n`)
  return broken
}

const fileName = (file: string): string => (file === '-' ? 'standard input' : file)

const offsetText = (offset: number): string => (offset === 0 ? '' : `, byte ${offset} of the datagram`)

const protocolFor = (datagram: Datagram, options: Options): number =>
  options.protocol ?? datagram.protocol ?? NETLINK_ROUTE

/** Calls `handle` for each datagram of a file, and `problem` for whatever is wrong with the file itself. */
async function eachDatagram(
  file: string,
  io: Io,
  problem: (place: string, text: string) => void,
  handle: (datagram: Datagram) => Promise<void>,
): Promise<void> {
  try {
    const bytes = await io.read(file)
    for (const datagram of sourceOf(bytes).datagrams(bytes)) {
      await handle(datagram)
      if (datagram.broken) problem(datagram.place, datagram.broken)
    }
  } catch (error) {
    problem('', readError(error))
  }
}

const READ_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'it is a directory',
  EACCES: 'no permission to read it',
  ENOTDIR: 'a part of its path is not a directory',
}

/** What is wrong with a file, in words; other errors are ours and go on. */
function readError(error: unknown): string {
  if (error instanceof SourceError) return error.message
  const { code, syscall, message } = error as NodeJS.ErrnoException
  if (syscall === undefined) throw error
  return READ_ERRORS[code ?? ''] ?? message
}

// ── check ──────────────────────────────────────────────────────────────────

async function check(options: Options, io: Io): Promise<number> {
  const checker = new Check()
  for (const file of options.files) {
    const conversation = new Conversation()
    const problem = (place: string, reason: string): void =>
      checker.failure({ file, ...(place ? { place } : {}), reason })
    await eachDatagram(file, io, problem, async datagram => {
      for (const message of dissect(datagram.bytes, { protocol: protocolFor(datagram, options), conversation }))
        checker.message(file, datagram.place, message, datagram.bytes)
    })
  }
  await io.out(`${JSON.stringify(checker.result)}\n`)
  return checker.result.failures.length > 0 ? 1 : 0
}
