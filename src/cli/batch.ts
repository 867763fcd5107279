// `-batch FILE`: a command a line, in one session. It stops at the line that fails, and nothing behind that line is
// sent; with `-force` it goes on, and the changes of successive lines travel in one datagram where that is safe.
// Comments, quotes and continuation lines are iproute2's (lib/utils.c: getcmdline, makeargs).
import { closeSync, openSync, readSync } from 'node:fs'
import { BatchError, type Connection } from '../netlink/connection.ts'
import type { Request } from '../netlink/request.ts'
import { linkMessage } from '../route/link.ts'
import { errnoText } from '../sys/errno.ts'
import { codeOf } from '../sys/netns-path.ts'
import { CommandError, report, USAGE, USER } from './errors.ts'
import type { Host } from './host.ts'
import type { Settings } from './options.ts'
import { type Echo, Session } from './session.ts'
import { Words } from './words.ts'

/** Runs one command line in a session; answers its exit status, or throws. */
export type Perform = (words: Words, session: Session) => Promise<number>

/** Runs the batch that the settings name; answers its exit status: 0, or 1 (255 for a line that cannot be read). */
export async function runBatch(settings: Settings, host: Host, program: string, perform: Perform): Promise<number> {
  const file = settings.batch!
  let status = 0
  // What `ip` and `bridge` cannot read ends them at once, with 255; `tc` mostly returns to its batch.
  const unread = program === 'tc' ? USER : USAGE
  const fail = (line: number, error: unknown): void => {
    host.err(`${error === undefined ? '' : report(error).text}Command failed ${file}:${line}\n`)
    status = error instanceof CommandError && error.status === unread && !settings.force ? unread : USER
  }
  using session = new BatchSession(settings, host, fail)
  using input = new Input(file, () => session.rest())
  for (const { text, line } of commandLines(input.lines())) {
    let failure: unknown
    try {
      const words = splitWords(text)
      if (words.length === 0) continue
      session.begin(line, words[0]!)
      if ((await perform(new Words([program, ...words], 1), session)) === 0) continue
    } catch (error) {
      failure = error
    }
    session.flush()
    fail(line, failure)
    if (!settings.force) break
  }
  session.flush()
  return status
}

// ── the session of all lines ───────────────────────────────────────────────

/** Changes that were queued, no more than this, are sent. */
const MOST_QUEUED = 512

/**
 * A session that lasts from line to line. With `-force`, the change that a line ends with waits for those of the next
 * lines of the same object. Whatever else a line asks, prints or does comes behind it, so the order is kept.
 */
class BatchSession extends Session {
  readonly #fail: (line: number, error: unknown) => void
  readonly #names = new Map<string, ReturnType<Session['find']>>()
  #queued: { readonly line: number; readonly request: Request<void> }[] = []
  #line = 0
  #object = ''

  constructor(settings: Settings, host: Host, fail: (line: number, error: unknown) => void) {
    super(settings, {
      ...host,
      out: text => {
        this.flush()
        host.out(text)
      },
      err: text => {
        this.flush()
        host.err(text)
      },
    })
    this.#fail = fail
  }

  /** The lines from here on are of this object. */
  begin(line: number, object: string): void {
    if (object !== this.#object) this.flush()
    if (this.#queued.length === 0) this.release()
    this.#line = line
    this.#object = object
  }

  override get connection(): Connection {
    this.flush()
    return super.connection
  }

  override apply(request: Request<void>, echo?: Echo): void {
    if (!this.settings.force || (echo && this.settings.echo)) {
      super.apply(request, echo)
      return
    }
    this.#queued.push({ line: this.#line, request })
    if (request.message === linkMessage) this.forget()
    if (this.#queued.length >= MOST_QUEUED) this.flush()
  }

  /** Sends what waits, and tells what failed of it. */
  flush(): void {
    const queued = this.#queued
    if (queued.length === 0) return
    this.#queued = []
    try {
      super.connection.batchSync(queued.map(({ request }) => request))
    } catch (error) {
      if (!(error instanceof BatchError)) throw error
      for (const [i, result] of error.results.entries())
        if (result.status === 'rejected') this.#fail(queued[i]!.line, result.reason)
    }
  }

  /** Nothing is to be read for now: meanwhile others may change what is known. */
  rest(): void {
    this.flush()
    this.forget()
  }

  override find(name: string): ReturnType<Session['find']> {
    if (!this.#names.has(name)) this.#names.set(name, super.find(name))
    return this.#names.get(name)
  }

  protected override forget(): void {
    super.forget()
    this.#names.clear()
  }
}

// ── lines and words ────────────────────────────────────────────────────────

const CHUNK = 64 * 1024

/** A file, or standard input, line by line as it comes. */
class Input implements Disposable {
  readonly #fd: number
  readonly #own: boolean
  readonly #waiting: () => void

  /** `waiting` is called before each read: what was read so far is used up. */
  constructor(file: string, waiting: () => void) {
    this.#own = file !== '-'
    this.#waiting = waiting
    try {
      this.#fd = this.#own ? openSync(file, 'r') : 0
    } catch (error) {
      const { errno = 0 } = error as NodeJS.ErrnoException
      throw new CommandError(USER, `Cannot open file "${file}" for reading: ${errnoText(-errno)}`)
    }
  }

  *lines(): Generator<string> {
    const decoder = new TextDecoder()
    const chunk = new Uint8Array(CHUNK)
    let rest = ''
    for (let size = this.#read(chunk); size > 0; size = this.#read(chunk)) {
      const lines = (rest + decoder.decode(chunk.subarray(0, size), { stream: true })).split('\n')
      rest = lines.pop()!
      yield* lines
    }
    if (rest !== '') yield rest
  }

  #read(chunk: Uint8Array): number {
    this.#waiting()
    for (;;) {
      try {
        return readSync(this.#fd, chunk)
      } catch (error) {
        if (codeOf(error) === 'EOF') return 0
        if (codeOf(error) !== 'EAGAIN') throw error
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
      }
    }
  }

  [Symbol.dispose](): void {
    if (this.#own) closeSync(this.#fd)
  }
}

/** Joins lines that end in a backslash, without their comments; each with the number of its last line. */
export function* commandLines(lines: Iterable<string>): Generator<{ readonly text: string; readonly line: number }> {
  let text = ''
  let line = 0
  let open = false
  for (const written of lines) {
    line++
    text += withoutComment(written)
    open = text.endsWith('\\')
    if (open) text = text.slice(0, -1)
    else {
      yield { text, line }
      text = ''
    }
  }
  if (open) throw new CommandError(USER, 'Missing continuation line')
}

/** Up to a `#`. iproute2 looks for it in quotes too, and then misses the quote's end: there it is a part of the word. */
function withoutComment(text: string): string {
  const found = /^(?:[^\s#'"][^\s#]*|'[^']*'|"[^"]*"|\s+)*/.exec(text)![0]
  return text[found.length] === '#' ? found : text
}

/** Words between white space; one that begins with a quote ends with it. There are no escapes. */
export function splitWords(text: string): string[] {
  const words: string[] = []
  const word = /\s*(?:'([^']*)'|"([^"]*)"|(['"])|(\S+))/y
  for (let found = word.exec(text); found; found = word.exec(text)) {
    const [, single, double, open, plain] = found
    if (open !== undefined) throw new CommandError(USER, 'Unterminated quoted string', text.slice(word.lastIndex - 1))
    words.push((single ?? double ?? plain)!)
  }
  return words
}
