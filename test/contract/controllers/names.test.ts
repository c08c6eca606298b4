import type { RecordType } from 'dns-packet'
import { contract } from './scenario'

const questions: [string, RecordType][] = [
  ['web.NS.svc.cluster.local', 'SRV'],
  ['web.NS.svc.cluster.local', 'A'],
  ['web.NS.svc.cluster.local', 'AAAA'],
  ['WEB.NS.svc.Cluster.local', 'A'],
  ['web-0.web.NS.svc.cluster.local', 'A'],
  ['web-1.web.NS.svc.cluster.local', 'A'],
  ['web-0.web.NS.svc.cluster.local', 'SRV'],
  ['_http._tcp.web.NS.svc.cluster.local', 'SRV'],
  ['_http._udp.web.NS.svc.cluster.local', 'SRV'],
  ['_other._tcp.web.NS.svc.cluster.local', 'SRV'],
  ['nobody.NS.svc.cluster.local', 'A'],
  ['web.nowhere.svc.cluster.local', 'A'],
  ['NS.svc.cluster.local', 'A'],
  ['svc.cluster.local', 'A'],
  ['cluster.local', 'A'],
  ['cluster.local', 'SOA'],
  ['a.b.c.web.NS.svc.cluster.local', 'A'],
  ['dns-version.cluster.local', 'TXT'],
  ['10-99-0-1.NS.pod.cluster.local', 'A'],
]

contract('names', [
  {
    title: 'of a headless Service with one port',
    play: async (stage) => {
      await stage.createSet({ replicas: 2 })
      const count = (wanted: number) => (answers: string[]) => answers.length === wanted
      await stage.stepWithNames('nobody ready', questions, count(0), () => stage.unready('web-0'))
      await stage.stepWithNames('one ready', questions, count(1), () => stage.ready('web-0'))
      await stage.stepWithNames('two ready', questions, count(2), () => stage.ready('web-1'))
    },
  },
  {
    title: 'of headless Services with two ports, an unnamed one and none',
    play: async (stage) => {
      await stage.createSet({
        replicas: 1,
        service: {
          ports: [
            { name: 'http', port: 80, targetPort: 8080 },
            { name: 'peer', port: 7000 },
          ],
        },
      })
      const service = (name: string, ports: object[]) =>
        stage.create('services', { metadata: { name }, spec: { clusterIP: 'None', selector: { app: 'web' }, ports } })
      await service('unnamed', [{ port: 80, targetPort: 8080 }])
      await service('portless', [])
      await stage.stepWithNames(
        'ready',
        [
          ['web.NS.svc.cluster.local', 'SRV'],
          ['_peer._tcp.web.NS.svc.cluster.local', 'SRV'],
          ['unnamed.NS.svc.cluster.local', 'SRV'],
          ['_http._tcp.unnamed.NS.svc.cluster.local', 'SRV'],
          ['portless.NS.svc.cluster.local', 'A'],
          ['portless.NS.svc.cluster.local', 'SRV'],
        ],
        (answers) => answers.length === 2,
        () => stage.ready('web-0'),
      )
    },
  },
  {
    title: 'of a Service that is published before its pods are ready',
    play: async (stage) => {
      await stage.createSet({ replicas: 1, service: { publishNotReadyAddresses: true } })
      await stage.stepWithNames(
        'unready',
        [
          ['web.NS.svc.cluster.local', 'SRV'],
          ['web-0.web.NS.svc.cluster.local', 'A'],
        ],
        (answers) => answers.length === 1,
        () => stage.unready('web-0'),
      )
    },
  },
])
