// Requests about actions that filters share: `tc actions add | change | replace | delete | get | list | flush` as
// values, and how an action is written, alone or in a filter.
import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE, NLM_F_ROOT } from '../../netlink/message.ts'
import type { ListRequest, Request, Resolved } from '../../netlink/request.ts'
import { type AttributesInput, InvalidValueError } from '../../netlink/table.ts'
import { type ACTION, type Actions, actionMessage } from '../../route/tc/action.ts'
import { checkKeys } from '../options.ts'
import { type LinkReference, linkIndex } from '../reference.ts'
import { changeOf, listOf as dumpOf, getOf } from '../shapes.ts'
import { type Forms, formed, type Prepared } from './parts.ts'
import { type PoliceOptions, police, type Verdict } from './shaping.ts'

type Wire = AttributesInput<(typeof ACTION)['rows']>

/** `tc … action mirred egress redirect dev DEV`. */
export interface MirredOptions {
  readonly direction: 'egress_redirect' | 'egress_mirror' | 'ingress_redirect' | 'ingress_mirror'
  readonly dev: LinkReference
  /** What becomes of the packet here. A redirected one is `stolen`, a mirrored one goes on (`pipe`), where it is left out. */
  readonly verdict?: Verdict | undefined
  readonly index?: number | undefined
}

/** `tc … action pass`, `drop`… */
export interface GactOptions {
  readonly verdict: Verdict
  readonly index?: number | undefined
}

interface ActionForms {
  readonly gact: GactOptions
  readonly mirred: MirredOptions
  readonly police: PoliceOptions
}

function gact(options: GactOptions) {
  checkKeys('gact', options, ['verdict', 'index'])
  return { parameters: { index: options.index, action: options.verdict } }
}
const FORMS: Forms = { gact, police }

/** What a packet meets: an action of some kind. Kinds without a form for people take the kernel's own (src/route/tc/action-kinds.ts). */
export interface ActionSettings<K extends string = string> extends Omit<Wire, 'kind' | 'options'> {
  /** `gact`, `mirred`, `police`, `skbedit`… */
  readonly kind: K
  readonly options?: (K extends keyof ActionForms ? ActionForms[K] : never) | object | undefined
}
const KEYS = ['kind', 'options', 'index', 'cookie', 'flags', 'hwStats']

/** An action for the wire. A mirred's device is a link, and so a reference. */
export function prepareAction(settings: ActionSettings): Prepared<Wire> {
  checkKeys('an action', settings, KEYS)
  const { kind, options, ...rest } = settings
  if (typeof kind !== 'string' || kind === '')
    throw new InvalidValueError(['kind'], "must be an action's kind: 'gact', 'mirred'…")
  if (kind === 'mirred' && options !== undefined && !Object.hasOwn(options, 'parameters'))
    return mirred(options as MirredOptions, rest)
  const formedOptions = formed(FORMS, kind, options) as Uint8Array | undefined
  return { needs: [], value: () => ({ kind, options: formedOptions, ...rest }) }
}

function mirred(options: MirredOptions, rest: Omit<Wire, 'kind' | 'options'>): Prepared<Wire> {
  checkKeys('mirred', options, ['direction', 'dev', 'verdict', 'index'])
  const { direction, verdict = direction.endsWith('redirect') ? 'stolen' : 'pipe', index } = options
  const to = linkIndex(options.dev, 'dev')
  return {
    needs: to.needs,
    value: resolved => ({
      kind: 'mirred',
      options: { parameters: { index, action: verdict, direction, toIndex: to.value(resolved) } } as never,
      ...rest,
    }),
  }
}

/** Actions, in the order in which they run. */
export function prepareActions(list: readonly ActionSettings[]): Prepared<Wire[]> {
  const all = list.map(prepareAction)
  return {
    needs: all.flatMap(({ needs }) => needs),
    value: (resolved: Resolved) => all.map(action => action.value(resolved)),
  }
}

// ── the requests ───────────────────────────────────────────────────────────

/** Which action. */
export interface ActionPlace {
  readonly kind: string
  readonly index: number
}
/** The answer has the type of the question (net/sched/act_api.c: tcf_get_notify). */
const TOLD = [actionMessage, actionMessage.types.RTM_GETACTION] as const

type OneOrMore<T> = T | readonly T[]
const listOf = <T>(given: OneOrMore<T>): readonly T[] => (Array.isArray(given) ? given : [given as T])

/**
 * Makes actions that filters can share: `tc actions add action …`. Fails with EEXIST where an index is taken.
 *
 * @example
 * ```ts
 * requestBytes(tc.action.add({ kind: 'gact', options: { verdict: 'drop' } }))
 * ```
 */
