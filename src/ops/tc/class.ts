// Requests about classes: `tc class add | change | replace | delete | show` as values.
import type { Input } from '../../netlink/codec.ts'
import { NLM_F_CREATE, NLM_F_ECHO, NLM_F_EXCL } from '../../netlink/message.ts'
import type { ListRequest, Request } from '../../netlink/request.ts'
import { type classKinds, classMessage, type TrafficClass } from '../../route/tc/tc.ts'
import { checkKeys } from '../options.ts'
import { type LinkReference, linkIndex } from '../reference.ts'
import { changeOf, getOf, listOf } from '../shapes.ts'
import { CLASS_MEASURES, type Measured } from './measures.ts'
import { describeWhere, type Estimator, type Forms, formed, rateAttribute } from './parts.ts'
import { type HtbClassOptions, htbClass } from './shaping.ts'

export type ClassKind = keyof typeof classKinds

interface ClassForms {
  readonly htb: HtbClassOptions
}
const FORMS: Forms = { htb: htbClass }
type ClassMeasures<K> = K extends keyof typeof CLASS_MEASURES ? (typeof CLASS_MEASURES)[K] : object

export type ClassOptions<K extends string> =
  // Of a kind that is known only when it runs: whatever it takes.
  | (string extends K ? object : never)
  | (K extends keyof ClassForms ? ClassForms[K] : never)
  | (K extends ClassKind ? Measured<Input<(typeof classKinds)[K]>, ClassMeasures<K>> : never)
  | Uint8Array

/** Which class. */
export interface ClassPlace {
  readonly dev: LinkReference
  /** Its id, `1:10`. */
  readonly classId: string
}

export interface ClassSettings<K extends string = string> extends Omit<ClassPlace, 'classId'> {
  /** Left out, the kernel chooses one. */
  readonly classId?: string | undefined
  /** The class above it, or its qdisc: `1:`, `1:1`, `root`. */
  readonly parent?: string | undefined
  /** The kind of its qdisc. */
  readonly kind: K
  readonly options?: ClassOptions<K> | undefined
  readonly estimator?: Estimator | undefined
}

export interface ClassFilter {
  readonly dev: LinkReference
  /** Only classes of this qdisc, or below this class. */
  readonly parent?: string | undefined
}

/** What is told of one. */
const TOLD = [classMessage, classMessage.types.RTM_NEWTCLASS] as const

const KEYS = ['dev', 'classId', 'parent', 'kind', 'options', 'estimator']

/**
 * Adds a class: `tc class add dev DEV parent 1: classid 1:10 htb rate 10mbit`. Fails with EEXIST where there is one.
 *
 * @example
 * ```ts
 * await host.run(tc.qdisc.add({ dev: 'eth0', handle: '1:', kind: 'htb', options: { defaultClass: 0x10 } }))
 * await host.run(tc.class.add({ dev: 'eth0', parent: '1:', classId: '1:10', kind: 'htb', options: { rate: '10mbit' } }))
 * ```
 */
export const add = <const K extends string>(settings: ClassSettings<K>): Request<void> =>
  change('add', NLM_F_EXCL | NLM_F_CREATE, settings)
/**
 * Adds it, or changes the one that is there: `tc class replace`.
 *
 * @example
 * ```ts
 * await host.run(tc.qdisc.add({ dev: 'eth0', handle: '1:', kind: 'htb', options: { defaultClass: 0x10 } }))
 * await host.run(tc.class.replace({ dev: 'eth0', parent: '1:', classId: '1:10', kind: 'htb', options: { rate: '10mbit' } }))
 * ```
 */
export const replace = <const K extends string>(settings: ClassSettings<K>): Request<void> =>
  change('replace', NLM_F_CREATE, settings)
export { modify as change }

/**
 * Changes one that is there: `tc class change`.
 *
 * @example
 * ```ts
 * await host.run(tc.qdisc.add({ dev: 'eth0', handle: '1:', kind: 'htb', options: { defaultClass: 0x10 } }))
 * await host.run(tc.class.add({ dev: 'eth0', parent: '1:', classId: '1:10', kind: 'htb', options: { rate: '10mbit' } }))
 * await host.run(tc.class.change({ dev: 'eth0', parent: '1:', classId: '1:10', kind: 'htb', options: { rate: '20mbit' } }))
 * ```
 */
