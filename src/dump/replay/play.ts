// Sends what is planned, one after the other, and compares what is answered with what was answered then.

import { NetlinkError } from '../../netlink/error.ts'
import { NETLINK_ROUTE, NLM_F_ACK, NLM_F_DUMP, NLM_F_REQUEST } from '../../netlink/message.ts'
import { SysError, UnsupportedError } from '../../sys/libc.ts'
import { NetnsError } from '../../sys/netns-path.ts'
import { Conversation } from '../conversation.ts'
import { type Change, type Compared, diff, exact, Reader } from '../diff.ts'
import { dissect } from '../dissect.ts'
import type { DissectedMessage } from '../dissected.ts'
import { APART } from './apart.ts'
import type { Planned, Renewal } from './plan.ts'
import type { Place, Stage } from './stage.ts'

/** `unrecorded`: the capture has no answer to compare with. `unsent`: why, `reason` says. */
export type Status = 'same' | 'different' | 'unrecorded' | 'unsent'

export interface Outcome {
  readonly status: Status
  /** Why it was not sent, or not all of the answer heard. */
  readonly reason?: string
  /** The numbers in place of the recorded ones, as `renewals` of the plan. */
  readonly numbers: readonly number[]
  readonly answers: readonly Compared[]
  /** `a` is the recorded answer, `b` the new one. */
  readonly changes: readonly Change[]
}

/** Whether nothing is different: where the capture has no answer, the kernel says yes. */
export const isGood = ({ status, answers }: Outcome): boolean =>
  status === 'same' || (status === 'unrecorded' && !answers.some(isError))

/** Errors that say what cannot be done; others are ours. */
export const isRefusal = (error: unknown): error is Error =>
  [NetlinkError, NetnsError, SysError, UnsupportedError].some(kind => error instanceof kind)

export class Play {
  private readonly stage: Stage
  private readonly reader = new Reader(APART)
  private readonly conversation = new Conversation()

  constructor(stage: Stage) {
    this.stage = stage
  }

  /** Sends a request of the plan. */
  send(planned: Planned): Outcome {
    if (planned.passed !== undefined) return unsent(planned.passed)
    const place = this.stage.at(planned.inside?.here)
    let numbers: number[]
    try {
      numbers = planned.renewals.map(({ kind, name }) => place.numberOf(kind, name))
    } catch (error) {
      if (!isRefusal(error)) throw error
      return unsent(error.message)
    }
    const bytes = renewed(planned, numbers)
    const first = this.exchange(planned, place, bytes, true)
    // Programs of before Linux 4.20 ask in forms that are refused now where checking is strict.
    const { answers, failure } = isOldForm(planned, first.answers) ? this.exchange(planned, place, bytes, false) : first
    const reason = failure === undefined ? {} : { reason: failure }
    if (planned.answers.length === 0 && failure === undefined)
      return { status: 'unrecorded', numbers, answers, changes: [] }
    const changes = compareAnswers(planned, answers)
    const isSame = changes.length === 0 && failure === undefined
    return { status: isSame ? 'same' : 'different', ...reason, numbers, answers, changes }
  }

  private exchange(
    { message }: Planned,
    place: Place,
    bytes: Uint8Array,
    strict: boolean,
  ): { readonly answers: readonly Compared[]; readonly failure: string | undefined } {
    const { heard, failure } = place.send(message, bytes, isDump(message), strict)
    const { protocol } = message
    const all = heard.flatMap(datagram =>
      dissect(datagram, { protocol, conversation: this.conversation }).map(found => ({ found, datagram })),
    )
    // A list that changed while it was made is asked for again: the last one counts.
    const sequence = all.findLast(({ found }) => found.flags & NLM_F_REQUEST)?.found.sequence
    const answers = all
      .filter(({ found }) => found.sequence === sequence)
      .map(({ found, datagram }) => this.reader.read(found, datagram, 0))
      .filter(({ sent }) => !sent)
    return { answers, failure }
  }
}

