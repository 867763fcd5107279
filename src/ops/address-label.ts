// Requests about the labels that choose IPv6 source addresses (RFC 6724): `ip addrlabel add | delete | list | flush`.
import { NLM_F_CREATE, NLM_F_EXCL } from '../netlink/message.ts'
import type { ListRequest, Request } from '../netlink/request.ts'
import { InvalidValueError } from '../netlink/table.ts'
import { type AddressLabel, addressLabelMessage } from '../route/address-label.ts'
import { parsePrefix } from './inet.ts'
import { checkKeys } from './options.ts'
import { type LinkReference, linkIndex } from './reference.ts'
import { shapesOf } from './shapes.ts'

export interface AddressLabelAdd {
  /** An IPv6 prefix, `2001:db8::/32`. */
  readonly prefix: string
  readonly label: number
  /** Only for addresses of this link. */
  readonly dev?: LinkReference | undefined
}
export type AddressLabelDelete = Omit<AddressLabelAdd, 'label'>

const { RTM_NEWADDRLABEL, RTM_DELADDRLABEL, RTM_GETADDRLABEL } = addressLabelMessage.types
const requests = shapesOf(addressLabelMessage, addressLabelMessage)
/** The kernel wants one to delete, and does not look at it. */
const ANY_LABEL = 0

/**
 * Adds a label: `ip addrlabel add prefix PREFIX [ dev DEV ] label LABEL`. Fails with EEXIST when it is there.
 *
 * @example
 * ```ts
 * await host.run(addressLabel.add({ prefix: '2001:db8::/32', label: 99 }))
 * ```
 */
export function add(options: AddressLabelAdd): Request<void> {
  checkKeys('addressLabel.add', options, ['prefix', 'label', 'dev'])
  return modify('add', RTM_NEWADDRLABEL, NLM_F_CREATE | NLM_F_EXCL, options)
}

/**
 * Deletes a label: `ip addrlabel delete prefix PREFIX [ dev DEV ]`. Fails with ESRCH when there is none.
 *
 * @example
 * ```ts
 * await host.run(addressLabel.add({ prefix: '2001:db8:1::/48', label: 99 }))
 * await host.run(addressLabel.delete({ prefix: '2001:db8:1::/48' }))
 * ```
 */
function remove(options: AddressLabelDelete): Request<void> {
  checkKeys('addressLabel.delete', options, ['prefix', 'dev'])
  return modify('delete', RTM_DELADDRLABEL, 0, { ...options, label: ANY_LABEL })
}

export { remove as delete }

function modify(verb: string, type: number, flags: number, options: AddressLabelAdd): Request<void> {
  const { family, address, length } = parsePrefix(options.prefix, 'prefix')
  if (family !== 'inet6') throw new InvalidValueError(['prefix'], 'must be of IPv6: IPv4 has no address labels')
  const dev = options.dev === undefined ? undefined : linkIndex(options.dev, 'dev')
  return requests.change({
    op: `addressLabel.${verb}`,
    what: `${verb} the address label of ${options.prefix}`,
    type,
    flags,
    needs: dev?.needs ?? [],
    body: resolved => ({
      header: { family, prefixLength: length, index: dev?.value(resolved) ?? 0 },
      attributes: { label: options.label, address },
    }),
  })
}

/**
 * All address labels: `ip addrlabel list`.
 *
 * @example
 * ```ts
 * const labels = await host.run(addressLabel.list())
 * ```
 */
export const list = (): ListRequest<AddressLabel> =>
  requests.list({
    answer: RTM_NEWADDRLABEL,
    op: 'addressLabel.list',
    what: 'list address labels',
    type: RTM_GETADDRLABEL,
    body: () => ({ header: { family: 'inet6' } }),
  })

/**
 * The requests that delete what was listed, to be run as a batch: `ip addrlabel flush`.
 *
 * @example
 * ```ts
 * await host.batch(addressLabel.flush(await host.run(addressLabel.list())))
 * ```
 */
export const flush = (labels: readonly AddressLabel[]): Request<void>[] =>
  labels
    .filter(({ address }) => address !== undefined)
    .map(({ address, prefixLength, index }) =>
      remove({ prefix: `${address}/${prefixLength}`, ...(index !== 0 && { dev: index }) }),
    )
