// Audit (protocol 9): settings and rules are structs, what happened is a text, `audit(SECONDS.MILLISECONDS:SERIAL): key=value …`.
// include/uapi/linux/audit.h; kernel/audit.c, kernel/auditfilter.c.
import { enumeration, flags, string, u32 } from '../netlink/codec.ts'
import { type Family, same } from '../netlink/family.ts'
import { lazy } from '../netlink/lazy.ts'
import { payloadMessage } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import { words } from '../netlink/words.ts'
import { fixedArray } from '../route/fixed-array.ts'
import { RECORDS } from './types.ts'

const text = { key: 'text', name: 'text', codec: string }

const status = lazy(() =>
  struct('audit_status', {
    mask: [
      'mask',
      flags(
        u32,
        words('which of them are meant (AUDIT_STATUS_*)', {
          enabled: 0x0001,
          failure: 0x0002,
          pid: 0x0004,
          'rate-limit': 0x0008,
          'backlog-limit': 0x0010,
          'backlog-wait-time': 0x0020,
          lost: 0x0040,
          'backlog-wait-time-actual': 0x0080,
        }),
      ),
    ],
    /** 2: enabled, and no longer to be changed. */
    enabled: ['enabled', u32],
    failure: [
      'failure',
      enumeration(u32, words('what a failure does (AUDIT_FAIL_*)', { silent: 0, printk: 1, panic: 2 })),
    ],
    pid: ['pid', u32],
    /** Messages a second. */
    rateLimit: ['rate_limit', u32],
    backlogLimit: ['backlog_limit', u32],
    lost: ['lost', u32],
    backlog: ['backlog', u32],
    features: [
      'feature_bitmap',
      flags(
        u32,
        words('feature (AUDIT_FEATURE_BITMAP_*)', {
          'backlog-limit': 0x01,
          'backlog-wait-time': 0x02,
          'executable-path': 0x04,
          'exclude-extend': 0x08,
          'sessionid-filter': 0x10,
          'lost-reset': 0x20,
          'filter-fs': 0x40,
        }),
      ),
    ],
    backlogWaitTime: ['backlog_wait_time', u32],
    backlogWaitTimeActual: ['backlog_wait_time_actual', u32],
  }),
)
const rule = lazy(() =>
  struct('audit_rule_data', {
    list: [
      'flags',
      enumeration(
        u32,
        words('filter (AUDIT_FILTER_*)', {
          user: 0,
          task: 1,
          entry: 2,
          watch: 3,
          exit: 4,
          exclude: 5,
          fs: 6,
          'uring-exit': 7,
        }),
      ),
    ],
    action: ['action', enumeration(u32, words('action', { never: 0, possible: 1, always: 2 }))],
    fieldCount: ['field_count', u32],
    /** A bit for each system call. */
    syscalls: ['mask', fixedArray(u32, 64)],
    fields: ['fields', fixedArray(u32, 64)],
    values: ['values', fixedArray(u32, 64)],
    operators: ['fieldflags', fixedArray(u32, 64)],
    textLength: ['buflen', u32],
  }),
)
const features = lazy(() =>
  struct('audit_features', {
    version: ['vers', u32],
    mask: ['mask', u32],
    features: ['features', u32],
    lock: ['lock', u32],
  }),
)

/** Header and text of each; a header of no bytes where all is text. */
export const audit = lazy((): Family => {
  const nothing = struct('nothing', {})
  const tty = struct('audit_tty_status', { enabled: ['enabled', u32], logPassword: ['log_passwd', u32] })
  const signal = struct('audit_sig_info', { uid: ['uid', u32], pid: ['pid', u32] })
  const equivalent = struct('sizes', { oldSize: ['old', u32], newSize: ['new', u32] })
  return same(
    payloadMessage('audit record', RECORDS, nothing, text),
    payloadMessage('audit status', { AUDIT_GET: 1000, AUDIT_SET: 1001 }, status(), text),
    payloadMessage(
      'audit rule',
      { AUDIT_ADD_RULE: 1011, AUDIT_DEL_RULE: 1012, AUDIT_LIST_RULES: 1013 },
      rule(),
      // The strings of its fields, one behind the other.
      { ...text, name: 'buf' },
    ),
    payloadMessage('audit signal', { AUDIT_SIGNAL_INFO: 1010 }, signal, { ...text, name: 'ctx' }),
    payloadMessage('audit equivalent', { AUDIT_MAKE_EQUIV: 1015 }, equivalent, text),
    payloadMessage('audit tty', { AUDIT_TTY_GET: 1016, AUDIT_TTY_SET: 1017 }, tty, text),
    payloadMessage('audit features', { AUDIT_SET_FEATURE: 1018, AUDIT_GET_FEATURE: 1019 }, features(), text),
  )
})
