// Names to addresses, asked inside a namespace. Not getaddrinfo, whose pool threads are outside; not c-ares, which
// makes the socket of a second try later, outside: questions of our own (dns-query.ts), by the namespace's hosts and
// resolv.conf where it has them, else by the machine's. No NSS, no mDNS. Reads the files anew for each name.
import type { LookupAddress, LookupOptions } from 'node:dns'
import { readFileSync } from 'node:fs'
import { domainToASCII } from 'node:url'
import { net } from '../sys/builtin.ts'
import { codeOf, NetnsError } from '../sys/netns-path.ts'
import { type Answer, query, type RecordType, type Server, ServerFailure } from './dns-query.ts'
import type { Inside, Lookup, NameLookupOptions, ResolvedAddress } from './sockets.ts'

/** Makes the look-up of a namespace. `etc` answers the directory of its own resolv.conf and hosts. */
export function resolver(inside: Inside, etc: () => string | undefined): Lookup {
  return async (name, options = {}) => {
    const { family, signal } = options
    signal?.throwIfAborted()
    const all = await resolve(inside, etc(), name, options)
    const found = all.filter(address => !family || address.family === family)
    if (found.length > 0) return found
    throw new NetnsError(
      'ENOTFOUND',
      `${name} has no ${family ? `IPv${family} ` : ''}address that a look-up inside finds`,
    )
  }
}

async function resolve(
  inside: Inside,
  etc: string | undefined,
  name: string,
  options: NameLookupOptions,
): Promise<ResolvedAddress[]> {
  const literal = net().isIP(name)
  if (literal) return [{ address: name, family: literal as 4 | 6 }]
  const ascii = domainToASCII(name.replace(/\.$/, ''))
  if (!ascii) throw new NetnsError('ENOTFOUND', `${JSON.stringify(name)} is no host name`)
  const known = inHosts(readConfig(etc, 'hosts'), ascii)
  if (known.length > 0) return known
  // RFC 6761: never a question to a server.
  if (/^(.*\.)?localhost$/.test(ascii)) return LOCALHOST
  const config = resolvConf(etc)
  for (const candidate of candidates(ascii, name.endsWith('.'), config)) {
    const found = await ask({ ...options, inside, config }, candidate)
    if (found.length > 0) return found
  }
  return []
}

const LOCALHOST: ResolvedAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
]

// ── files ──────────────────────────────────────────────────────────────────

/** The namespace's own file, else the machine's, else nothing. */
function readConfig(etc: string | undefined, file: string): string {
  for (const directory of etc === undefined ? ['/etc'] : [etc, '/etc']) {
    try {
      return readFileSync(`${directory}/${file}`, 'utf8')
    } catch (error) {
      if (!['ENOENT', 'ENOTDIR'].includes(codeOf(error))) throw error
    }
  }
  return ''
}

const wordLines = (text: string): string[][] =>
  text.split('\n').map(line =>
    line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/),
  )

function inHosts(text: string, name: string): ResolvedAddress[] {
  return wordLines(text).flatMap(([address = '', ...names]) =>
    net().isIP(address) && names.some(other => other.toLowerCase() === name)
      ? [{ address, family: net().isIP(address) as 4 | 6 }]
      : [],
  )
}

/** resolv.conf(5). */
export interface ResolvConf {
  readonly servers: readonly Server[]
  readonly search: readonly string[]
  readonly ndots: number
  /** Milliseconds. */
  readonly timeout: number
  readonly attempts: number
}

const DNS_PORT = 53
const MAX_SERVERS = 3

/** Whom to ask, and how, in a namespace with its own files in `etc`. */
export function resolvConf(etc: string | undefined): ResolvConf {
  const lines = wordLines(readConfig(etc, 'resolv.conf'))
  const servers = lines.flatMap(([word, address]) =>
    word === 'nameserver' && address && net().isIP(address) ? [{ address, port: DNS_PORT }] : [],
  )
  const search = lines.findLast(([word]) => word === 'search' || word === 'domain')?.slice(1) ?? []
  const options = lines.flatMap(([word, ...rest]) => (word === 'options' ? rest : []))
  const number = (name: string, otherwise: number, most: number): number => {
    const value = options.findLast(option => option.startsWith(`${name}:`))?.slice(name.length + 1)
    return value && /^\d+$/.test(value) ? Math.min(Number(value), most) : otherwise
  }
  return {
    servers: servers.length > 0 ? servers.slice(0, MAX_SERVERS) : [{ address: '127.0.0.1', port: DNS_PORT }],
    search: search.map(domain => domain.replace(/\.$/, '')).filter(Boolean),
    ndots: number('ndots', 1, 15),
    timeout: Math.max(1, number('timeout', 5, 30)) * 1000,
    attempts: Math.max(1, number('attempts', 2, 5)),
  }
}

