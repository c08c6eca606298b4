import { describe, expect, it } from 'vitest'
import { at, exampleNode } from '@/test/fixtures/example-objects'
import { twinRisk, withBootOf, type LostPod } from './duplicate-pod'

const record: LostPod = {
  namespace: 'default',
  set: 'web',
  ordinal: 1,
  pod: 'web-1',
  uid: 'old',
  node: 'n1',
  nodeUid: 'uid-n1',
  bootID: 'boot-n1',
  at: at(-60),
  closedAt: null,
}
const rebooted = (name: string, bootID: string | null, uid = `uid-${name}`) => {
  const node = exampleNode(name, 'True', at(-5), { uid })
  return { ...node, status: { ...node.status, bootID } }
}

describe('the risk of two pods of one name', () => {
  it('stays while the old node is silent', () => {
    expect(twinRisk(record, exampleNode('n1', 'Unknown'), true)).toEqual({ state: 'open', reason: 'silent' })
  })
  it('stays when the node answers again without having rebooted', () => {
    expect(twinRisk(record, exampleNode('n1'), true)).toEqual({ state: 'open', reason: 'same-boot' })
  })
  it('stays when the node does not tell its boot id', () => {
    expect(twinRisk(record, rebooted('n1', null), true)).toEqual({ state: 'open', reason: 'no-boot-id' })
    expect(twinRisk({ ...record, bootID: '' }, rebooted('n1', 'b'), true)).toEqual({
      state: 'open',
      reason: 'no-boot-id',
    })
  })
  it('stays when a new Node object is the same running machine', () => {
    expect(twinRisk(record, rebooted('n1', 'boot-n1', 'other'), true)).toEqual({ state: 'open', reason: 'same-boot' })
  })
  it('stays when nodes may not be seen', () => {
    expect(twinRisk(record, undefined, false)).toEqual({ state: 'open', reason: 'unseen' })
  })
  it('is over when the machine has rebooted', () => {
    expect(twinRisk(record, rebooted('n1', 'another'), true)).toEqual({ state: 'over', reason: 'rebooted' })
    expect(twinRisk(record, rebooted('n1', 'another', 'other'), true)).toEqual({ state: 'over', reason: 'rebooted' })
  })
  it('is closed, and not over, while the Node object is gone', () => {
    expect(twinRisk(record, undefined, true)).toEqual({ state: 'closed', reason: 'node-gone' })
  })
  it('stays when a Node object of the name does not tell which machine it is', () => {
    expect(twinRisk(record, rebooted('n1', null, 'other'), true)).toEqual({ state: 'open', reason: 'no-boot-id' })
  })
  it('is closed while a person says that the machine is off, as long as it is silent', () => {
    const taints = [{ key: 'node.kubernetes.io/out-of-service', value: null, effect: 'NoExecute', timeAdded: null }]
    const off = (ready: string) => ({ ...exampleNode('n1', ready), spec: { ...exampleNode('n1').spec, taints } })
    expect(twinRisk(record, off('Unknown'), true)).toEqual({ state: 'closed', reason: 'out-of-service' })
    expect(twinRisk(record, off('True'), true)).toEqual({ state: 'open', reason: 'same-boot' })
  })
  it('is as closed as others left it where nodes may not be seen', () => {
    const closed = { ...record, closedAt: at(-10) }
    expect(twinRisk(closed, undefined, false)).toEqual({ state: 'closed', reason: 'unseen' })
  })
  it('never was one for a pod that no node ran', () => {
    expect(twinRisk({ ...record, node: null }, undefined, true)).toEqual({ state: 'over', reason: 'never-ran' })
  })
})

describe('the boot id of a record that has none', () => {
  const without: LostPod = { ...record, nodeUid: null, bootID: null }

  it('is what the silent node told last', () => {
    expect(withBootOf(without, exampleNode('n1', 'Unknown'))).toMatchObject({ nodeUid: 'uid-n1', bootID: 'boot-n1' })
  })
  it('is not what a node tells that has come back, or another one of the name', () => {
    expect(withBootOf(without, exampleNode('n1'))).toEqual(without)
    expect(withBootOf({ ...without, nodeUid: 'other' }, exampleNode('n1', 'Unknown')).bootID).toBeNull()
    expect(withBootOf(without, undefined)).toEqual(without)
  })
  it('is never written over', () => {
    expect(withBootOf({ ...record, bootID: 'b' }, exampleNode('n1', 'Unknown')).bootID).toBe('b')
  })
})
