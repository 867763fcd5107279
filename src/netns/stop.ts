// End processes, politely first: SIGTERM, and SIGKILL after a grace time, waited for. A process is its pid together
// with its start time, so that one which got a pid of the dead is never hit. Knows nothing of namespaces.
import { readdirSync } from 'node:fs'
import { timers } from '../sys/builtin.ts'
import { codeOf } from '../sys/netns-path.ts'
import { readStat } from './processes.ts'

/** Which process: {@link NetnsProcess} is one. Without `startTime`, whoever has the pid at the call. */
export interface StopTarget {
  readonly pid: number
  readonly startTime?: number
}

export interface StopOptions {
  /** From SIGTERM to SIGKILL, milliseconds; 0 sends SIGKILL at once. */
  readonly grace?: number
  /** From SIGKILL to giving up on a process that does not die (it waits in the kernel), milliseconds. */
  readonly killTimeout?: number
  /** Ends the waiting, and sends nothing more; the call throws the signal's reason. */
  readonly signal?: AbortSignal
}

/** What became of a process. */
export interface StopResult {
  readonly pid: number
  /**
   * `gone`: had ended before. `terminated`: ended at SIGTERM. `killed`: needed SIGKILL. `alive`: is there still;
   * `error` says why, where it could not be signalled (EPERM).
   */
  readonly outcome: 'gone' | 'terminated' | 'killed' | 'alive'
  readonly error?: string
}

const GRACE_MS = 5000
const KILL_TIMEOUT_MS = 5000

/**
 * Ends processes and waits until they are gone: a zombie counts as gone, for it holds nothing any more. Answers what
 * became of each. Refuses, before the first signal, a list with this very process or with process 1 in it.
 */
export async function stopProcesses(
  targets: Iterable<StopTarget>,
  { grace = GRACE_MS, killTimeout = KILL_TIMEOUT_MS, signal }: StopOptions = {},
): Promise<StopResult[]> {
  signal?.throwIfAborted()
  const victims = [...targets].map(target => new Victim(target))
  if (grace > 0) {
    for (const victim of victims) victim.terminate()
    await untilGone(victims, grace, signal)
  }
  for (const victim of victims) victim.kill()
  await untilGone(victims, killTimeout, signal)
  return victims.map(victim => victim.result())
}

/** Waits until all that could be signalled are gone, or the time is up. */
async function untilGone(victims: readonly Victim[], milliseconds: number, signal: AbortSignal | undefined) {
  const SLOWEST_CHECK_MS = 50
  const deadline = Date.now() + milliseconds
  for (let pause = 1; victims.some(victim => victim.isAwaited()); pause = Math.min(pause * 2, SLOWEST_CHECK_MS)) {
    const left = deadline - Date.now()
    if (left <= 0) return
    await timers().setTimeout(Math.min(pause, left), undefined, signal && { signal })
  }
}

class Victim {
  readonly #pid: number
  readonly #startTime: number | undefined
  #outcome: 'gone' | 'terminated' | 'killed' = 'gone'
  #error: string | undefined

  constructor({ pid, startTime }: StopTarget) {
    this.#pid = mustBeStoppable(pid)
    this.#startTime = startTime ?? readStat(pid)?.startTime
  }

  terminate(): void {
    if (!this.#isAlive() || !this.#send('SIGTERM')) return
    this.#outcome = 'terminated'
    // A stopped process gets the signal only when it goes on.
    this.#send('SIGCONT')
  }

  kill(): void {
    if (this.#isAlive() && this.#send('SIGKILL')) this.#outcome = 'killed'
  }

  isAwaited(): boolean {
    return this.#error === undefined && this.#isAlive()
  }

  result(): StopResult {
    const outcome = this.#isAlive() ? 'alive' : this.#outcome
    return this.#error === undefined || outcome !== 'alive'
      ? { pid: this.#pid, outcome }
      : { pid: this.#pid, outcome, error: this.#error }
  }

  #isAlive(): boolean {
    const stat = readStat(this.#pid)
    if (stat === undefined || stat.startTime !== this.#startTime) return false
    // The first thread of a process may be a zombie while others run.
    return (stat.state !== 'Z' && stat.state !== 'X') || threadCount(this.#pid) > 1
  }

  /** Answers whether the signal was sent. */
  #send(signal: NodeJS.Signals): boolean {
    try {
      process.kill(this.#pid, signal)
      this.#error = undefined
      return true
    } catch (error) {
      if (codeOf(error) !== 'ESRCH') this.#error = codeOf(error)
      return false
    }
  }
}

function mustBeStoppable(pid: number): number {
  if (!Number.isInteger(pid) || pid < 1) throw new TypeError(`a process id is a positive integer, not ${pid}`)
  if (pid === 1) throw new Error('process 1 is not to be stopped: with it the machine, or the container, ends')
  if (pid === process.pid) throw new Error(`process ${pid} is this very process: it does not stop itself`)
  return pid
}

function threadCount(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).length
  } catch {
    return 0
  }
}
