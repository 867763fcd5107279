// `ip netns`: named namespaces, who lives in them, commands in them, and their ids, in iproute2's grammar.
import { spawnSync } from 'node:child_process'
import { closeSync } from 'node:fs'
import type { DeleteOptions } from '../../netns/delete.ts'
import { ExecError, execIn, inheritedDescriptors } from '../../netns/exec.ts'
import { attachNamed, createNamed, deleteNamed, listNamed, namedIdentity } from '../../netns/named.ts'
import { identify, processesIn } from '../../netns/processes.ts'
import { watchNamed } from '../../netns/watch.ts'
import * as nsidOps from '../../ops/nsid.ts'
import { NSID_NOT_ASSIGNED, type Nsid, nsidMessage } from '../../route/nsid.ts'
import { errnoText } from '../../sys/errno.ts'
import { SysError } from '../../sys/libc.ts'
import { identityOf, NETNS_DIRECTORY, NetnsError, openNetns } from '../../sys/netns-path.ts'
import { CommandError, USAGE, USER } from '../errors.ts'
import { readCommand } from '../grammar.ts'
import { usage } from '../help.ts'
import { idOf } from '../host.ts'
import { type Json, writeJson } from '../json.ts'
import { notEntered, type Session } from '../session.ts'
import { choice, integer, type Keywords, parseInteger, readAll, type Words, whole } from '../words.ts'

export const HELP = `Usage: % netns [ list ]
       % netns add NAME
       % netns attach NAME PID
       % [ -all ] netns delete [ NAME ] [ --kill | --force ] [ --wait ]
	[ --rescue { physical | all | none } ] [ --to NETNS ]
       % netns set NAME { auto | ID }
       % netns identify [ PID ]
       % netns pids NAME
       % [ -all ] netns exec [ NAME ] COMMAND …
       % netns monitor
       % netns list-id [ target-nsid ID ] [ nsid ID ]
`

type Command = (words: Words, session: Session) => number | Promise<number>

/** In iproute2's order. */
const COMMANDS: Readonly<Record<string, Command>> = {
  list,
  show: list,
  lst: list,
  'list-id': listIds,
  help: words => {
    throw usage(words, HELP)
  },
  add,
  set: setId,
  delete: remove,
  identify: tellNames,
  pids,
  exec,
  monitor,
  attach,
}

/** Runs `ip netns …`; answers the exit status. */
export async function netnsCommand(words: Words, session: Session): Promise<number> {
  if (words.done) return list(words, session)
  const command = readCommand(words, 'netns', Object.keys(COMMANDS))
  const name = words.next
  if (!session.settings.all && name !== undefined && (name.includes('/') || name === '.' || name === '..')) {
    words.take()
    throw words.fail(`Invalid netns name "${name}"`, `a name is one file in ${NETNS_DIRECTORY}`, USAGE)
  }
  return COMMANDS[command]!(words, session)
}

// ── names ──────────────────────────────────────────────────────────────────

/** Prints objects: as JSON, or a line each. */
function print<T extends Record<string, Json>>(
  session: Session,
  objects: readonly T[],
  line: (object: T) => string,
): void {
  const { json, pretty } = session.show
  session.print(json ? `${writeJson(objects, pretty)}\n` : objects.map(object => `${line(object)}\n`).join(''))
}

interface Named extends Record<string, Json> {
  name: string
}

function list(_: Words, session: Session): number {
  const objects = listNamed().map(({ name, stale }): Named => {
    const id = stale ? undefined : idOf(session.connection, name)
    if (stale) session.host.err(`netloom: ${name} is a stale file: no namespace is behind it; delete the name\n`)
    return id === undefined ? { name } : { name, id }
  })
  print(session, objects, ({ name, id }) => (id === undefined ? name : `${name} (id: ${id})`))
  return 0
}

const noName = (): CommandError => new CommandError(USER, 'No netns name specified')

/** What `ip` says in place of a NetnsError's own sentence, which comes behind it. */
function asking<T>(work: () => T, first: (text: string) => string): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof NetnsError)) throw error
    const cause = error.cause instanceof SysError ? errnoText(error.cause.errno) : (TEXTS[error.code] ?? error.code)
    throw new CommandError(USER, first(cause), `netloom: ${error.message}`)
  }
}
const TEXTS: Readonly<Record<string, string>> = {
  EEXIST: 'File exists',
  ENOENT: 'No such file or directory',
  EPERM: 'Operation not permitted',
  EACCES: 'Permission denied',
}

function add(words: Words): number {
  if (words.done) throw noName()
  const name = words.take()
  asking(
    () => createNamed(name),
    text => `Cannot create namespace file "${NETNS_DIRECTORY}/${name}": ${text}`,
  )
  return 0
}

