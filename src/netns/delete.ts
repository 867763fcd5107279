// Deleting a namespace without losing anything: who lives inside is asked, or ended, first; devices that would be lost
// are moved out; and it is waited for until the namespace is really gone. `ip netns del` does none of this.
import { closeSync } from 'node:fs'
import { Netlink } from '../client.ts'
import { NetlinkError } from '../netlink/error.ts'
import * as link from '../ops/link.ts'
import * as nsid from '../ops/nsid.ts'
import type { Link } from '../route/link.ts'
import { timers } from '../sys/builtin.ts'
import {
  identityOf,
  isOwn,
  NetnsError,
  type NetnsReference,
  namedPath,
  OWN_NETNS,
  openNetns,
} from '../sys/netns-path.ts'
import { deleteNamed, listNamed } from './named.ts'
import { describePin, type Pin, pinsOf } from './pins.ts'
import { type NetnsProcess, processesIn } from './processes.ts'
import { stopProcesses } from './stop.ts'

export interface DeleteOptions {
  /** End the processes inside: TERM, then KILL after the grace time (milliseconds; true: 5000). */
  readonly kill?: boolean | { readonly grace: number }
  /** Delete although processes live inside: it goes on without a name until the last of them ends. */
  readonly force?: boolean
  /**
   * Which devices are moved out first: `physical` (the default; the others are made anew at will), `all` (what can
   * be moved), or a choice of your own. A device that cannot be moved keeps the name from being deleted.
   */
  readonly rescue?: 'physical' | 'all' | 'none' | ((device: Link) => boolean)
  /** Where to; left out: the caller's namespace. */
  readonly rescueTo?: NetnsReference
  /** When the device's name is taken there: give it another (`eth0` → `eth0_ns1`), or refuse. Default `rename`. */
  readonly taken?: 'rename' | 'refuse'
  /** Come back when the namespace is really gone, and so are the veth ends it had elsewhere. Default true. */
  readonly wait?: boolean
  /** Milliseconds to wait at most. Default 10,000. */
  readonly timeout?: number
}

export interface DeleteResult {
  /** The devices that were moved out, by the name they had inside and the one they have now. */
  readonly rescued: readonly { readonly name: string; readonly as: string }[]
  /** The processes that were ended. */
  readonly ended: readonly NetnsProcess[]
  /** Whether it is known to be gone; false without `wait`, and with `force` while something lives inside. */
  readonly gone: boolean
}

/** Processes live in a namespace that was to be deleted. */
export class NetnsBusyError extends NetnsError {
  readonly processes: readonly NetnsProcess[]

  constructor(name: string, processes: readonly NetnsProcess[]) {
    const lines = processes.map(({ pid, user, command }) => `  ${pid} ${user} ${command}`)
    super(
      'EBUSY',
      `namespace ${name} has living processes; end them (kill), or delete it all the same (force):\n${lines.join('\n')}`,
    )
    this.processes = processes
  }
}

/** The namespace would live on without its name: something else holds it. */
export class NetnsPinnedError extends NetnsError {
  readonly pins: readonly Pin[]

  constructor(name: string, pins: readonly Pin[]) {
    super(
      'EBUSY',
      `namespace ${name} would live on without its name (close what holds it, or delete it without waiting, or by force): ` +
        pins.map(describePin).join('; '),
    )
    this.pins = pins
  }
}

/**
 * Deletes a named namespace, safely. A stale file is cleared.
 * @throws NetnsError `ENOENT`; {@link NetnsBusyError} while processes live inside; {@link NetnsPinnedError} when it is
 * to be waited for and a descriptor or another mount holds it (an open handle: close it first); NetlinkError when a
 * device cannot be moved out. Until then nothing was deleted; devices that were moved before stay moved.
 *
 * @example
 * ```ts
 * await netns.delete('ns1')
 * console.log(netns.list().length) // 0
 * ```
 */
export async function deleteNetns(name: string, options: DeleteOptions = {}): Promise<DeleteResult> {
  if (listNamed().some(entry => entry.name === name && entry.stale)) {
    deleteNamed(name)
    return { rescued: [], ended: [], gone: true }
  }
  const fd = openNetns({ name })
  let open = true
  try {
    const ended = await emptyOfProcesses(name, fd, options)
    const pins = options.wait === false ? [] : pinsOf(identityOf(fd), { fd, path: namedPath(name) })
    if (pins.length > 0 && !options.force) throw new NetnsPinnedError(name, pins)
    const rescued = rescue(name, fd, options)
    using here = Netlink.open()
    const others = pins.length > 0 || (options.force === true && processesIn(identityOf(fd)).length > 0)
    const id = options.wait === false || others || isOwn(fd) ? undefined : await idOf(here, fd)
    if (id !== undefined) deleteVeths(fd)
    deleteNamed(name)
    closeSync(fd)
    open = false
    return { rescued, ended, gone: id !== undefined && (await untilGone(here, name, id, options.timeout ?? TIMEOUT)) }
  } finally {
    if (open) closeSync(fd)
  }
}

