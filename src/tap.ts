// NL_DUMP: what every program that uses the library says to the kernel, and hears, written down as it happens, without
// a change to the program. A file in pcap (another `.hex` or `.txt` name: text), or `-`: text on standard error.
// Each datagram is written at once, in one piece, behind what is there: a crash loses nothing, and processes and
// threads may share a file.
import { closeSync, fstatSync, linkSync, openSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tapSockets } from './netlink/binding.ts'
import { type Captured, hexLines, pcapHeader, pcapRecord } from './netlink/capture.ts'
import { type Listener, TappedSocket } from './netlink/tap.ts'
import { threads } from './sys/builtin.ts'

const STANDARD_ERROR = 2

/** Taps every socket that is opened from now on, where the environment says so. */
export function tapAsTold(target = process.env['NL_DUMP']): void {
  if (!target) return
  let tell: Listener | undefined
  tapSockets(socket => new TappedSocket(socket, datagram => (tell ??= listener(target))(datagram)))
  if (target === '-' || target.endsWith('.txt')) loadViews()
}

/** Never fails: a program must not notice that it is listened to. */
function listener(target: string): Listener {
  try {
    if (target === '-') return textListener(STANDARD_ERROR)
    if (target.endsWith('.txt')) return textListener(openSync(target, 'a'))
    const fd = target.endsWith('.hex') ? openSync(target, 'a') : openPcap(target)
    const written: (datagram: Captured) => Uint8Array | string = target.endsWith('.hex')
      ? datagram => hexLines(datagram, process.pid)
      : pcapRecord
    return datagram => write(fd, written(datagram), target)
  } catch (error) {
    complain(target, error)
    return () => {}
  }
}

function complain(target: string, error: unknown): void {
  process.stderr.write(`NL_DUMP=${target}: ${(error as Error).message}; nothing is recorded\n`)
}

/** A pcap file to append to. It comes into being with its header, whoever else makes it at the same time. */
function openPcap(path: string): number {
  makePcap(path)
  const fd = openSync(path, 'a+')
  if (!fstatSync(fd).isFile()) writeSync(fd, pcapHeader())
  else if (!isOurs(fd)) {
    closeSync(fd)
    throw new Error('the file is there, and is no capture that can be continued: remove it, or choose another name')
  }
  return fd
}

function makePcap(path: string): void {
  const own = `${path}.${process.pid}-${threads().threadId}`
  try {
    writeFileSync(own, pcapHeader(), { flag: 'wx' })
    linkSync(own, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(own, { force: true })
  }
}

function isOurs(fd: number): boolean {
  const header = pcapHeader()
  const found = new Uint8Array(header.length)
  return readSync(fd, found, 0, found.length, 0) === header.length && Buffer.compare(found, header) === 0
}

// ── text ───────────────────────────────────────────────────────────────────

type Views = typeof import('./dump/live-text.ts')
let views: Views | undefined
/** What came before the views were there; they are loaded only where they are asked for. */
const waiting: (() => void)[] = []

function loadViews(): void {
  import('./dump/live-text.ts').then(loaded => {
    views = loaded
    for (const say of waiting.splice(0)) say()
  })
  // A program that ends before: its bytes are not lost.
  process.on('exit', () => {
    for (const say of waiting.splice(0)) say()
  })
}

function textListener(fd: number): Listener {
  let view: ((datagram: Captured) => string) | undefined
  return datagram => {
    const kept = { ...datagram, bytes: datagram.bytes.slice() }
    const say = (): void => {
      view ??= views?.liveText(fd === STANDARD_ERROR && process.stderr.isTTY === true && !process.env['NO_COLOR'])
      write(fd, view?.(kept) ?? hexLines(kept), '-')
    }
    if (views) say()
    else waiting.push(say)
  }
}

// ── writing ────────────────────────────────────────────────────────────────

const full = new Set<number>()
const sleep = new Int32Array(new SharedArrayBuffer(4))

/** Writes all of it, in one piece where the system does so. What cannot be written is told once. */
function write(fd: number, what: Uint8Array | string, target: string): void {
  if (full.has(fd)) return
  const bytes = typeof what === 'string' ? Buffer.from(what) : what
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EAGAIN') Atomics.wait(sleep, 0, 0, 1)
      else if (code !== 'EINTR') {
        full.add(fd)
        if (code !== 'EPIPE') complain(target, error)
        return
      }
    }
  }
}
