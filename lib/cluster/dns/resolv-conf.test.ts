import { describe, expect, it } from 'vitest'
import { readResolverSettings, zoneOf } from './resolv-conf'

describe("a pod's resolver", () => {
  it('names its servers, its search path, and with it the zone of the cluster', () => {
    const text =
      'search shop.svc.k8s.test svc.k8s.test k8s.test corp.example.\nnameserver 10.96.0.10\noptions ndots:5\n'
    const settings = readResolverSettings(text)
    expect(settings).toEqual({
      servers: ['10.96.0.10'],
      search: ['shop.svc.k8s.test', 'svc.k8s.test', 'k8s.test', 'corp.example'],
    })
    expect(zoneOf(settings.search)).toBe('k8s.test')
  })

  it('is read without its comments and without what is no address', () => {
    const text = '# made by hand\nnameserver fd00::a # first\nnameserver dns.example\ndomain old\nsearch new\n'
    expect(readResolverSettings(text)).toEqual({ servers: ['fd00::a'], search: ['new'] })
    expect(zoneOf(['new'])).toBeNull()
  })
})
