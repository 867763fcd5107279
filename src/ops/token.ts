// Requests about IPv6 tokens, the lower halves of addresses that a link makes of router advertisements: `ip token list |
// get | set | delete` as values.
import type { ListRequest, Request } from '../netlink/request.ts'
import { InvalidValueError } from '../netlink/table.ts'
import { isIPv6 } from '../netlink/text.ts'
import { type Link, linkMessage } from '../route/link.ts'
import { checkKeys } from './options.ts'
import { type LinkReference, linkIndex } from './reference.ts'
import { shapesOf } from './shapes.ts'

/** A link's token; `::` is none. */
export interface Token {
  readonly index: number
  readonly token: string
}

const { RTM_NEWLINK, RTM_GETLINK, RTM_SETLINK } = linkMessage.types
const requests = shapesOf(linkMessage, linkMessage)
const NONE = '::'

/**
 * The tokens of all links that speak IPv6 and are neither a loopback nor without ARP: `ip token list`.
 *
 * @example
 * ```ts
 * for (const { index, token: id } of await host.run(token.list())) id
 * ```
 */
export const list = (): ListRequest<Token> => ({
  op: 'token.list',
  what: 'list tokens',
  mode: 'dump',
  type: RTM_GETLINK,
  flags: 0,
  message: linkMessage,
  needs: [],
  encode: w => linkMessage.encode(w, { header: { family: 'inet6' } }),
  decode(type, v, b, p, end) {
    if (type !== RTM_NEWLINK) return undefined
    const { index, flags, protInfo } = linkMessage.decode(v, b, p, end)
    if (flags.includes('loopback') || flags.includes('noarp')) return undefined
    return tokenOf(index, protInfo)
  },
  finish: tokens => tokens,
})

const tokenOf = (index: number, family: Link['protInfo']): Token | undefined => {
  const { token } = (family ?? {}) as { readonly token?: string }
  return token === undefined ? undefined : { index, token }
}

/**
 * A link's token: `ip token get dev DEV`; undefined where the link does not speak IPv6.
 *
 * @example
 * ```ts
 * const id = await host.run(token.get('eth0'))
 * ```
 */
export function get(dev: LinkReference): Request<Token | undefined> {
  const link = linkIndex(dev, 'dev')
  return {
    ...requests.get({
      answer: RTM_NEWLINK,
      op: 'token.get',
      what: `get the token of ${String(dev)}`,
      type: RTM_GETLINK,
      needs: link.needs,
      body: resolved => ({ header: { index: link.value(resolved) } }),
    }),
    finish([found]) {
      const { index, afSpec } = found as Link
      return tokenOf(index, afSpec?.inet6 as Link['protInfo'])
    },
  }
}

/**
 * Sets a link's token: `ip token set TOKEN dev DEV`. The upper half must be zero. Fails with EINVAL where the link does
 * not take router advertisements, or forwards.
 *
 * @example
 * ```ts
 * await host.run(token.set({ dev: 'eth0', token: '::1234' }))
 * ```
 */
export function set(options: { readonly dev: LinkReference; readonly token: string }): Request<void> {
  checkKeys('token.set', options, ['dev', 'token'])
  const { dev, token } = options
  if (typeof token !== 'string' || !isIPv6(token))
    throw new InvalidValueError(['token'], `must be the lower half of an IPv6 address, like ::53, not ${String(token)}`)
  return write('set', dev, token)
}

/**
 * Takes a link's token away: `ip token delete dev DEV`.
 *
 * @example
 * ```ts
 * await host.run(token.delete('eth0'))
 * ```
 */
const remove = (dev: LinkReference): Request<void> => write('delete', dev, NONE)

export { remove as delete }

function write(verb: string, dev: LinkReference, token: string): Request<void> {
  const link = linkIndex(dev, 'dev')
  return requests.change({
    op: `token.${verb}`,
    what: `${verb} the token of ${String(dev)}`,
    type: RTM_SETLINK,
    needs: link.needs,
    body: resolved => ({
      header: { family: 'inet6', index: link.value(resolved) },
      attributes: { afSpec: { inet6: { token } } },
    }),
  })
}
