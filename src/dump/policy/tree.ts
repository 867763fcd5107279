// What the kernel accepts of a generic family, as a tree: its commands, and for each the attributes, with what they hold;
// named by our tables where there are some. The kernel tells numbers only, each attribute of a policy by itself.
import type { GenericFamily } from '../../generic/controller.ts'
import type { POLICY } from '../../netlink/policy.ts'
import type { Attributes, Table } from '../../netlink/table.ts'
import { nestTable } from '../nest-table.ts'
import { requestsOfFamily } from '../protocols.ts'

export type Policy = Attributes<typeof POLICY.rows>

/** An attribute that is accepted. */
export interface Accepted {
  readonly type: number
  /** The kernel's constant; undefined where no table of ours has it. */
  readonly name: string | undefined
  readonly policy: Policy
  /** What is accepted inside it; `above`: the same as in an attribute around it. */
  readonly inside?: readonly Accepted[] | 'above'
}

export interface Operation {
  readonly command: number
  readonly name: string | undefined
  /** GENL_*: `cmd_cap_do`, `admin_perm` */
  readonly flags: readonly (string | number)[]
  /** What it accepts; undefined where the kernel tells no policy. */
  readonly do?: readonly Accepted[]
  /** What it accepts when a list is asked for. */
  readonly dump?: readonly Accepted[]
  /** Both are one policy. */
  readonly isOne: boolean
}

/** The commands of a family, with the names that our tables have. */
export interface Command {
  readonly command: number
  readonly name: string | undefined
  readonly flags: readonly (string | number)[]
}

export function commandsOf({ familyName = '', operations = [] }: GenericFamily): Command[] {
  const names = new Map(requestsOfFamily(familyName).flatMap(({ types }) => Object.entries(types).map(flipped)))
  return operations.map(({ id = 0, flags = [] }) => ({ command: id, name: names.get(id), flags }))
}
const flipped = ([name, number]: readonly [string, number]): [number, string] => [number, name]

/** A command's policies, from the parts of the kernel's answer. */
export function operationOf(family: string, command: Command, parts: readonly GenericFamily[]): Operation {
  const { do: doing, dump } = Object.assign({}, ...parts.flatMap(part => Object.values(part.operationPolicy ?? {})))
  const policies = collected(parts)
  const table = requestsOfFamily(family).find(({ types }) => Object.values(types).includes(command.command))?.table
  const read = (index: number): readonly Accepted[] => acceptedOf(index, table, policies, [])
  return {
    ...command,
    ...(doing === undefined ? {} : { do: read(doing) }),
    ...(dump === undefined ? {} : { dump: read(dump) }),
    isOne: doing === dump,
  }
}

/** Attributes by policy and type. */
type Policies = ReadonlyMap<number, ReadonlyMap<number, Policy>>

function collected(parts: readonly GenericFamily[]): Policies {
  const policies = new Map<number, Map<number, Policy>>()
  for (const { policy = {} } of parts)
    for (const [index, attributes] of Object.entries(policy)) {
      const known = policies.get(Number(index)) ?? new Map<number, Policy>()
      policies.set(Number(index), known)
      for (const [type, attribute] of Object.entries(attributes)) known.set(Number(type), attribute)
    }
  return policies
}

function acceptedOf(
  index: number,
  table: Table | undefined,
  policies: Policies,
  above: readonly number[],
): readonly Accepted[] {
  const within = [...above, index]
  return [...(policies.get(index) ?? [])].map(([type, policy]) => {
    const row = table?.byType.get(type)
    const { policyIndex } = policy
    const inside = (): Pick<Accepted, 'inside'> => {
      if (policyIndex === undefined) return {}
      if (within.includes(policyIndex)) return { inside: 'above' }
      return { inside: acceptedOf(policyIndex, nestTable(row?.codec), policies, within) }
    }
    return { type, name: row?.constant, policy, ...inside() }
  })
}