const TIMEOUT = 10_000
const GRACE = 5000

async function emptyOfProcesses(name: string, fd: number, { kill, force }: DeleteOptions): Promise<NetnsProcess[]> {
  const inside = processesIn(identityOf(fd)).filter(({ pid }) => pid !== process.pid)
  if (inside.length === 0) return []
  if (!kill) {
    if (force) return []
    throw new NetnsBusyError(name, inside)
  }
  const results = await stopProcesses(inside, { grace: typeof kill === 'object' ? kill.grace : GRACE })
  const alive = new Set(results.filter(({ outcome }) => outcome === 'alive').map(({ pid }) => pid))
  if (alive.size > 0 && !force)
    throw new NetnsBusyError(
      name,
      inside.filter(({ pid }) => alive.has(pid)),
    )
  return inside.filter(({ pid }) => !alive.has(pid))
}

/**
 * Whether the kernel would lose a device with its namespace, or hand it to the machine's first namespace rather than
 * to ours: hardware has no rtnl_link_ops, so no kind (net/core/dev.c: default_device_exit_net).
 */
export const isPhysical = (device: Link): boolean => device.kind === undefined && !device.flags.includes('loopback')

/** The kernel refuses to move these (dev->netns_immutable, or they belong to the namespace). */
const STAYS = new Set(['bridge', 'bond', 'team', 'vrf'])
const movable = (device: Link): boolean =>
  !device.flags.includes('loopback') && !STAYS.has(device.kind ?? '') && device.netnsImmutable !== true

function rescue(name: string, fd: number, options: DeleteOptions): { name: string; as: string }[] {
  const { rescue: choice = 'physical', rescueTo, taken = 'rename' } = options
  if (choice === 'none') return []
  const wanted = choice === 'physical' ? isPhysical : choice === 'all' ? movable : choice
  using inside = Netlink.open({ netns: { fd } })
  const target = openNetns(rescueTo ?? { path: OWN_NETNS })
  try {
    if (sameNetns(fd, target)) throw new NetnsError('EINVAL', `namespace ${name} cannot rescue devices to itself`)
    return inside
      .runSync(link.list({ statistics: false }))
      .filter(wanted)
      .map(device => ({ name: device.name!, as: moveOut(inside, device, name, target, taken) }))
  } finally {
    closeSync(target)
  }
}

function moveOut(inside: Netlink, device: Link, from: string, target: number, taken: 'rename' | 'refuse'): string {
  const move = (as?: string): void => {
    inside.runSync(link.set(device.index, { netns: { fd: target }, ...(as !== undefined && { name: as }) }))
  }
  try {
    move()
    return device.name!
  } catch (error) {
    if (!(error instanceof NetlinkError) || error.code !== 'EEXIST' || taken === 'refuse') throw error
  }
  const as = freeName(target, device.name!, from)
  move(as)
  return as
}

/** `eth0_ns1`, or `eth0_ns12`…: a name that no link there has, of at most 15 bytes. */
function freeName(target: number, name: string, from: string): string {
  using there = Netlink.open({ netns: { fd: target } })
  const used = new Set(there.runSync(link.list({ statistics: false })).map(other => other.name))
  const base = `${name}_${from}`.replace(/[^\x21-\x7e]|[/:]/g, '-').slice(0, 12)
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? base : `${base}${n}`
    if (!used.has(candidate)) return candidate
  }
}

/** A veth goes at both ends at once; left to the namespace's end it goes some time after. */
function deleteVeths(fd: number): void {
  using inside = Netlink.open({ netns: { fd } })
  for (const device of inside.runSync(link.list({ kind: 'veth', statistics: false }))) {
    try {
      inside.runSync(link.delete(device.index))
    } catch (error) {
      // The other end of a pair that lay inside with both.
      if (!(error instanceof NetlinkError) || error.code !== 'ENODEV') throw error
    }
  }
}

/** The id by which we know it; a new one where it had none, which ends with it. */
async function idOf(here: Netlink, fd: number): Promise<number | undefined> {
  const known = await here.run(nsid.get({ fd }))
  if (known !== undefined) return known
  await here.run(nsid.set({ fd }))
  return here.run(nsid.get({ fd }))
}

/** A namespace's id goes when the kernel takes it apart; whoever still holds it (an open file) keeps it. */
async function untilGone(here: Netlink, name: string, id: number, timeout: number): Promise<boolean> {
  const deadline = performance.now() + timeout
  for (let pause = 1; ; pause = Math.min(pause * 2, 50)) {
    const ids = await here.run(nsid.list())
    if (!ids.some(entry => entry.nsid === id)) return true
    if (performance.now() > deadline) {
      throw new NetnsError(
        'ETIMEDOUT',
        `namespace ${name} has lost its name but lives on after ${timeout} ms: a socket that was made inside, or an open file that /proc does not show, holds it`,
      )
    }
    await timers().setTimeout(pause)
  }
}

function sameNetns(a: number, b: number): boolean {
  const [first, second] = [identityOf(a), identityOf(b)]
  return first.device === second.device && first.inode === second.inode
}