export const add = (actions: OneOrMore<ActionSettings>): Request<void> =>
  change('add', NLM_F_EXCL | NLM_F_CREATE, listOf(actions))
export { modify as change }

/**
 * Changes actions, or makes them: `tc actions change` and `replace` are the same.
 *
 * @example
 * ```ts
 * requestBytes(tc.action.change({ kind: 'gact', options: { verdict: 'pipe', index: 3 } }))
 * ```
 */
const modify = (actions: OneOrMore<ActionSettings>): Request<void> =>
  change('change', NLM_F_CREATE | NLM_F_REPLACE, listOf(actions))
/**
 * The same as `change`.
 *
 * @example
 * ```ts
 * requestBytes(tc.action.replace({ kind: 'gact', options: { verdict: 'pipe', index: 3 } }))
 * ```
 */
export const replace = (actions: OneOrMore<ActionSettings>): Request<void> =>
  change('replace', NLM_F_CREATE | NLM_F_REPLACE, listOf(actions))

function change(verb: string, flags: number, list: readonly ActionSettings[]): Request<void> {
  const actions = prepareActions(list)
  return changeOf(actionMessage, {
    op: `tc.action.${verb}`,
    what: `${verb} action ${list.map(({ kind }) => kind).join(', ')}`,
    type: actionMessage.types.RTM_NEWACTION,
    flags,
    needs: actions.needs,
    body: resolved => ({ attributes: { actions: actions.value(resolved) } }),
  })
}

/**
 * Deletes actions: `tc actions delete action KIND index N`. Fails with EPERM while a filter uses one, ENOENT where there is none.
 *
 * @example
 * ```ts
 * requestBytes(tc.action.delete({ kind: 'gact', index: 3 }))
 * ```
 */
function remove(places: OneOrMore<ActionPlace>): Request<void> {
  const actions = listOf(places)
  return changeOf(actionMessage, {
    op: 'tc.action.delete',
    what: `delete action ${describe(actions)}`,
    type: actionMessage.types.RTM_DELACTION,
    body: () => ({ attributes: { actions } }),
  })
}

export { remove as delete }

const describe = (actions: readonly ActionPlace[]): string =>
  actions.map(({ kind, index }) => `${kind} ${index}`).join(', ')

/**
 * Actions by kind and index: `tc actions get action KIND index N`. Fails with ENOENT where there is none.
 *
 * @example
 * ```ts
 * requestBytes(tc.action.get({ kind: 'gact', index: 3 }))
 * ```
 */
export function get(places: OneOrMore<ActionPlace>): Request<Actions> {
  const actions = listOf(places)
  return getOf(actionMessage, TOLD, {
    op: 'tc.action.get',
    what: `get action ${describe(actions)}`,
    type: actionMessage.types.RTM_GETACTION,
    body: () => ({ attributes: { actions } }),
  })
}

/** Flags of a dump: all that fit in a message, not 32 at most. */
const LARGE = { value: ['large_dump_on' as const], selector: ['large_dump_on' as const] }

const TERSE = { value: [...LARGE.value, 'terse_dump' as const], selector: [...LARGE.selector, 'terse_dump' as const] }

/**
 * The actions of a kind, in messages of as many as fit: `tc actions list action KIND`.
 * `since`: only those used within so many milliseconds; `terse`: without their options.
 *
 * @example
 * ```ts
 * requestBytes(tc.action.list({ kind: 'gact' }))
 * ```
 */
export function list(filter: {
  readonly kind: string
  readonly since?: number | undefined
  readonly terse?: boolean | undefined
}): ListRequest<Actions> {
  checkKeys('tc.action.list', filter, ['kind', 'since', 'terse'])
  const { kind, since, terse } = filter
  return dumpOf(actionMessage, TOLD, {
    op: 'tc.action.list',
    what: `list actions of kind ${kind}`,
    type: actionMessage.types.RTM_GETACTION,
    body: () => ({ attributes: { actions: [{ kind }], flags: terse ? TERSE : LARGE, timeDelta: since } }),
  })
}

/**
 * Deletes all actions of a kind that no filter uses: `tc actions flush action KIND`.
 *
 * @example
 * ```ts
 * requestBytes(tc.action.flush('gact'))
 * ```
 */
export const flush = (kind: string): Request<void> =>
  changeOf(actionMessage, {
    op: 'tc.action.flush',
    what: `flush actions of kind ${kind}`,
    type: actionMessage.types.RTM_DELACTION,
    flags: NLM_F_ROOT,
    body: () => ({ attributes: { actions: [{ kind }], flags: LARGE } }),
  })
