// nl-dump on a capture of 100 MB that is made of the fixtures' datagrams: megabytes a second of processor time, and the
// most memory that it takes. `npm run bench -- dump [MEGABYTES]`: no kernel, no privileges.
import { spawnSync } from 'node:child_process'
import {
  closeSync,
  createReadStream,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../src/dump/command.ts'
import { datagramsOf, readDatagrams } from '../src/dump/index.ts'
import { pcapHeader, pcapRecord } from '../src/netlink/capture.ts'
import { table } from './measure.ts'

const MEGABYTE = 1_000_000
const CHUNK = 256 * 1024

/** What is done with the file; each in a process of its own, whose memory is its own. */
const WORKS: Readonly<Record<string, { readonly name: string; run(file: string): Promise<void> }>> = {
  read: {
    name: 'reading alone',
    async run(file) {
      for await (const batch of readDatagrams(createReadStream(file, { highWaterMark: CHUNK }))) void batch
    },
  },
  line: { name: 'a line a message', run: file => nlDump([file]) },
  json: { name: '--json', run: file => nlDump(['--json', file]) },
  tree: { name: '--verbose', run: file => nlDump(['--verbose', file]) },
}

/** The command, whose text is made and thrown away. */
async function nlDump(argv: readonly string[]): Promise<void> {
  await run(argv, {
    version: '',
    colors: false,
    open: path => createReadStream(path, { highWaterMark: CHUNK }),
    out: async () => {},
    err: () => {},
  })
}

const [, , , work, file] = process.argv
if (work && file) await measure(work, file)
else report(Number(work ?? 100))

async function measure(name: string, path: string): Promise<void> {
  await WORKS[name]!.run(path)
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  console.log(JSON.stringify({ seconds: (userCPUTime + systemCPUTime) / 1e6, memory: maxRSS * 1024 }))
}

function report(megabytes: number): void {
  const directory = mkdtempSync(join(tmpdir(), 'bench-dump-'))
  try {
    const path = join(directory, 'capture.pcap')
    const packets = writeCapture(path, megabytes * MEGABYTE)
    const size = statSync(path).size
    console.log(`${(size / MEGABYTE).toFixed(0)} MB, ${packets} datagrams, ${Math.round(size / packets)} bytes each\n`)
    const rows = Object.entries(WORKS).map(([key, { name }]) => {
      const { stdout, stderr, status } = spawnSync(process.execPath, [process.argv[1]!, 'dump', key, path], {
        encoding: 'utf8',
      })
      if (status !== 0) throw new Error(`${name}: ${stderr}`)
      const { seconds, memory } = JSON.parse(stdout)
      return [
        name,
        `${(size / MEGABYTE / seconds).toFixed(1)}`,
        `${((seconds / packets) * 1e6).toFixed(2)}`,
        `${(memory / MEGABYTE).toFixed(0)}`,
      ]
    })
    console.log(table([['', 'MB/s', 'µs a datagram', 'MB of memory'], ...rows]))
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** All of the fixtures' datagrams, over and over, a microsecond apart. Answers how many. */
function writeCapture(path: string, size: number): number {
  const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url))
  const files = readdirSync(fixtures, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.hex'))
  const datagrams = files.toSorted().flatMap(name => [...datagramsOf(readFileSync(fixtures + name))])
  const fd = openSync(path, 'w')
  let packets = 0
  let written = writeSync(fd, pcapHeader())
  while (written < size) {
    const records = datagrams.map(datagram =>
      pcapRecord({ protocol: 0, ...datagram, time: 1_700_000_000_000_000_000n + BigInt(packets++) * 1000n }),
    )
    written += writeSync(fd, Buffer.concat(records))
  }
  closeSync(fd)
  return packets
}