const unsent = (reason: string): Outcome => ({ status: 'unsent', reason, numbers: [], answers: [], changes: [] })

/** Whether the kernel answers with a list (net/core/rtnetlink.c: rtnetlink_rcv_msg; net/netlink/genetlink.c). */
function isDump({ protocol, type, flags }: DissectedMessage): boolean {
  if (protocol !== NETLINK_ROUTE) return (flags & NLM_F_DUMP) === NLM_F_DUMP
  return (type & 3) === GET_KIND && (flags & NLM_F_DUMP) !== 0
}
/** Of the four types of an object: RTM_NEW…, RTM_DEL…, RTM_GET…, RTM_SET…. */
const GET_KIND = 2

/** The request with its new numbers. A pid becomes an open descriptor of the namespace. */
function renewed({ bytes, renewals }: Planned, numbers: readonly number[]): Uint8Array {
  // A Buffer's slice would be the same bytes.
  const copy = Uint8Array.from(bytes)
  const view = new DataView(copy.buffer)
  for (const [i, renewal] of renewals.entries()) {
    const { at, size, kind } = renewal
    if (size === 2) view.setUint16(at, numbers[i]!, true)
    else view.setUint32(at, numbers[i]!, true)
    if (kind === 'pid') view.setUint16(at - 2, fdAttributeOf(renewal), true)
  }
  return copy
}

/** IFLA_NET_NS_FD in place of IFLA_NET_NS_PID, NETNSA_FD in place of NETNSA_PID. */
const fdAttributeOf = ({ path }: Renewal): number => (path.endsWith('NETNSA_PID') ? 3 : 28)

// ── what was answered ──────────────────────────────────────────────────────

const isVerdict = ({ typeName }: Compared): boolean => typeName === 'NLMSG_ERROR' || typeName === 'NLMSG_DONE'
const resultOf = ({ entries }: Compared): string | undefined => entries.find(({ path }) => path === 'result')?.text
const isError = (answer: Compared): boolean => isVerdict(answer) && resultOf(answer) !== 'ok'

const isOldForm = ({ answers, message }: Planned, now: readonly Compared[]): boolean =>
  message.protocol === NETLINK_ROUTE &&
  (message.type & 3) === GET_KIND &&
  answers.length > 0 &&
  !answers.some(isError) &&
  now.some(answer => isVerdict(answer) && resultOf(answer) === 'EINVAL')

/** In what way the answers differ; their order is no difference. */
function compareAnswers(planned: Planned, answers: readonly Compared[]): readonly Change[] {
  const asked = (planned.message.flags & NLM_F_ACK) !== 0
  const now = answers
    // We asked for an ack; where the program did not, there was none.
    .filter(answer => asked || answer.typeName !== ACK || isError(answer))
    .map(planned.answers.some(hasSentence) ? answer => answer : withoutSentence)
  const left = new Map<string, number>()
  for (const answer of planned.answers) left.set(exact(answer), (left.get(exact(answer)) ?? 0) + 1)
  const others = now.filter(answer => {
    const count = left.get(exact(answer)) ?? 0
    if (count > 0) left.set(exact(answer), count - 1)
    return count === 0
  })
  const missing = planned.answers.toReversed().filter(answer => {
    const count = left.get(exact(answer))!
    if (count > 0) left.set(exact(answer), count - 1)
    return count > 0
  })
  return diff(missing.toReversed(), others).changes
}
const ACK = 'NLMSG_ERROR'

/** Programs that do not ask for extended acks are told the number only. */
const SENTENCE: ReadonlySet<string> = new Set(['said', 'at', 'missing'])
const hasSentence = (answer: Compared): boolean =>
  isVerdict(answer) && answer.entries.some(({ path }) => SENTENCE.has(path))
const withoutSentence = (answer: Compared): Compared =>
  isVerdict(answer) ? { ...answer, entries: answer.entries.filter(({ path }) => !SENTENCE.has(path)) } : answer