const modify = <const K extends string>(settings: ClassSettings<K>): Request<void> => change('change', 0, settings)

/**
 * Deletes a class: `tc class delete dev DEV classid 1:10`. Fails with EBUSY while filters or classes need it.
 *
 * @example
 * ```ts
 * await host.run(tc.qdisc.add({ dev: 'eth0', handle: '1:', kind: 'htb', options: { defaultClass: 0x10 } }))
 * await host.run(tc.class.add({ dev: 'eth0', parent: '1:', classId: '1:10', kind: 'htb', options: { rate: '10mbit' } }))
 * await host.run(tc.class.delete({ dev: 'eth0', classId: '1:10' }))
 * ```
 */
function remove(place: ClassPlace): Request<void> {
  checkKeys('tc.class.delete', place, ['dev', 'classId'])
  return { ...change('delete', 0, place), type: classMessage.types.RTM_DELTCLASS }
}

export { remove as delete }

function change(
  verb: string,
  flags: number,
  settings: Partial<Omit<ClassSettings, 'options'>> & Pick<ClassSettings, 'dev'> & { readonly options?: unknown },
): Request<void> {
  const op = `tc.class.${verb}`
  checkKeys(op, settings, KEYS)
  const { dev, classId = 'none', parent = 'none', kind, estimator } = settings
  const options = formed(FORMS, kind, settings.options, CLASS_MEASURES)
  const target = linkIndex(dev, 'dev')
  return changeOf(classMessage, {
    op,
    what: `${verb} class ${classId} of ${describeWhere({ dev })}`,
    type: classMessage.types.RTM_NEWTCLASS,
    flags,
    needs: target.needs,
    body: resolved => ({
      header: { index: target.value(resolved), handle: classId, parent },
      attributes: { kind, rate: rateAttribute(estimator), options: options as Uint8Array | undefined },
    }),
  })
}

/**
 * One class: `tc class get dev DEV classid 1:10`. Fails with ENOENT where there is none.
 *
 * @example
 * ```ts
 * await host.run(tc.qdisc.add({ dev: 'eth0', handle: '1:', kind: 'htb', options: { defaultClass: 0x10 } }))
 * await host.run(tc.class.add({ dev: 'eth0', parent: '1:', classId: '1:10', kind: 'htb', options: { rate: '10mbit' } }))
 * console.log((await host.run(tc.class.get({ dev: 'eth0', classId: '1:10' }))).kind) // htb
 * ```
 */
export function get(place: ClassPlace): Request<TrafficClass> {
  checkKeys('tc.class.get', place, ['dev', 'classId'])
  const target = linkIndex(place.dev, 'dev')
  return getOf(classMessage, TOLD, {
    op: 'tc.class.get',
    what: `get class ${place.classId} of ${describeWhere(place)}`,
    type: classMessage.types.RTM_GETTCLASS,
    // Without it the kernel tells listeners only (net/sched/sch_api.c: tclass_notify).
    flags: NLM_F_ECHO,
    needs: target.needs,
    body: resolved => ({ header: { index: target.value(resolved), handle: place.classId } }),
  })
}

/**
 * The classes of a device: `tc class show dev DEV`.
 *
 * @example
 * ```ts
 * await host.run(tc.qdisc.add({ dev: 'eth0', handle: '1:', kind: 'htb', options: { defaultClass: 0x10 } }))
 * for (const one of await host.run(tc.class.list({ dev: 'eth0' }))) one.handle
 * ```
 */
export function list(filter: ClassFilter): ListRequest<TrafficClass> {
  checkKeys('tc.class.list', filter, ['dev', 'parent'])
  const target = linkIndex(filter.dev, 'dev')
  return listOf(classMessage, TOLD, {
    op: 'tc.class.list',
    what: `list classes of ${describeWhere(filter)}`,
    type: classMessage.types.RTM_GETTCLASS,
    needs: target.needs,
    body: resolved => ({ header: { index: target.value(resolved), parent: filter.parent ?? 'none' } }),
  })
}