function attach(words: Words): number {
  if (words.all.length - words.at < 2) throw new CommandError(USER, 'No netns name and PID specified')
  const name = words.take()
  const pid = parseInteger(words.take())
  if (!pid) throw words.fail(`Invalid PID: ${words.last}`)
  asking(
    () => attachNamed(name, pid),
    text =>
      text === 'File exists'
        ? `Cannot create namespace file "${NETNS_DIRECTORY}/${name}": ${text}`
        : `Bind /proc/${pid}/ns/net -> ${NETNS_DIRECTORY}/${name} failed: ${text}`,
  )
  return 0
}

/** What `netloom netns delete` takes beyond `ip`'s. */
type Removal = { -readonly [K in keyof DeleteOptions]: DeleteOptions[K] }
const RESCUES = ['physical', 'all', 'none'] as const
const REMOVE: Keywords<Removal> = {
  '--kill': whole((_, options) => void (options.kill = true)),
  '--force': whole((_, options) => void (options.force = true)),
  '--wait': whole((_, options) => void (options.wait = true)),
  '--rescue': whole(
    (words, options) => void (options.rescue = choice<'physical' | 'all' | 'none'>(words, RESCUES, 'no such devices')),
  ),
  '--to': whole((words, options) => void (options.rescueTo = words.take('a namespace'))),
}

/** Called as `ip` it deletes as `ip` does; as `netloom` it looks inside first, and loses nothing. */
async function remove(words: Words, session: Session): Promise<number> {
  const { all } = session.settings
  if (!all && (words.done || words.next?.startsWith('--'))) throw noName()
  const names = all ? listNamed().map(named => named.name) : [words.take()]
  if (words.all[0] === 'ip') {
    for (const name of names) removeName(name, session)
    return 0
  }
  const options: Removal = { wait: false }
  readAll(words, REMOVE, options, () => {
    words.take()
    throw words.fail(`Error: "${words.last}" is a garbage.`, `expected: ${Object.keys(REMOVE).join(', ')}`, USAGE)
  })
  for (const name of names) {
    if (namedIdentity(name) === undefined) removeName(name, session)
    else await removeSafely(name, options, session)
  }
  return 0
}

async function removeSafely(name: string, options: DeleteOptions, session: Session): Promise<void> {
  const { deleteNetns } = await import('../../netns/delete.ts')
  try {
    const living = options.force ? inhabitants(name) : []
    const { rescued, ended } = await deleteNetns(name, options)
    tellSurvivors(name, options.kill ? [] : living, session)
    for (const device of rescued) session.host.err(`netloom: ${device.name} was moved out, as ${device.as}\n`)
    for (const process of ended) session.host.err(`netloom: ended ${process.pid} (${process.command})\n`)
  } catch (error) {
    if (!(error instanceof NetnsError) || error.code !== 'EBUSY') throw error
    const advice = error.message.replace('(kill)', '(--kill)').replace('(force)', '(--force)')
    throw new CommandError(
      USER,
      `Cannot remove namespace file "${NETNS_DIRECTORY}/${name}": ${errnoText(16)}`,
      `netloom: ${advice}`,
    )
  }
}

function removeName(name: string, session: Session): void {
  const living = inhabitants(name)
  asking(
    () => deleteNamed(name),
    text => `Cannot remove namespace file "${NETNS_DIRECTORY}/${name}": ${text}`,
  )
  tellSurvivors(name, living, session)
}

function tellSurvivors(name: string, living: readonly string[], session: Session): void {
  if (living.length === 0) return
  session.host.err(`netloom: ${name} has lost its name, but lives on until its processes end: ${living.join(', ')}\n`)
}

const MOST_TOLD = 5

/** Who keeps a namespace alive when its name is gone (its devices cannot be got back then); nobody, where it is ours. */
function inhabitants(name: string): string[] {
  const identity = namedIdentity(name)
  const living = identity ? processesIn(identity) : []
  if (living.some(({ pid }) => pid === process.pid)) return []
  const told = living.slice(0, MOST_TOLD).map(({ pid, command }) => `${pid} (${command})`)
  return living.length > MOST_TOLD ? [...told, `and ${living.length - MOST_TOLD} more`] : told
}

// ── who lives there ────────────────────────────────────────────────────────

function pids(words: Words, session: Session): number {
  if (words.done) throw noName()
  const fd = asking(
    () => openNetns({ name: words.take() }),
    text => `Cannot open network namespace: ${text}`,
  )
  try {
    const found = processesIn(identityOf(fd)).filter(process => !process.threads)
    session.print(found.map(process => `${process.pid}\n`).join(''))
    return 0
  } finally {
    closeSync(fd)
  }
}

function tellNames(words: Words, session: Session): number {
  const pid = words.done ? process.pid : parseInteger(words.take('a process id'))
  if (pid === undefined) throw words.fail(`Specified string '${words.last}' is not a pid`)
  const names = asking(
    () => identify(pid),
    text => `Cannot open network namespace: ${text}`,
  )
  // As iproute2: a line is ended, even where there is nothing in it.
  session.print(names.length === 0 ? '\n' : names.map(name => `${name}\n`).join(''))
  return 0
}

