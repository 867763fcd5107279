// A family's policies as text, and as JSON.
import type { Colors } from 'picocolors/types.js'
import type { GenericFamily } from '../../generic/controller.ts'
import { plainJson } from '../../netlink/json.ts'
import { policyText } from '../../netlink/policy.ts'
import { safe } from '../value.ts'
import type { Accepted, Operation, Policy } from './tree.ts'

const INDENT = '  '

export function familyText(family: GenericFamily, operations: readonly Operation[], c: Colors): string {
  const { familyName = '', familyId, version } = family
  const head = `${c.bold(safe(familyName))}  ${c.dim(`id ${familyId}, version ${version}`)}`
  return `${[head, ...operations.flatMap(operation => operationLines(operation, c))].join('\n')}\n`
}

function operationLines(operation: Operation, c: Colors): string[] {
  const { command, name, do: doing, dump, isOne } = operation
  const head = `${INDENT}${c.bold(name ?? `command ${command}`)}${name === undefined ? '' : ` (${command})`}`
  const line = (...words: string[]): string => [head, ...words.filter(word => word !== '')].join('  ')
  if (doing === undefined && dump === undefined)
    return [line(c.dim(`${verbs(operation)}, without a policy`), privilege(operation))]
  if (isOne || doing === undefined || dump === undefined)
    return [line(c.dim(verbs(operation)), privilege(operation)), ...attributeLines(doing ?? dump ?? [], 2, c)]
  return [
    line(privilege(operation)),
    `${INDENT.repeat(2)}${c.dim('do')}`,
    ...attributeLines(doing, 3, c),
    `${INDENT.repeat(2)}${c.dim('dump')}`,
    ...attributeLines(dump, 3, c),
  ]
}

/** `do, dump` */
const verbs = ({ flags }: Operation): string =>
  (['do', 'dump'] as const).filter(verb => flags.includes(`cmd_cap_${verb}`)).join(', ')

function privilege({ flags }: Operation): string {
  if (flags.includes('admin_perm')) return 'needs CAP_NET_ADMIN'
  return flags.includes('uns_admin_perm') ? "needs CAP_NET_ADMIN in the namespace's user namespace" : ''
}

function attributeLines(attributes: readonly Accepted[], depth: number, c: Colors): string[] {
  if (attributes.length === 0) return [`${INDENT.repeat(depth)}${c.dim('no attributes')}`]
  const names = attributes.map(({ name, type }) => (name === undefined ? `attribute ${type}` : `${name} (${type})`))
  const width = Math.max(...names.map(name => name.length))
  return attributes.flatMap(({ policy, inside }, i) => [
    `${INDENT.repeat(depth)}${c.cyan(names[i]!.padEnd(width))}  ${acceptedText(policy)}${inside === 'above' ? ', as above' : ''}`,
    ...(inside === undefined || inside === 'above' ? [] : attributeLines(inside, depth + 1, c)),
  ])
}

/** `u32, 68 to 65535`; a range that is the type's own goes without saying. */
function acceptedText(policy: Policy): string {
  const { minUnsigned, maxUnsigned, minSigned, maxSigned, policyMaxType: _, ...rest } = policy
  const bits = BigInt(/\d+$/.exec(String(policy.type))?.[0] ?? 64)
  const isWholeUnsigned = minUnsigned === 0n && maxUnsigned === (1n << bits) - 1n
  const isWholeSigned = minSigned === -(1n << (bits - 1n)) && maxSigned === (1n << (bits - 1n)) - 1n
  return policyText({
    ...rest,
    ...(isWholeUnsigned ? {} : given({ minUnsigned, maxUnsigned })),
    ...(isWholeSigned ? {} : given({ minSigned, maxSigned })),
  })
}

const given = <T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never

// ── JSON ───────────────────────────────────────────────────────────────────

export const familyJson = ({ familyName, familyId, version }: GenericFamily, operations: readonly Operation[]) => ({
  family: familyName,
  id: familyId,
  version,
  operations: operations.map(({ command, name, flags, do: doing, dump }) => ({
    command,
    ...(name === undefined ? {} : { name }),
    flags,
    ...(doing === undefined ? {} : { do: doing.map(attributeJson) }),
    ...(dump === undefined ? {} : { dump: dump.map(attributeJson) }),
  })),
})

/** Ranges are numbers, or strings where JSON's numbers cannot hold them. */
function attributeJson({ type, name, policy, inside }: Accepted): Record<string, unknown> {
  const { policyIndex: _, policyMaxType, type: kind, ...limits } = policy
  return {
    attribute: type,
    ...(name === undefined ? {} : { name }),
    type: kind,
    ...Object.fromEntries(Object.entries(limits).map(([key, value]) => [key, plainJson(value)])),
    ...(policyMaxType === undefined ? {} : { maxType: policyMaxType }),
    ...(inside === undefined ? {} : { inside: inside === 'above' ? inside : inside.map(attributeJson) }),
  }
}
