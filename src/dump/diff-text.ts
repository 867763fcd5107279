// What two captures say differently, as lines and as JSON.
import type { Colors } from 'picocolors/types.js'
import type { Difference } from './compare.ts'
import type { Change, Compared } from './diff.ts'

/** A change in a line, and each difference in one below it. */
export function changeLines({ a, b, differences }: Change, c: Colors): string[] {
  if (!b) return [c.red(`- #${a!.number} ${headText(a!)}`)]
  if (!a) return [c.green(`+ #${b.number} ${headText(b)}`)]
  const numbers = a.number === b.number ? `#${a.number}` : `#${a.number} / #${b.number}`
  return [
    c.bold(`~ ${numbers} ${headText(a)}`),
    ...differences!.map(difference => `    ${differenceText(difference, c)}`),
  ]
}

/** `IFLA_MTU  1500 → 1400` */
export function differenceText({ path, a, b }: Difference, c: Colors): string {
  if (b === undefined) return c.red(`- ${path}  ${a}`)
  if (a === undefined) return c.green(`+ ${path}  ${b}`)
  return `${path}  ${c.red(a)} → ${c.green(b)}`
}

/** `← RTM_NEWLINK veth1 index=5`, `← NLMSG_ERROR ok of RTM_NEWLINK` */
export function headText({ sent, typeName, summary, entries }: Compared): string {
  const result = entries.find(({ path }) => path === 'result')?.text
  const what =
    result === undefined ? summary : `${result} of ${entries.find(({ path }) => path === 'of')?.text ?? 'a dump'}`
  return `${sent ? '→' : '←'} ${typeName}${what === '' ? '' : ` ${what}`}`
}

export const changeJson = ({ a, b, differences }: Change): unknown => ({
  ...(a ? { a: messageJson(a) } : {}),
  ...(b ? { b: messageJson(b) } : {}),
  ...(differences ? { differences } : {}),
})

const messageJson = ({ number, sent, typeName, summary, entries }: Compared): unknown => ({
  number,
  direction: sent ? 'sent' : 'received',
  type: typeName,
  summary,
  says: entries,
})
