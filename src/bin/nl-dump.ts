// The command nl-dump: its streams. What it does is src/dump/command.ts.
import { once } from 'node:events'
import { createReadStream, readFileSync } from 'node:fs'
import { type Io, run } from '../dump/command.ts'

/** The package's version; package.json is two directories up from the source and from the built file alike. */
function version(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version
}

/** Of a file that is read at a time: a datagram never keeps more than this in memory. */
const CHUNK = 256 * 1024

/** While what was written waits for its reader. */
let drained: Promise<unknown> | undefined

const io: Io = {
  get version() {
    return version()
  },
  colors: process.stdout.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb',
  open: path => (path === '-' ? process.stdin : createReadStream(path, { highWaterMark: CHUNK })),
  out: async text => {
    if (process.stdout.write(text)) return
    drained ??= once(process.stdout, 'drain').finally(() => {
      drained = undefined
    })
    await drained
  },
  err: text => void process.stderr.write(text),
}

// The reader went away (`nl-dump … | head`): nothing is left to say.
process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0)
  throw error
})

void run(process.argv.slice(2), io).then(status => {
  process.exitCode = status
})
