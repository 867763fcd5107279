// The kinds of filters, by name.
import type { FilterKind } from '../kind.ts'
import { bpf } from './bpf.ts'
import { flow } from './flow.ts'
import { flower } from './flower.ts'
import { rsvp, rsvp6 } from './rsvp.ts'
import { basic, cgroup, fw, matchall, route } from './simple.ts'
import { tcindex } from './tcindex.ts'
import { u32 } from './u32.ts'

export const FILTERS: Readonly<Record<string, FilterKind>> = {
  basic,
  bpf,
  cgroup,
  flow,
  flower,
  fw,
  matchall,
  route,
  rsvp,
  rsvp6,
  tcindex,
  u32,
}
