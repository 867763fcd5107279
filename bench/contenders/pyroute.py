# pyroute2, in Python. Its dumps answer lists: it does not stream.
import resource
import sys
import time

# Opened at the first work that it does: to load it takes half a second.
ipr = None


def read(value):
    """Looks at every value."""
    if isinstance(value, dict):
        return sum(read(inner) for inner in value.values())
    if isinstance(value, (list, tuple)):
        return sum(read(inner) for inner in value)
    return 1


def getlink(index, calls, _how):
    for _ in range(int(calls)):
        read(ipr.link('get', index=int(index))[0])
    return int(calls)


def listed(found):
    for each in found:
        read(each)
    return len(found)


def opened():
    global IPRoute, NetNS
    from pyroute2 import IPRoute, NetNS

    return IPRoute()


def start_clock():
    global began, busy
    busy = time.process_time_ns()
    began = time.perf_counter_ns()


def pairs(count, peer):
    inside = NetNS(peer)
    bridge = ipr.link_lookup(ifname='br0')[0]
    for i in range(int(count)):
        ipr.link('add', ifname=f'a{i}', kind='veth', peer={'ifname': f'b{i}', 'net_ns_fd': peer})
        near = ipr.link_lookup(ifname=f'a{i}')[0]
        ipr.link('set', index=near, master=bridge, state='up')
        ipr.addr('add', index=near, address=f'10.{i >> 8}.{i & 255}.1', prefixlen=24)
        far = inside.link_lookup(ifname=f'b{i}')[0]
        inside.addr('add', index=far, address=f'10.{i >> 8}.{i & 255}.2', prefixlen=24)
        inside.link('set', index=far, state='up')
    inside.close()
    return int(count)


def fill(count, links):
    count, links = int(count), int(links)
    for l in range(links):
        index = ipr.link_lookup(ifname=f'a{l}')[0]
        for i in range(count // links):
            ipr.addr('add', index=index, address=f'10.{l}.{i >> 8}.{i & 255}', prefixlen=32)
    return count


def events(count):
    count = int(count)
    with IPRoute() as subscribed:
        subscribed.bind()
        subscribed.setsockopt(1, 33, 1 << 28)  # SO_RCVBUFFORCE
        print('ready', flush=True)
        if not sys.stdin.readline():
            sys.exit(0)
        start_clock()
        seen = 0
        while seen < count:
            for message in subscribed.get():
                read(message)
                seen += message['event'] in ('RTM_NEWROUTE', 'RTM_DELROUTE')
    return seen


WORKS = {
    'getlink': getlink,
    'links': lambda *_: listed(ipr.get_links()),
    'addresses': lambda *_: listed(ipr.get_addr()),
    'routes': lambda *_: listed(ipr.get_routes()),
    'pairs': pairs,
    'fill': fill,
    'events': events,
}

REFUSED = {
    'getlink': ('unread', 'async'),
    'links': ('read', 'listed'),
    'addresses': ('read', 'listed'),
    'routes': ('read', 'listed'),
}

for line in iter(sys.stdin.readline, ''):
    work, *arguments = line.split()
    if work not in WORKS or arguments[-1] in REFUSED.get(work, ()):
        print('-', flush=True)
        continue
    ipr = ipr or opened()
    start_clock()
    count = WORKS[work](*arguments)
    wall, processor = time.perf_counter_ns() - began, time.process_time_ns() - busy
    print(wall, count, processor, 0, flush=True)
