import { describe, expect, it } from 'vitest'
import { digCommand, peerList, shortName } from './lists'

const peers = [0, 1].map((ordinal) => ({
  ordinal,
  pod: `db-${ordinal}`,
  name: `db-${ordinal}.db.shop.svc.cluster.local`,
}))
const port = (name: string | null, number: number, targetPort = String(number)) => ({ name, port: number, targetPort })

describe('the peers as a program wants to be told them', () => {
  it('are host and port, by the port at which the pods listen', () => {
    expect(peerList('host-port', peers, [port('pg', 80, '5432')])).toBe(
      'db-0.db.shop.svc.cluster.local:5432,db-1.db.shop.svc.cluster.local:5432',
    )
    expect(peerList('host-port', peers, [])).toBe('db-0.db.shop.svc.cluster.local,db-1.db.shop.svc.cluster.local')
  })

  it('are what etcd takes for --initial-cluster, by the port for peers', () => {
    const expected = 'db-0=http://db-0.db.shop.svc.cluster.local:2380,db-1=http://db-1.db.shop.svc.cluster.local:2380'
    expect(peerList('etcd', peers, [port('client', 2379), port('peer', 2380)])).toBe(expected)
    expect(peerList('etcd', peers, [])).toBe(expected)
  })

  it('are a connection string of MongoDB', () => {
    expect(peerList('mongodb', peers, [port('mongodb', 27017)])).toBe(
      'mongodb://db-0.db.shop.svc.cluster.local:27017,db-1.db.shop.svc.cluster.local:27017/?replicaSet=rs0',
    )
  })

  it('are the servers of ZooKeeper, numbered from one', () => {
    const ports = [port('client', 2181), port('server', 2888), port('leader-election', 3888)]
    expect(peerList('zookeeper', peers, ports).split('\n')).toEqual([
      'server.1=db-0.db.shop.svc.cluster.local:2888:3888;2181',
      'server.2=db-1.db.shop.svc.cluster.local:2888:3888;2181',
    ])
  })
})

it('a name is as short as its namespace lets it be', () => {
  expect(shortName('db-0.db.shop.svc.cluster.local', 'shop', 'cluster.local')).toBe('db-0.db')
  expect(shortName('db-0.db.shop.svc.cluster.local', 'other', 'cluster.local')).toBe('db-0.db.shop.svc.cluster.local')
})

it('dig is asked from a pod that goes afterwards', () => {
  expect(digCommand('shop', 'db.shop.svc.cluster.local')).toMatch(
    /^kubectl -n shop run dig --rm -it --restart=Never --image=\S+ --command -- dig SRV db\.shop\.svc\.cluster\.local$/,
  )
})
