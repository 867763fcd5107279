// Requests about chains of filters: `tc chain add | delete | get | show` as values.
import { NLM_F_CREATE, NLM_F_ECHO, NLM_F_EXCL } from '../../netlink/message.ts'
import type { ListRequest, Request } from '../../netlink/request.ts'
import { type Chain, chainMessage } from '../../route/tc/tc.ts'
import { checkKeys } from '../options.ts'
import { changeOf, getOf, listOf } from '../shapes.ts'
import { describeWhere, targetOf, type Where } from './parts.ts'

/** Which chain. */
export interface ChainPlace extends Where {
  readonly chain: number
}

export interface ChainSettings extends ChainPlace {
  /** A template that its filters must have the shape of: a kind, its options, and a protocol. */
  readonly kind?: string | undefined
  readonly options?: object | undefined
  readonly protocol?: string | number | undefined
}

/** What is told of one. */
const TOLD = [chainMessage, chainMessage.types.RTM_NEWCHAIN] as const

const PLACE = ['dev', 'block', 'parent', 'chain']

/**
 * Makes a chain: `tc chain add dev DEV ingress chain 7`. Fails with EEXIST where there is one.
 *
 * @example
 * ```ts
 * await host.run(tc.qdisc.add({ dev: 'eth0', kind: 'ingress' }))
 * await host.run(tc.chain.add({ dev: 'eth0', parent: 'ingress', chain: 7 }))
 * ```
 */
export function add(settings: ChainSettings): Request<void> {
  checkKeys('tc.chain.add', settings, [...PLACE, 'kind', 'options', 'protocol'])
  return change('add', chainMessage.types.RTM_NEWCHAIN, NLM_F_EXCL | NLM_F_CREATE, settings)
}

/**
 * Deletes a chain with its filters: `tc chain delete dev DEV ingress chain 7`.
 *
 * @example
 * ```ts
 * await host.run(tc.qdisc.add({ dev: 'eth0', kind: 'ingress' }))
 * await host.run(tc.chain.add({ dev: 'eth0', parent: 'ingress', chain: 7 }))
 * await host.run(tc.chain.delete({ dev: 'eth0', parent: 'ingress', chain: 7 }))
 * ```
 */
function remove(place: ChainPlace): Request<void> {
  checkKeys('tc.chain.delete', place, PLACE)
  return change('delete', chainMessage.types.RTM_DELCHAIN, 0, place)
}

export { remove as delete }

function change(verb: string, type: number, flags: number, settings: ChainSettings): Request<void> {
  const { chain, kind, options, protocol = 0 } = settings
  const target = targetOf(settings)
  return changeOf(chainMessage, {
    op: `tc.chain.${verb}`,
    what: `${verb} chain ${chain} of ${describeWhere(settings)}`,
    type,
    flags,
    needs: target.needs,
    body: resolved => ({
      header: { ...target.value(resolved), protocol: protocol as 'ip' },
      attributes: { chain, kind, options: options as Uint8Array | undefined },
    }),
  })
}

/**
 * One chain, with its template: `tc chain get dev DEV ingress chain 7`. Fails with EINVAL where there is none.
 *
 * @example
 * ```ts
 * await host.run(tc.qdisc.add({ dev: 'eth0', kind: 'ingress' }))
 * await host.run(tc.chain.add({ dev: 'eth0', parent: 'ingress', chain: 7 }))
 * console.log((await host.run(tc.chain.get({ dev: 'eth0', parent: 'ingress', chain: 7 }))).chain) // 7
 * ```
 */
export function get(place: ChainPlace): Request<Chain> {
  checkKeys('tc.chain.get', place, PLACE)
  const target = targetOf(place)
  // The answer has the type of the question (net/sched/cls_api.c: tc_ctl_chain).
  return getOf(chainMessage, [chainMessage, chainMessage.types.RTM_GETCHAIN], {
    op: 'tc.chain.get',
    what: `get chain ${place.chain} of ${describeWhere(place)}`,
    type: chainMessage.types.RTM_GETCHAIN,
    flags: NLM_F_ECHO,
    needs: target.needs,
    body: resolved => ({ header: target.value(resolved), attributes: { chain: place.chain } }),
  })
}

/**
 * The chains of a parent or a block: `tc chain show dev DEV ingress`.
 *
 * @example
 * ```ts
 * await host.run(tc.qdisc.add({ dev: 'eth0', kind: 'ingress' }))
 * await host.run(tc.chain.add({ dev: 'eth0', parent: 'ingress', chain: 7 }))
 * for (const { chain } of await host.run(tc.chain.list({ dev: 'eth0', parent: 'ingress' }))) console.log(chain) // 7
 * ```
 */
export function list(filter: Where & { readonly chain?: number | undefined }): ListRequest<Chain> {
  checkKeys('tc.chain.list', filter, PLACE)
  const target = targetOf(filter)
  return listOf(chainMessage, TOLD, {
    op: 'tc.chain.list',
    what: `list chains of ${describeWhere(filter)}`,
    type: chainMessage.types.RTM_GETCHAIN,
    needs: target.needs,
    body: resolved => ({ header: target.value(resolved), attributes: { chain: filter.chain } }),
  })
}
