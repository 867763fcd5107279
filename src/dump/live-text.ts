// The tap's text (src/tap.ts): each datagram's messages as nl-dump shows them, at once.
import type { Captured } from '../netlink/capture.ts'
import { Viewer } from './commands/show.ts'

/** Makes datagrams of one conversation into text, one after the other. */
export function liveText(colors: boolean): (datagram: Captured) => string {
  const viewer = new Viewer({ format: 'line', colors })
  return ({ bytes, protocol, direction, time }) => {
    const datagram = {
      ...{ bytes, protocol, place: '' },
      ...(direction ? { direction } : {}),
      ...(time === undefined ? {} : { time }),
    }
    let text = ''
    viewer.read(datagram, protocol, message => {
      text += viewer.text(message, datagram)
    })
    return text
  }
}
