// Plain queues: pfifo, bfifo, pfifo_head_drop, pfifo_fast, prio, rr, multiq, plug, skbprio. include/uapi/linux/pkt_sched.h.
import { enumeration, s32, u16, u32 } from '../../netlink/codec.ts'
import { struct } from '../../netlink/struct.ts'
import { words } from '../../netlink/words.ts'
import { tcPrioQopt } from './words.ts'

/** The limit is in packets; bfifo's in bytes. */
const tcFifoQopt = struct('tc_fifo_qopt', { limit: ['limit', u32] })
const tcMultiqQopt = struct('tc_multiq_qopt', { bands: ['bands', u16], maxBands: ['max_bands', u16] })
const TCQ_PLUG = words('plug action (TCQ_PLUG_*)', { buffer: 0, release_one: 1, release_indefinite: 2, limit: 3 })
const tcPlugQopt = struct('tc_plug_qopt', { action: ['action', enumeration(s32, TCQ_PLUG)], limit: ['limit', u32] })
const tcSkbprioQopt = struct('tc_skbprio_qopt', { limit: ['limit', u32] })

export const fifo = {
  pfifo: tcFifoQopt,
  bfifo: tcFifoQopt,
  pfifo_head_drop: tcFifoQopt,
  pfifo_fast: tcPrioQopt,
  prio: tcPrioQopt,
  // Removed in Linux 2.6.28.
  rr: tcPrioQopt,
  multiq: tcMultiqQopt,
  plug: tcPlugQopt,
  skbprio: tcSkbprioQopt,
}
