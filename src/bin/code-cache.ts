// The code that V8 made of a bundle, in a file beside it: compiling a megabyte takes longer than all else that a short
// command does. (Node keeps such files itself since version 22, but where all users write.) Who can write here can write
// the bundle too, so the one is to be trusted like the other. What cannot be read or written is not told: the bundle is
// compiled then, as in the first run.
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import type { Script } from 'node:vm'

export class CodeCache {
  /** Undefined: there shall be none. */
  readonly #path: string | undefined
  #data: Buffer | undefined

  /** `prefix`: the bundle's path, with what changes when its text does. */
  constructor(prefix: string) {
    if (!process.env['NODE_DISABLE_COMPILE_CACHE']) this.#path = attempt(() => `${prefix}.${thisNode()}.cache`)
  }

  read(): Buffer | undefined {
    this.#data = this.#path === undefined ? undefined : attempt(() => readFileSync(this.#path!))
    return this.#data
  }

  /** Writes the code when the process ends, where there is none or V8 cannot use it. Exec and signals leave none. */
  keep(script: Script): void {
    const path = this.#path
    if (path === undefined || !worthKeeping()) return
    if (this.#data && !(script.cachedDataRejected && hasNoFlags())) return
    process.once('exit', status => {
      if (status === 0) attempt(() => write(path, script.createCachedData()))
    })
  }
}

/** V8 looks at its version and flags, not at whose it is: the code refers to what Node's own snapshot holds. */
function thisNode(): string {
  const { size, mtimeMs } = statSync(process.execPath)
  return `${process.version}-${process.arch}-${size.toString(36)}-${Math.trunc(mtimeMs).toString(36)}`
}

const ASKING = ['help', '--help', '-help', '-h', '--version', '-V', '-Version']

/** Help and version need little of the code, and would leave the rest to be compiled for ever. */
function worthKeeping(): boolean {
  const words = process.argv.slice(2)
  return words.some(word => !word.startsWith('-')) && !words.some(word => ASKING.includes(word))
}

/** With other flags V8 rejects what is there, which is right for those who give none. */
const hasNoFlags = (): boolean => process.execArgv.length === 0 && !process.env['NODE_OPTIONS']

/**
 * V8 sees when it gets too little, but does not look at what it gets: nobody may ever find a part, not even after a
 * power failure. The name is this process's alone, and whatever has it already is left alone.
 */
function write(path: string, data: Uint8Array): void {
  const unfinished = `${path}.${Date.now().toString(36)}-${process.pid}`
  const fd = openSync(unfinished, 'wx')
  try {
    try {
      for (let at = 0; at < data.length; ) at += writeSync(fd, data, at)
      // Others may read it whatever the umask says, as they may read the bundle.
      fchmodSync(fd, 0o644)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(unfinished, path)
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw error
  }
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