async function monitor(_: Words, session: Session): Promise<number> {
  for await (const { type, name } of watchNamed()) session.print(`${type} ${name}\n`)
  return 0
}

// ── exec ───────────────────────────────────────────────────────────────────

function exec(words: Words, session: Session): number {
  // Before anything is opened: what is open now came from the caller.
  const inherit = inheritedDescriptors()
  if (session.settings.all) return execInAll(words, session)
  if (words.done) throw noName()
  const name = words.take()
  if (words.done) throw new CommandError(USER, 'No command specified')
  const command = words.take()
  const args = words.rest()
  const fd = opened(name)
  try {
    return execIn(fd, name, command, args, { inherit })
  } catch (error) {
    if (!(error instanceof ExecError)) throw error
    const [first = error.message, ...advice] = error.message.split('; ')
    throw new CommandError(error.exitStatus, first, advice.length === 0 ? undefined : `netloom: ${advice.join('; ')}`)
  }
}

function opened(name: string): number {
  try {
    return openNetns({ name })
  } catch (error) {
    if (error instanceof NetnsError) throw notEntered(name, error)
    throw error
  }
}

/** `ip -all netns exec CMD`: in each namespace, one after the other, each by a process of its own. */
function execInAll(words: Words, session: Session): number {
  if (words.done) throw new CommandError(USER, 'No command specified')
  const command = words.rest()
  for (const { name } of listNamed()) {
    session.print(`\nnetns: ${name}\n`)
    // Called through a link named `ip`, it is called so again: `netns exec` means the same to all.
    spawnSync(process.execPath, [...process.execArgv, process.argv[1]!, 'netns', 'exec', name, ...command], {
      stdio: 'inherit',
    })
  }
  return 0
}

// ── ids ────────────────────────────────────────────────────────────────────

function setId(words: Words, session: Session): number {
  if (words.done) throw noName()
  const name = words.take()
  if (words.done) throw new CommandError(USER, 'No nsid specified')
  const text = words.take()
  const id = text === 'auto' ? NSID_NOT_ASSIGNED : parseInteger(text)
  if (id === undefined || id > 0x7fffffff)
    throw words.wrong('Invalid "netnsid" value', 'a whole number from 0, or auto')
  closeSync(
    asking(
      () => openNetns({ name }),
      cause => `Cannot open network namespace "${name}": ${cause}`,
    ),
  )
  session.run(nsidOps.set({ name }, id))
  return 0
}

interface IdChoice {
  target?: number
  nsid?: number
}
const ID_CHOICE: Keywords<IdChoice> = {
  'target-nsid': whole((words, choice) => void (choice.target = readId(words, 'target-nsid'))),
  nsid: whole((words, choice) => void (choice.nsid = readId(words, 'nsid'))),
}
const readId = (words: Words, name: string): number => integer(words, `"${name}" value is invalid`, 0x7fffffff)

interface Id extends Record<string, Json> {
  nsid: number
}

function listIds(words: Words, session: Session): number {
  const choice: IdChoice = {}
  readAll(words, ID_CHOICE, choice, () => {
    words.take()
    throw words.fail(`Error: "${words.last}" is a garbage.`, 'expected: target-nsid, nsid', USAGE)
  })
  const { target, nsid } = choice
  const found = nsid === undefined ? session.run(nsidOps.list(target)) : [session.run(idBy(nsid, target))]
  const objects = found
    .filter(id => id.nsid !== undefined && id.nsid >= 0)
    .map(({ nsid = 0, currentNsid }): Id => {
      // A name is known of the ids that this namespace has.
      const name = session.netns(currentNsid ?? nsid)
      return {
        nsid,
        ...(currentNsid !== undefined && { 'current-nsid': currentNsid }),
        ...(name !== undefined && { name }),
      }
    })
  print(
    session,
    objects,
    id =>
      `nsid ${id.nsid}${id['current-nsid'] === undefined ? '' : ` current-nsid ${id['current-nsid']}`}` +
      (id['name'] === undefined ? '' : ` (iproute2 netns name: ${id['name']})`),
  )
  return 0
}

/** One namespace, by its id here or in `target`. */
function idBy(nsid: number, target: number | undefined) {
  const request = nsidOps.get({ name: String(nsid) })
  return {
    ...request,
    what: `get nsid ${nsid}`,
    needs: [],
    encode: ((w: Parameters<typeof request.encode>[0]) =>
      nsidMessage.encode(w, {
        attributes: { nsid, ...(target !== undefined && { targetNsid: target }) },
      })) as typeof request.encode,
    finish: ([found]: unknown[]): Nsid => found as Nsid,
  }
}
