// Names that become numbers only where a request runs: links (an index in that namespace) and namespaces (a
// descriptor that is open while the request lasts).
import { Buffer } from 'node:buffer'
import { closeSync } from 'node:fs'
import type { Reference, Request, Resolved } from '../netlink/request.ts'
import { InvalidValueError } from '../netlink/table.ts'
import { linkMessage } from '../route/link.ts'
import { type NetnsReference, openNetns } from '../sys/netns-path.ts'

/** A link by name (or alternative name) or by index. */
export type LinkReference = string | number

/** A link in a sentence. */
export const describeLink = (link: LinkReference): string =>
  typeof link === 'number' ? `link ${link}` : `link '${link}'`

/** IFNAMSIZ - 1: what a name may have, in bytes. */
const NAME_BYTES = 15
/** ALTIFNAMSIZ - 1 */
const ALT_NAME_BYTES = 127

/** Refuses what the kernel would cut or refuse without a reason (net/core/dev.c: dev_valid_name). */
export function checkLinkName(name: unknown, key = 'name', limit = NAME_BYTES): string {
  const bad = (reason: string): never => {
    throw new InvalidValueError([key], reason)
  }
  if (typeof name !== 'string') return bad(`must be a string, not ${typeof name}`)
  if (name === '') return bad('must not be empty')
  if (name === '.' || name === '..') return bad(`'${name}' cannot be the name of a link`)
  const size = Buffer.byteLength(name)
  if (size > limit) return bad(`'${name}' has ${size} bytes: a link's name has at most ${limit}`)
  const wrong = /[/:\s\0]/u.exec(name)
  if (wrong)
    return bad(`'${name}' contains ${JSON.stringify(wrong[0])}: a link's name has no slash, colon or white space`)
  return name
}

/** Something that a request needs as a number. */
export interface Needed {
  readonly needs: readonly Reference[]
  value(resolved: Resolved): number
}

/** The key under which a link of this name is resolved. */
export const linkKey = (name: string): string => `link ${name}`

/** Refuses what no link has as its index. */
export function checkLinkIndex(index: number, key: string): void {
  if (!Number.isInteger(index) || index < 1 || index > 0x7fffffff)
    throw new InvalidValueError([key], `${index} is no index of a link: they are whole numbers from 1`)
}

/** The index of a link. */
export function linkIndex(link: LinkReference, key: string): Needed {
  if (typeof link === 'number') {
    checkLinkIndex(link, key)
    return { needs: [], value: () => link }
  }
  const name = checkLinkName(link, key, ALT_NAME_BYTES)
  const reference: Reference = { key: linkKey(name), ask: indexOf(name) }
  return { needs: [reference], value: resolved => resolved.get(reference) }
}

function indexOf(name: string): Request<number, number> {
  const attribute = Buffer.byteLength(name) > NAME_BYTES ? { altName: name } : { name }
  return {
    op: 'link.get',
    what: `find link '${name}'`,
    mode: 'get',
    type: linkMessage.types.RTM_GETLINK,
    flags: 0,
    message: linkMessage,
    needs: [],
    encode: w => linkMessage.encode(w, { attributes: { extMask: ['vf', 'skip_stats'], ...attribute } }),
    decode: (_type, v, _b, p) => v.getInt32(p + 4, true),
    finish: ([index]) => index!,
  }
}

/** An open descriptor of a namespace. */
export function netnsFd(netns: NetnsReference, key = 'netns'): Needed {
  if (typeof netns !== 'string' && (typeof netns !== 'object' || netns === null))
    throw new InvalidValueError([key], `must be a name, a path, { pid } or { fd }, not ${String(netns)}`)
  const reference: Reference = {
    key: `netns ${describeNetns(netns)}`,
    open() {
      if (typeof netns === 'object' && 'fd' in netns && netns.fd !== undefined) return { value: netns.fd, close() {} }
      const fd = openNetns(netns)
      return { value: fd, close: () => closeSync(fd) }
    },
  }
  return { needs: [reference], value: resolved => resolved.get(reference) }
}

/** A namespace in words: `ns1`, `pid 7`, `fd 9`. */
export function describeNetns(netns: NetnsReference): string {
  if (typeof netns === 'string') return netns
  const [key, value] = Object.entries(netns).find(([, v]) => v !== undefined) ?? ['unknown', '']
  return key === 'name' || key === 'path' ? String(value) : `${key} ${value}`
}
