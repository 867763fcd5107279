// What has no options of its own: the hooks ingress and clsact, and mq and noqueue.
import type { QdiscKind } from '../kind.ts'

const bare = (kind: string, unread: string): QdiscKind => ({ help: `Usage: … ${kind}\n`, unread })
const UNKNOWN = (kind: string): string => `Unknown qdisc "${kind}", hence option "%" is unparsable`

export const clsact = bare('clsact', 'What is "%"?')
export const ingress: QdiscKind = {
  ...bare('ingress', 'What is "%"?'),
  // A line, as tc draws it.
  print: sheet => sheet.say('---------------- '),
}
export const mq = bare('mq', UNKNOWN('mq'))
export const noqueue = bare('noqueue', UNKNOWN('noqueue'))
