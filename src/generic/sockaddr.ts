// struct sockaddr_in and struct sockaddr_in6 as an attribute's payload: their size tells which. include/uapi/linux/in.h.
import { be16, be32, type Codec, enumeration, type Fields, ipv4, ipv6, u16, u32, u64 } from '../netlink/codec.ts'
import { lazy } from '../netlink/lazy.ts'
import { composeFields, struct } from '../netlink/struct.ts'
import { AF } from '../route/words.ts'

const v4 = lazy(() =>
  struct('sockaddr_in', {
    family: ['sin_family', enumeration(u16, AF)],
    port: ['sin_port', be16],
    address: ['sin_addr', ipv4],
    _zero: ['sin_zero', u64],
  }),
)
const v6 = lazy(() =>
  struct('sockaddr_in6', {
    family: ['sin6_family', enumeration(u16, AF)],
    port: ['sin6_port', be16],
    flowInfo: ['sin6_flowinfo', be32],
    address: ['sin6_addr', ipv6],
    scope: ['sin6_scope_id', u32],
  }),
)
const ofSize = (n: number): Codec<any, any> => (n === v4().span ? v4() : v6())

/** An address with its port; `flowInfo` and `scope` of IPv6 only. */
export const sockaddr: Codec<Fields> = {
  kind: 'sockaddr',
  accepts: (_b, _p, n) => n === v4().span || n === v6().span,
  read: (v, b, p, n, h, s) => ofSize(n).read(v, b, p, n, h, s),
  write: (w, value, h, s) => (value['flowInfo'] === undefined ? v4() : v6()).write(w, value, h, s),
  dissect: (node, v, b, p, n, h, s) => ofSize(n).dissect!(node, v, b, p, n, h, s),
  compose: (w, node) => composeFields(w, node.children!),
}
