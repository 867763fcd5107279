// The kinds of qdiscs, by name.
import type { QdiscKind } from '../kind.ts'
import { atm } from './atm.ts'
import { cake } from './cake.ts'
import { cbq } from './cbq.ts'
import { codel, fqCodel } from './codel.ts'
import { drr, qfq } from './drr.ts'
import { dsmark } from './dsmark.ts'
import { bfifo, pfifo, pfifoHeadDrop } from './fifo.ts'
import { fq } from './fq.ts'
import { hfsc } from './hfsc.ts'
import { hhf } from './hhf.ts'
import { clsact, ingress, mq, noqueue } from './hooks.ts'
import { htb } from './htb.ts'
import { mqprio } from './mqprio.ts'
import { netem } from './netem.ts'
import { fqPie, pie } from './pie.ts'
import { ets, multiq, pfifoFast, plug, prio, rr, skbprio } from './prio.ts'
import { choke, gred, red } from './red.ts'
import { sfb } from './sfb.ts'
import { sfq } from './sfq.ts'
import { taprio } from './taprio.ts'
import { tbf } from './tbf.ts'
import { cbs, etf } from './timed.ts'

export const QDISCS: Readonly<Record<string, QdiscKind>> = {
  atm,
  bfifo,
  cake,
  cbq,
  cbs,
  choke,
  clsact,
  codel,
  drr,
  dsmark,
  etf,
  ets,
  fq,
  fq_codel: fqCodel,
  fq_pie: fqPie,
  gred,
  hfsc,
  hhf,
  htb,
  ingress,
  mq,
  mqprio,
  multiq,
  netem,
  noqueue,
  pfifo,
  pfifo_fast: pfifoFast,
  pfifo_head_drop: pfifoHeadDrop,
  pie,
  plug,
  prio,
  qfq,
  red,
  rr,
  sfb,
  sfq,
  skbprio,
  taprio,
  tbf,
}