/** The full names to ask for, in order. */
function candidates(name: string, absolute: boolean, { search, ndots }: ResolvConf): string[] {
  if (absolute) return [name]
  const longer = search.map(domain => `${name}.${domain}`)
  return name.split('.').length > ndots ? [name, ...longer] : [...longer, name]
}

// ── servers ────────────────────────────────────────────────────────────────

/** What all questions of one look-up share. */
interface Asker extends NameLookupOptions {
  readonly inside: Inside
  readonly config: ResolvConf
}

/** Milliseconds that one family's answer is waited for when the other's is there: some servers never answer AAAA. */
const PATIENCE = 500

/** IPv4 first: a namespace often has a route for that only. */
async function ask(asker: Asker, name: string): Promise<ResolvedAddress[]> {
  if (asker.family) return askFamily(asker, name, asker.family)
  const late = new AbortController()
  const signal = asker.signal ? AbortSignal.any([asker.signal, late.signal]) : late.signal
  let timer: NodeJS.Timeout | undefined
  const askOne = async (family: 4 | 6): Promise<ResolvedAddress[]> => {
    const found = await askFamily({ ...asker, signal }, name, family)
    if (found.length > 0) timer ??= setTimeout(() => late.abort(), PATIENCE)
    return found
  }
  const results = await Promise.allSettled([askOne(4), askOne(6)])
  clearTimeout(timer)
  const found = results.flatMap(result => (result.status === 'fulfilled' ? result.value : []))
  const failed = results.find(result => result.status === 'rejected')
  if (found.length === 0 && failed) throw failed.reason
  return found
}

async function askFamily(asker: Asker, name: string, family: 4 | 6): Promise<ResolvedAddress[]> {
  const { servers, attempts } = asker.config
  const type = family === 4 ? 'A' : 'AAAA'
  let last = ''
  for (let turn = 0; turn < attempts; turn++) {
    for (const server of servers) {
      const answer = await tryServer(asker, server, name, type)
      if (answer === 'no such name') return []
      if (typeof answer !== 'string') return answer.addresses.map(address => ({ address, family }))
      last = answer
    }
  }
  const all = servers.map(({ address }) => address).join(', ')
  throw new NetnsError('EAI_AGAIN', `no DNS server (${all}) answers inside about ${name}: ${last}`)
}

/** The answer, or why there is none. */
async function tryServer(asker: Asker, server: Server, name: string, type: RecordType): Promise<Answer | string> {
  const { inside, signal, config } = asker
  signal?.throwIfAborted()
  try {
    return await query(inside, server, { name, type, timeout: config.timeout, signal })
  } catch (error) {
    if (error instanceof ServerFailure) return `${server.address}: ${error.message}`
    throw error
  }
}

// ── as Node's dns.lookup ───────────────────────────────────────────────────

type Done = (error: NodeJS.ErrnoException | null, address?: any, family?: number) => void

/** A function with the shape of dns.lookup, for the `lookup` option of Node's own sockets. */
export interface NodeLookup {
  (name: string, callback: Done): void
  (name: string, options: LookupOptions | number | undefined, callback: Done): void
}

export function nodeLookup(lookup: Lookup): NodeLookup {
  return (name: string, second: LookupOptions | number | undefined | Done, third?: Done) => {
    const options = typeof second === 'object' ? second : {}
    const done = typeof second === 'function' ? second : third!
    const family = familyFrom(typeof second === 'number' ? second : options.family)
    lookup(name || 'localhost', { family }).then(
      found => process.nextTick(answer, found, options.all === true, done),
      (error: Error) =>
        process.nextTick(
          done,
          Object.assign(error, { syscall: 'getaddrinfo', hostname: name }) as NodeJS.ErrnoException,
        ),
    )
  }
}

const familyFrom = (family: unknown): 4 | 6 | undefined =>
  family === 4 || family === 'IPv4' ? 4 : family === 6 || family === 'IPv6' ? 6 : undefined

function answer(found: readonly ResolvedAddress[], all: boolean, done: Done): void {
  if (all) done(null, found satisfies readonly LookupAddress[])
  else done(null, found[0]!.address, found[0]!.family)
}
