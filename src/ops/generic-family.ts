// Questions to the controller of generic netlink, for a connection to that protocol: which families there are, and what
// the running kernel accepts of their attributes.
import { controllerMessage, GENL_ID_CTRL, type GenericFamily } from '../generic/controller.ts'
import type { ListRequest, Reference, Request } from '../netlink/request.ts'
import { getOf, listOf } from './shapes.ts'

const header = (command: 'CTRL_CMD_GETFAMILY' | 'CTRL_CMD_GETPOLICY') => ({ command, version: 1 })
const FAMILY = { type: GENL_ID_CTRL } as const

/** A family by name, with its id, operations and groups: `genl ctrl get name NAME`. ENOENT where there is none. */
export const get = (name: string): Request<GenericFamily> =>
  getOf(controllerMessage, [controllerMessage, GENL_ID_CTRL], {
    ...FAMILY,
    op: 'genericFamily.get',
    what: `find the generic netlink family '${name}'`,
    body: () => ({ header: header('CTRL_CMD_GETFAMILY'), attributes: { familyName: name } }),
  })

/** All families that are there now: `genl ctrl list`. The kernel loads others when they are asked for by name. */
export const list = (): ListRequest<GenericFamily> =>
  listOf(controllerMessage, [controllerMessage, GENL_ID_CTRL], {
    ...FAMILY,
    op: 'genericFamily.list',
    what: 'list the generic netlink families',
    body: () => ({ header: header('CTRL_CMD_GETFAMILY') }),
  })

/**
 * What the running kernel accepts of a family's command, in parts: `operationPolicy` says which policy it has for `do` and
 * `dump` (a command that only dumps stands there as 0), `policy` has each attribute of a policy in a part of its own.
 * `genl ctrl policy name NAME op COMMAND`. Since Linux 5.10. ENODATA where nothing is checked by a policy.
 */
export const policies = (name: string, operation: number): ListRequest<GenericFamily> =>
  listOf(controllerMessage, [controllerMessage, GENL_ID_CTRL], {
    ...FAMILY,
    op: 'genericFamily.policies',
    what: `get the policies of the generic netlink family '${name}'`,
    body: () => ({ header: header('CTRL_CMD_GETPOLICY'), attributes: { familyName: name, operation } }),
  })

/** The number of a family, found when a request runs. */
export const familyReference = (name: string): Reference => ({
  key: `generic family ${name}`,
  ask: { ...get(name), finish: ([family]) => (family as GenericFamily).familyId! },
})
