// nl-dump on captures of 100 MB (captures.ts): megabytes a second of processor time, start and all threads included, and
// the most memory that it takes. `npm run bench -- dump [MEGABYTES]`: no kernel, no privileges.
import { spawnSync } from 'node:child_process'
import { createReadStream, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../src/dump/command.ts'
import { type Datagram, readDatagrams } from '../src/dump/index.ts'
import { everything, recorded, writeCapture } from './captures.ts'
import { table } from './measure.ts'

const MEGABYTE = 1_000_000
const CHUNK = 256 * 1024

interface Work {
  readonly name: string
  /** The part of the capture's size that it is given: slow ones have no use for all of it. */
  readonly share: number
  run(file: string): Promise<void>
}

/** What is done with a file; each in a process of its own, whose memory is its own. */
const WORKS: Readonly<Record<string, Work>> = {
  read: {
    name: 'reading alone',
    share: 1,
    async run(file) {
      for await (const batch of readDatagrams(createReadStream(file, { highWaterMark: CHUNK }))) void batch
    },
  },
  line: { name: 'a line a message', share: 1, run: file => nlDump([file]) },
  json: { name: '--json', share: 0.1, run: file => nlDump(['--json', file]) },
  tree: { name: '--verbose', share: 0.1, run: file => nlDump(['--verbose', file]) },
}

const CAPTURES: Readonly<Record<string, () => readonly Datagram[]>> = {
  'dumps and events': recorded,
  'all fixtures': everything,
}

/** The command, whose text is made, and written to where nobody reads it. */
async function nlDump(argv: readonly string[]): Promise<void> {
  const fd = openSync('/dev/null', 'w')
  await run(argv, {
    version: '',
    colors: false,
    open: path => createReadStream(path, { highWaterMark: CHUNK }),
    out: async text => void (typeof text === 'string' ? writeSync(fd, text) : writeSync(fd, text)),
    err: () => {},
  })
}

const [, , , work, file] = process.argv
if (work && file) void measure(work, file)
else report(Number(work ?? 100))

async function measure(name: string, path: string): Promise<void> {
  await WORKS[name]!.run(path)
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  console.log(JSON.stringify({ seconds: (userCPUTime + systemCPUTime) / 1e6, memory: maxRSS * 1024 }))
}

function report(megabytes: number): void {
  const directory = mkdtempSync(join(tmpdir(), 'bench-dump-'))
  try {
    for (const [title, make] of Object.entries(CAPTURES)) {
      const datagrams = make()
      const average = datagrams.reduce((sum, { bytes }) => sum + bytes.length, 0) / datagrams.length
      console.log(`${title}: ${megabytes} MB, ${Math.round(average)} bytes a datagram\n`)
      const rows = Object.entries(WORKS).map(([key, { name, share }]) => {
        const path = join(directory, `${share}.pcap`)
        const packets = writeCapture(path, megabytes * MEGABYTE * share, datagrams)
        const { seconds, memory } = measured(key, path)
        return [
          name,
          (statSync(path).size / MEGABYTE / seconds).toFixed(1),
          ((seconds / packets) * 1e6).toFixed(2),
          (memory / MEGABYTE).toFixed(0),
        ]
      })
      console.log(`${table([['', 'MB/s', 'µs a datagram', 'MB of memory'], ...rows])}\n`)
    }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function measured(work: string, path: string): { seconds: number; memory: number } {
  const argv = [process.argv[1]!, 'dump', work, path]
  const { stdout, stderr, status } = spawnSync(process.execPath, argv, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${work}: ${stderr}`)
  return JSON.parse(stdout)
}
