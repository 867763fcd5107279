// Kinds without options of their own. Their IFLA_INFO_DATA is absent, or an empty nest.
import { attributes, nest } from '../../netlink/schema.ts'

const none = { data: nest(attributes('no options', () => ({}))) }

export const simple = {
  dummy: none,
  ifb: none,
  lowpan: none,
  netdevsim: none,
  nlmon: none,
  pfcp: none,
  /** Options and ports are told by the generic netlink family `team`. */
  team: { ...none, port: none.data },
  vcan: none,
  virt_wifi: none,
  vsockmon: none,
  /** Keys and peers are told by the generic netlink family `wireguard`. */
  wireguard: none,
}
