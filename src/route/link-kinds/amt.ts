// amt, multicast through a tunnel (RFC 7450): include/uapi/linux/amt.h, drivers/net/amt.c.
import { be16, enumeration, ipv4, u32 } from '../../netlink/codec.ts'
import { attributes, nest } from '../../netlink/schema.ts'
import { words } from '../../netlink/words.ts'

const AMT_MODE = words('AMT mode (AMT_MODE_*)', { gateway: 0, relay: 1 })

const AMT = attributes('IFLA_AMT', () => ({
  mode: [1, 'IFLA_AMT_MODE', enumeration(u32, AMT_MODE)],
  relayPort: [2, 'IFLA_AMT_RELAY_PORT', be16, { json: 'relay_port' }],
  gatewayPort: [3, 'IFLA_AMT_GATEWAY_PORT', be16, { json: 'gateway_port' }],
  /** The index of the device below. */
  link: [4, 'IFLA_AMT_LINK', u32],
  local: [5, 'IFLA_AMT_LOCAL_IP', ipv4],
  remote: [6, 'IFLA_AMT_REMOTE_IP', ipv4],
  discovery: [7, 'IFLA_AMT_DISCOVERY_IP', ipv4],
  maxTunnels: [8, 'IFLA_AMT_MAX_TUNNELS', u32, { json: 'max_tunnels' }],
}))

export const amt = { amt: { data: nest(AMT) } }
