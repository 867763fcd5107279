// What is said of each request that is, or would be, sent again: a line, or a JSON object.
import type { Colors } from 'picocolors/types.js'
import type { Change, Compared } from '../diff.ts'
import { changeJson, differenceText, headText } from '../diff-text.ts'
import { shortLine } from '../head.ts'
import { jsonLine } from '../json.ts'
import { protocolName } from '../protocols.ts'
import { safe } from '../value.ts'
import type { Planned, Renewal } from './plan.ts'
import type { Outcome, Status } from './play.ts'

export interface Report {
  /** Without an outcome: it would be sent. */
  request(planned: Planned, outcome?: Outcome): string
  /** At the end. */
  total(outcomes: readonly Outcome[]): string
}

// ── text ───────────────────────────────────────────────────────────────────

/** Differences that stand in a request's own line. */
const MOST_IN_LINE = 3

export function textReport(c: Colors, isVerbose: boolean): Report {
  return {
    request(planned, outcome) {
      const { message, summary, number } = planned
      const words = summary === '' ? '' : ` ${summary}`
      const head = shortLine(message, words, number, { direction: 'sent' }, c)
      const renewed = [
        ...(planned.inside ? [`in ${safe(planned.inside.there)} → ${safe(planned.inside.here)}`] : []),
        ...planned.renewals.map((renewal, i) => renewalText(renewal, outcome?.numbers[i])),
      ].join(', ')
      const line = [head, ...(renewed === '' ? [] : [c.dim(`[${renewed}]`)]), stateText(planned, outcome, isVerbose, c)]
      const below = [
        ...planned.warnings.map(text => c.yellow(`warning: ${text}`)),
        ...(outcome ? [] : planned.refusals.map(text => c.red(`✗ ${text}`))),
        ...(isVerbose && outcome ? outcome.changes.flatMap(change => changeTexts(change, c)) : []),
      ]
      return [line.join('  '), ...below.map(text => `    ${text}`), ''].join('\n')
    },
    total(outcomes) {
      const count = (status: Status): number => outcomes.filter(outcome => outcome.status === status).length
      const sent = outcomes.length - count('unsent')
      const texts = [
        `${sent} ${sent === 1 ? 'request was' : 'requests were'} sent: ${count('same')} answered the same`,
        ...counted(count('different'), 'differently'),
        ...counted(count('unrecorded'), 'without an answer in the capture'),
        ...counted(count('unsent'), 'not sent'),
      ]
      return `${c.dim(texts.join(', '))}\n`
    },
  }
}

const counted = (count: number, text: string): string[] => (count === 0 ? [] : [`${count} ${text}`])

const last = (path: string): string => path.split(' › ').at(-1)!

/** `ifi_index 5 → 7 (veth1)`; where the number here is not known: `ifi_index 5 → veth1` */
const renewalText = ({ path, value, name }: Renewal, now: number | undefined): string =>
  `${last(path)} ${value} → ${now === undefined ? safe(name) : `${now} (${safe(name)})`}`

function stateText({ passed, refusals }: Planned, outcome: Outcome | undefined, isVerbose: boolean, c: Colors): string {
  if (!outcome) {
    if (passed !== undefined) return c.dim(`would not be sent: ${passed}`)
    return refusals.length > 0 ? c.red('refused') : c.dim('would be sent')
  }
  const { status, reason, changes, answers } = outcome
  if (status === 'unsent') return c.red(`not sent: ${reason}`)
  if (status === 'same') return c.green(`the same: ${answersText(answers)}`)
  if (status === 'unrecorded') return c.dim(`sent: ${answersText(answers)}; the capture has no answer`)
  const how = isVerbose ? [] : changes.slice(0, MOST_IN_LINE).map(changeText)
  const more = isVerbose || changes.length <= MOST_IN_LINE ? [] : [`${changes.length - MOST_IN_LINE} more`]
  const texts = [...(reason === undefined ? [] : [reason]), ...how, ...more]
  return c.red(['differently', ...(texts.length > 0 ? [texts.join('; ')] : [])].join(': '))
}

/** `ok`, `EEXIST`, `3 messages` */
function answersText(answers: readonly Compared[]): string {
  const results = answers.flatMap(({ entries }) => entries.filter(({ path }) => path === 'result'))
  const others = answers.length - results.length
  const texts = others > 0 ? [`${others} ${others === 1 ? 'message' : 'messages'}`] : results.map(({ text }) => text)
  return texts.join(', ') || 'no answer'
}

/** A difference in the words of a line. */
function changeText({ a, b, differences }: Change): string {
  if (!b) return `${nameText(a!)} did not come`
  if (!a) return `${nameText(b)} came`
  const how = differences!.map(({ path, a: then = '(nothing)', b: now = '(nothing)' }) => `${path} ${then} → ${now}`)
  return `${nameText(a)}: ${how.slice(0, MOST_IN_LINE).join(', ')}${how.length > MOST_IN_LINE ? ', …' : ''}`
}

/** `RTM_NEWLINK veth1`, `NLMSG_ERROR ok` */
const nameText = ({ typeName, summary, entries }: Compared): string =>
  [typeName, entries.find(({ path }) => path === 'result')?.text ?? summary.split(' ', 1)[0]].join(' ').trimEnd()

/** A difference in lines of its own. */
function changeTexts({ a, b, differences }: Change, c: Colors): string[] {
  if (!b) return [c.red(`- ${headText(a!)}`)]
  if (!a) return [c.green(`+ ${headText(b)}`)]
  return [`~ ${headText(a)}`, ...differences!.map(difference => `    ${differenceText(difference, c)}`)]
}

// ── JSON ───────────────────────────────────────────────────────────────────

export const jsonReport: Report = {
  request(planned, outcome) {
    const { message, number, summary, inside, renewals, warnings, refusals, passed } = planned
    return `${jsonLine({
      number,
      protocol: protocolName(message.protocol),
      type: message.typeName,
      summary,
      ...(inside ? { inside } : {}),
      renewed: renewals.map(({ kind, path, value, name }, i) => {
        const now = outcome?.numbers[i]
        return { kind, path, recorded: value, name, ...(now === undefined ? {} : { now }) }
      }),
      ...(warnings.length > 0 ? { warnings } : {}),
      ...(refusals.length > 0 ? { refused: refusals } : {}),
      ...(passed === undefined ? {} : { notSent: passed }),
      ...(outcome ? outcomeJson(outcome) : {}),
    })}\n`
  },
  total: () => '',
}

const outcomeJson = ({ status, reason, answers, changes }: Outcome): Record<string, unknown> => ({
  status,
  ...(reason === undefined ? {} : { reason }),
  answers: answers.length,
  ...(changes.length > 0 ? { changes: changes.map(changeJson) } : {}),
})
